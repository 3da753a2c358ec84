"""Operations made up by Hypothesis for the schemas of `tests.compiled.made`."""

from collections.abc import Sequence
from typing import Any

from graphql import GraphQLSchema, get_named_type, is_abstract_type, is_composite_type, is_object_type
from hypothesis import strategies as st

VARIABLES = "($t: Boolean!, $f: Boolean = false, $x: Int, $y: String)"
_CONDITIONS = (
    "",
    "",
    "",
    "",
    " @include(if: $t)",
    " @skip(if: $f)",
    " @skip(if: true)",
    " @include(if: $f) @skip(if: $t)",
)
_ARGUMENTS = ("", "", "", "(x: 2)", "(x: $x)", '(x: $x, y: ["a", $y])', "(y: null)")
_DEEPEST = 3


class _Writer:
    """Writes one document; `fragments` are its named fragments."""

    def __init__(self, draw: st.DrawFn, schema: GraphQLSchema) -> None:
        self.draw = draw
        self.schema = schema
        self.fragments: list[str] = []

    # Types are told apart by what they are, hence Any, here and below.
    def selection(self, type_: Any, depth: int) -> str:
        count = self.draw(st.integers(1, 3))
        return "{ " + " ".join(self._part(type_, depth) for _ in range(count)) + " }"

    def _part(self, type_: Any, depth: int) -> str:
        kind = self.draw(st.sampled_from(["field"] * 6 + ["typename", "inline", "spread"]))
        if kind == "field" and getattr(type_, "fields", None):
            return self._field(type_, depth)
        if kind in ("field", "typename") or depth >= _DEEPEST:
            return "__typename"
        on = self.draw(st.sampled_from(self._kin(type_)))
        condition = self.draw(st.sampled_from(_CONDITIONS))
        if kind == "inline":
            return f"... on {on.name}{condition} {self.selection(on, depth + 1)}"
        name = f"F{len(self.fragments)}"
        self.fragments.append("")
        self.fragments[int(name[1:])] = f"fragment {name} on {on.name} {self.selection(on, depth + 1)}"
        return f"...{name}{condition} ...{name}"

    def _field(self, type_: Any, depth: int) -> str:
        name = self.draw(st.sampled_from(sorted(type_.fields)))
        field = type_.fields[name]
        alias = self.draw(st.sampled_from(["", "", "p: ", "q: "]))
        head = f"{alias}{name}{self.draw(st.sampled_from(_ARGUMENTS))}{self.draw(st.sampled_from(_CONDITIONS))}"
        if not is_composite_type(get_named_type(field.type)):
            return head
        if depth >= _DEEPEST:
            return f"{head} {{ __typename }}"
        return f"{head} {self.selection(get_named_type(field.type), depth + 1)}"

    def _kin(self, type_: Any) -> Sequence[Any]:
        """Types that objects of this type may be of too."""
        if is_object_type(type_):
            return [type_, *type_.interfaces]
        if is_abstract_type(type_):
            return [type_, *self.schema.get_possible_types(type_)]
        return [type_]


@st.composite
def operations(draw: st.DrawFn, schema: GraphQLSchema) -> str:
    """A query or a mutation. Fields of one key may differ in their arguments, as no valid document has it; both
    executors take the first then."""
    kind, root = draw(st.sampled_from([("query", schema.query_type), ("mutation", schema.mutation_type)]))
    writer = _Writer(draw, schema)
    operation = f"{kind} Made{VARIABLES} {writer.selection(root, 0)}"
    return "\n".join([operation, *writer.fragments])

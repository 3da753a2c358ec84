"""The shop's own schema, compiled: attributes that strawberry reads, and every list, answer as on graphql-core."""

from typing import Any, NamedTuple

import pytest
import strawberry
from graphql import execute, parse

from compiled import CompiledExecutor
from resolvers.context import RequestContext
from schema.base import field, resolved_by
from schema.schema import build_schema
from services.accounts.tokens import Principal, Role
from tests.fixtures.shop import Shop
from tests.graphql.samples import samples_of
from tests.graphql.walk import ListField, Walk, list_fields

SCHEMA = build_schema()._schema


class Leaf(NamedTuple):
    """A row whose attributes may be anything."""

    text: Any = "a"
    number: Any = 1
    ratio: Any = 0.5
    yes: Any = True
    texts: Any = ("a", "b")
    inner: Any = None
    inners: Any = ()


@strawberry.type
class Inner:
    text: str = field("A text that must be there.")


@strawberry.type
class Row:
    text: str = field("A text.")
    number: int | None = field("A number.")
    ratio: float | None = field("A fraction.")
    yes: bool | None = field("A flag.")
    texts: list[str] | None = field("Texts.")
    inner: Inner | None = field("An object.")
    inners: list[Inner] | None = field("Objects.")
    renamed: str = field("The text again.", attribute="text")
    computed: str = resolved_by(lambda root: f"{root.text}!", description="Made by a function.")


def _made_schema() -> Any:
    @strawberry.type
    class Query:
        row: Row | None = resolved_by(lambda root: root, description="The row.")
        rows: list[Row | None] = resolved_by(lambda root: [root, None, root], description="Rows.")

    return strawberry.Schema(Query)._schema


MADE = _made_schema()
EVERYTHING = """
query($with: Boolean! = true) {
  row {
    __typename computed again: text text number ratio yes texts renamed
    inner { text __typename } inners @include(if: $with) { text }
    ...More
  }
  rows { text computed inners { text } }
}
fragment More on Row { number inner { other: text } texts @skip(if: true) }
"""


@pytest.mark.parametrize(
    "row",
    [
        Leaf(),
        Leaf(inner=Leaf("in"), inners=[Leaf("x"), Leaf("y")]),
        Leaf(text=None),
        Leaf(text=7),
        Leaf(number=2**31, ratio=float("nan"), yes="maybe"),
        Leaf(number=None, ratio=None, yes=None, texts=None),
        Leaf(number=True, ratio=2, yes=1),
        Leaf(number="12", text="𝄞"),
        Leaf(texts=["a", None]),
        Leaf(texts="ab"),
        Leaf(texts=5),
        Leaf(inner=Leaf(text=None), inners=[Leaf(text=None)]),
        Leaf(inner=ValueError("broken"), number=ValueError("broken too")),
        Leaf(inners=[Leaf(), None]),
        Leaf(inners={"a": 1}),
        Leaf(inner=object()),
    ],
)
def test_answers_and_errors_are_those_of_graphql_core(row: Leaf) -> None:
    document = parse(EVERYTHING)

    expected = execute(MADE, document, root_value=row)
    answer = execute(MADE, document, root_value=row, executor_class=CompiledExecutor)

    assert answer.data == expected.data  # type: ignore[union-attr]  # nothing here is awaited
    assert _told(answer) == _told(expected)
    assert list((answer.data or {}).get("row") or ()) == list((expected.data or {}).get("row") or ())  # type: ignore[union-attr]


def _told(answer: Any) -> list[tuple[str, Any, Any]]:
    return sorted((error.message, error.path, error.locations) for error in answer.errors or ())


@pytest.mark.parametrize("goal", list_fields(SCHEMA), ids=lambda goal: f"{goal.type_name}.{goal.field_name}")
async def test_every_list_of_the_schema_answers_the_same(shop: Shop, goal: ListField) -> None:
    document = parse(Walk(SCHEMA, samples_of(shop, 5)).operation(goal, size=5))

    answers = []
    for executor in (None, CompiledExecutor):
        parts = shop.resources
        context = RequestContext(
            parts.database, parts.cache, shop.search, parts.settings, Principal(Role.OPERATOR, "somebody")
        )
        answers.append(await execute(SCHEMA, document, context_value=context, executor_class=executor))  # type: ignore[misc]

    expected, answer = answers
    assert expected.errors is answer.errors is None
    assert answer.data == expected.data

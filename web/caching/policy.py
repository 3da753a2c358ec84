"""How long an operation's answer may be kept: the smallest of what its types and fields declare.

As with Apollo's `@cacheControl` (apollographql.com/docs/apollo-server/performance/caching), a field has its own hint,
or that of its type. Without either, a root field or one that shows a Node may not be kept, and any other has what its
parent has: amounts, pages and other values are as fresh as what they belong to.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol, cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
)

from web.fragments import fragments_of

_NODE = "Node"


class Hint(Protocol):
    """What a type or a field declares. Private answers are for one caller, and are not kept here."""

    @property
    def seconds(self) -> int: ...

    @property
    def is_private(self) -> bool: ...


class Policy(NamedTuple):
    """For how many seconds an answer may be shown to anybody."""

    seconds: int


class Policies:
    """The policies of operations on one schema. `hints` are by type, `Product`, or by field, `Query.product`."""

    def __init__(self, schema: GraphQLSchema, hints: Mapping[str, Hint]) -> None:
        self._schema = schema
        self._hints = hints

    def of(self, document: DocumentNode, operation: OperationDefinitionNode) -> Policy | None:
        """None if the answer may not be kept. The document is valid."""
        root = self._schema.query_type
        if operation.operation is not OperationType.QUERY or root is None:
            return None
        walk = _Walk(self._schema, self._hints, fragments_of(document))
        found = list(walk.hints(root, operation.selection_set, None))
        if not found or any(one is None or one.is_private or one.seconds <= 0 for one in found):
            return None
        return Policy(min(one.seconds for one in found if one is not None))


class _Walk(NamedTuple):
    schema: GraphQLSchema
    all_hints: Mapping[str, Hint]
    fragments: Mapping[str, FragmentDefinitionNode]

    def hints(
        self, parent: GraphQLCompositeType, selections: SelectionSetNode, inherited: Hint | None
    ) -> Iterator[Hint | None]:
        """Those of all composite fields, and of root fields, below a selection; None for what may not be kept."""
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                yield from self._of_field(parent, selection, inherited)
            elif isinstance(selection, InlineFragmentNode):
                yield from self.hints(self._narrowed(parent, selection), selection.selection_set, inherited)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self.fragments[selection.name.value]
                yield from self.hints(
                    self._named(fragment.type_condition.name.value), fragment.selection_set, inherited
                )

    def _of_field(self, parent: GraphQLCompositeType, node: FieldNode, inherited: Hint | None) -> Iterator[Hint | None]:
        name = node.name.value
        if name == "__typename":
            return
        field = None if isinstance(parent, GraphQLUnionType) else parent.fields.get(name)
        if field is None:  # the schema's own: __schema and __type
            yield None
            return
        hint = self._hint(parent, name, field, inherited)
        if hint is not inherited or inherited is None:
            yield hint
        shown = get_named_type(field.type)
        if node.selection_set is not None and is_composite_type(shown):
            yield from self.hints(shown, node.selection_set, hint)

    def _hint(
        self, parent: GraphQLCompositeType, name: str, field: GraphQLField, inherited: Hint | None
    ) -> Hint | None:
        shown = get_named_type(field.type)
        own = self.all_hints.get(f"{parent.name}.{name}") or self.all_hints.get(shown.name)
        if own is not None:
            return own
        return None if self._is_node(shown) else inherited

    def _is_node(self, shown: GraphQLNamedType) -> bool:
        if isinstance(shown, GraphQLUnionType):
            return any(map(self._is_node, shown.types))
        interfaces = shown.interfaces if isinstance(shown, GraphQLObjectType | GraphQLInterfaceType) else ()
        return shown.name == _NODE or any(one.name == _NODE for one in interfaces)

    def _narrowed(self, parent: GraphQLCompositeType, node: InlineFragmentNode) -> GraphQLCompositeType:
        return parent if node.type_condition is None else self._named(node.type_condition.name.value)

    def _named(self, name: str) -> GraphQLCompositeType:
        # The document is valid, so that conditions name composite types.
        return cast("GraphQLCompositeType", self.schema.type_map[name])

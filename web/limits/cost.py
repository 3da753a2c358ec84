"""What an operation may cost, told from its text before anything runs.

A point is an object that it may answer with. Lists multiply: five nested pages of a hundred are ten thousand million
objects in forty words. What is counted is the most that the page sizes allow; lists without a page size are taken to
have ten items. To that comes what fields weigh by themselves (`schema.costs`), each time that they are answered.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListTypeNode,
    ListValueNode,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    SelectionSetNode,
    TypeNode,
    VariableNode,
    get_named_type,
    is_composite_type,
)
from graphql.type import GraphQLInterfaceType, GraphQLObjectType

from core.paging import DEFAULT_PAGE, LARGEST_PAGE
from schema.costs import field_weights
from web.fragments import fragments_of

_ITEMS = 10
# Where an answer stops being counted: it is refused long before.
_ENDLESS = 10**12
_DIGITS = 18
# What is remembered of a document.
_MOST_KNOWN = 100
_ABSENT = object()
# What operations of a document cost, by their names and the sizes that their variables have.
Known = dict[tuple[object, ...], int]


class Costs:
    """What operations on one schema cost."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._weights = field_weights(schema)

    def of(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any] | None,  # any JSON
        known: Known,
    ) -> int:
        """The most points that the operation of a valid document can cost. `known` is the document's own."""
        variables = variables or {}
        asked = operation.name.value if operation.name else None
        key = (asked, *[_size(variables.get(name, _ABSENT)) for name in _sizes_in(operation)])
        cost = known.get(key)
        if cost is None:
            cost = self._count(document, operation, variables)
            if len(known) < _MOST_KNOWN:
                known[key] = cost
        return cost

    def _count(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],  # any JSON
    ) -> int:
        root = self._schema.get_root_type(operation.operation)
        if root is None:
            return 0
        return _Counter(self._schema, self._weights, document, operation, variables).below(operation, root)


def _sizes_in(operation: OperationDefinitionNode) -> Sequence[str]:
    """The variables that a page size or a list of ids may stand in: of a valid document, integers and lists."""
    return [node.variable.name.value for node in operation.variable_definitions or () if _may_be_size(node.type)]


def _may_be_size(type_: TypeNode) -> bool:
    inner = type_.type if isinstance(type_, NonNullTypeNode) else type_
    return isinstance(inner, ListTypeNode) or (isinstance(inner, NamedTypeNode) and inner.name.value == "Int")


class _Counter:
    """Counts one operation; each fragment once for each type that it is spread on, however often it is spread."""

    def __init__(
        self,
        schema: GraphQLSchema,
        weights: Mapping[str, int],
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],  # any JSON
    ) -> None:
        self._schema = schema
        self._weights = weights
        self._fragments = fragments_of(document)
        defaults = {
            node.variable.name.value: _literal(node.default_value) for node in operation.variable_definitions or ()
        }
        self._variables = {**defaults, **variables}
        self._known: dict[tuple[str, str], int] = {}

    def below(self, node: OperationDefinitionNode | FieldNode | Any, type_: GraphQLNamedType) -> int:
        selections: SelectionSetNode | None = node.selection_set
        total = 0
        for selection in () if selections is None else selections.selections:
            if isinstance(selection, FieldNode):
                total += self._field(selection, type_)
            elif isinstance(selection, InlineFragmentNode):
                total += self.below(selection, self._narrowed(selection, type_))
            elif isinstance(selection, FragmentSpreadNode):
                total += self._fragment(selection.name.value, type_)
        return min(total, _ENDLESS)

    def _fragment(self, name: str, type_: GraphQLNamedType) -> int:
        key = name, type_.name
        if key not in self._known:
            fragment = self._fragments[name]
            self._known[key] = self.below(fragment, self._narrowed(fragment, type_))
        return self._known[key]

    def _narrowed(self, node: InlineFragmentNode | FragmentDefinitionNode, type_: GraphQLNamedType) -> GraphQLNamedType:
        condition = node.type_condition
        return type_ if condition is None else self._schema.type_map[condition.name.value]

    def _field(self, node: FieldNode, type_: GraphQLNamedType) -> int:
        if not isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            return 0
        field = type_.fields.get(node.name.value)
        if field is None:
            return 0
        weight = self._weights.get(f"{type_.name}.{node.name.value}", 0)
        shown = get_named_type(field.type)
        return weight + (self._items(node, field) * (1 + self.below(node, shown)) if is_composite_type(shown) else 0)

    def _items(self, node: FieldNode, field: GraphQLField) -> int:
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        if "first" in field.args:
            size = self._value(given.get("first"))
            return DEFAULT_PAGE if size is None else _page(size)
        if "ids" in field.args:
            ids = self._value(given.get("ids"))
            return min(len(ids), LARGEST_PAGE) if isinstance(ids, list) else 1
        # A connection multiplies where its page size stands, not again at its edges.
        return _ITEMS if "[" in str(field.type) and node.name.value != "edges" else 1

    def _value(self, node: Any) -> Any:  # an AST node or none; a JSON value
        return self._variables.get(node.name.value) if isinstance(node, VariableNode) else _literal(node)


def _size(value: Any) -> object:  # any JSON
    """What of a variable decides about costs."""
    if isinstance(value, list):
        return "list", min(len(value), LARGEST_PAGE)
    return value if value is None or value is _ABSENT else _page(value)


def _page(size: Any) -> int:  # any JSON
    """As GraphQL takes it: 100.0 is an integer. What is none is refused later, and counted as much as one could be."""
    is_number = isinstance(size, int) or (isinstance(size, float) and size.is_integer())
    return min(max(int(size), 0), LARGEST_PAGE) if is_number else LARGEST_PAGE


def _literal(node: Any) -> Any:  # as above
    if isinstance(node, IntValueNode):
        # Python reads no more than some thousand digits, which an id may have.
        return int(node.value) if len(node.value) <= _DIGITS else LARGEST_PAGE
    return list(node.values) if isinstance(node, ListValueNode) else None

"""Which fields an operation selects below the one being resolved."""

from collections.abc import Iterable, Iterator

from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode

from resolvers.context import Info


def selected(info: Info, *path: str) -> set[str]:
    """The names of all fields selected at `path` below this field, whatever their aliases, conditions and fragments.

    It may name more than will be asked for (a field behind `@include(if: false)`), never less.
    """
    nodes: Iterable[FieldNode] = info._raw_info.field_nodes
    for name in path:
        nodes = [node for node in _below(info, nodes) if node.name.value == name]
    return {node.name.value for node in _below(info, nodes)}


def _below(info: Info, nodes: Iterable[FieldNode]) -> Iterator[FieldNode]:
    for node in nodes:
        yield from _fields(info, node.selection_set)


def _fields(info: Info, selections: SelectionSetNode | None) -> Iterator[FieldNode]:
    for node in () if selections is None else selections.selections:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(info, node.selection_set)
        elif isinstance(node, FragmentSpreadNode):
            yield from _fields(info, info._raw_info.fragments[node.name.value].selection_set)

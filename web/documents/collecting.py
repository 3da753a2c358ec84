"""From the `.graphql` files of an app to the documents that it sends: one for each operation, with the fragments that
it uses, wherever in the files those are."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

from graphql import (
    DefinitionNode,
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    Node,
    OperationDefinitionNode,
    Source,
    Visitor,
    parse,
    print_ast,
    visit,
)

from web.documents.manifest import BadManifest, Trusted, digest_of
from web.execution import Executor

_Definition = TypeVar("_Definition", FragmentDefinitionNode, OperationDefinitionNode)
_SUFFIXES = (".graphql", ".gql")


class Collected(NamedTuple):
    """A document, and which kind of operation it holds: query, mutation or subscription."""

    document: Trusted
    kind: str


def collect_documents(paths: Iterable[Path], executor: Executor) -> list[Collected]:
    """The documents of all files, in the order of their operations' names; folders are looked through.

    Raises `BadManifest` for what the executor refuses, what has no name, or a name that another has too.
    """
    definitions = [definition for path in _files(paths) for definition in _definitions(path)]
    fragments = _by_name([one for one in definitions if isinstance(one, FragmentDefinitionNode)], "fragment")
    operations = _by_name([one for one in definitions if isinstance(one, OperationDefinitionNode)], "operation")
    if not operations:
        raise BadManifest("There is no operation in these files.")
    return [_collected(name, operations[name], fragments, executor) for name in sorted(operations)]


def _files(paths: Iterable[Path]) -> list[Path]:
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            found |= dict.fromkeys(sorted(one for one in path.rglob("*") if one.suffix in _SUFFIXES))
        else:
            found[path] = None
    return list(found)


def _definitions(path: Path) -> tuple[DefinitionNode, ...]:
    try:
        return tuple(parse(Source(path.read_text(encoding="utf-8"), str(path))).definitions)
    except OSError as error:
        raise BadManifest(f"{path} cannot be read: {error.strerror}.") from error
    except (GraphQLError, UnicodeDecodeError) as error:
        raise BadManifest(f"{path}: {error}") from error


def _by_name(nodes: Iterable[_Definition], kind: str) -> dict[str, _Definition]:
    found: dict[str, _Definition] = {}
    for node in nodes:
        if node.name is None:
            raise BadManifest(f"{_place(node)}: an operation without a name.")
        if node.name.value in found:
            raise BadManifest(f"{_place(node)}: the {kind} {node.name.value} is there twice.")
        found[node.name.value] = node
    return found


def _collected(
    name: str,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    executor: Executor,
) -> Collected:
    used = _used(operation, fragments)
    document = DocumentNode(definitions=(operation, *(fragments[one] for one in sorted(used))))
    text = print_ast(document)
    if errors := executor.prepare(text).errors:
        raise BadManifest(f"{_place(operation)}: {name} is not valid: {errors[0].message}")
    return Collected(Trusted(digest_of(text), name, text), operation.operation.value)


def _used(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> set[str]:
    """The fragments that an operation spreads, and those that they spread; unknown ones are left to validation."""
    found: set[str] = set()
    nodes: list[Node] = [operation]
    while nodes:
        spreads = _Spreads()
        visit(nodes.pop(), spreads)
        new = (spreads.names & fragments.keys()) - found
        found |= new
        nodes += [fragments[name] for name in new]
    return found


class _Spreads(Visitor):
    """Gathers the names of fragments that are spread."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    # graphql-core's visitor passes nodes and keys of many types.
    def enter_fragment_spread(self, node: FragmentSpreadNode, *_others: object) -> None:
        self.names.add(node.name.value)


def _place(node: Node) -> str:
    return node.loc.source.name if node.loc is not None else "?"

"""What a resolver learns of its call is what graphql-core tells it."""

from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLString,
    execute,
    parse,
)
from graphql.execution import Executor
from graphql.pyutils import Path

from compiled import CompiledExecutor

DOCUMENT = """
query Asked($n: String = "x") { a: items { ...F again: name } ... on Query { a: items { other: name node { id } } } }
fragment F on Item { name }
"""


# Infos are of any context, hence Any, here and below.
def _told(info: GraphQLResolveInfo[Any]) -> list[Any]:
    path: Path | None = info.path
    names = []
    while path is not None:
        names.append(path.typename)
        path = path.prev
    return [info._replace(path=None, async_helpers=None), info.path.as_list(), names]  # type: ignore[arg-type]


def _schema(seen: list[Any]) -> GraphQLSchema:
    def name(_source: Any, info: GraphQLResolveInfo[Any]) -> str:
        seen.append(_told(info))
        return "name"

    def items(_source: Any, info: GraphQLResolveInfo[Any]) -> list[int]:
        seen.append(_told(info))
        return [1, 2]

    def which(_value: Any, info: GraphQLResolveInfo[Any], _type: Any) -> str:
        seen.append(_told(info))
        return "Item"

    def is_item(_value: Any, info: GraphQLResolveInfo[Any]) -> bool:
        seen.append(_told(info))
        return True

    node = GraphQLInterfaceType("Node", {"id": GraphQLField(GraphQLString)}, resolve_type=which)
    item = GraphQLObjectType(
        "Item",
        lambda: {
            "id": GraphQLField(GraphQLString, resolve=name),
            "name": GraphQLField(GraphQLString, resolve=name),
            "node": GraphQLField(node, resolve=lambda source, _info: source),
        },
        interfaces=[node],
        is_type_of=is_item,
    )
    return GraphQLSchema(GraphQLObjectType("Query", {"items": GraphQLField(GraphQLList(item), resolve=items)}))


def test_infos_are_the_same() -> None:
    seen: list[Any] = []
    schema, document = _schema(seen), parse(DOCUMENT)

    told = []
    for executor in (Executor, CompiledExecutor):
        answer = execute(schema, document, "root", "context", {"n": "y"}, executor_class=executor)
        assert answer.errors is None  # type: ignore[union-attr]  # nothing here is awaited
        told.append([*seen])
        seen.clear()

    expected, found = told
    assert len(found) == len(expected) > 10
    assert found == expected


async def test_helpers_for_awaitables_work() -> None:
    async def one() -> str:
        return "one"

    async def resolve(_source: Any, info: GraphQLResolveInfo[Any]) -> str:
        return "".join(await info.async_helpers.gather([one(), one()]))

    schema = GraphQLSchema(GraphQLObjectType("Query", {"a": GraphQLField(GraphQLString, resolve=resolve)}))

    answer = await execute(schema, parse("{ a b: a }"), executor_class=CompiledExecutor)  # type: ignore[misc]

    assert answer.data == {"a": "oneone", "b": "oneone"}

"""Loaders get the keys of one turn of the event loop together, as many as under graphql-core or more."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from aiodataloader import DataLoader
from graphql import build_schema, execute, parse
from graphql.execution import Executor

from compiled import CompiledExecutor

SCHEMA = build_schema(
    """
    type Query { node(id: Int!): Node later(id: Int!): Node nodes(first: Int!): [Node!]! soon(first: Int!): [Node!]! }
    type Node { id: Int! next: Node later: Node wrapped: Node! children: [Node!]! name: String }
    """
)
DOCUMENTS = (
    "{ nodes(first: 5) { next { id } } }",
    "{ nodes(first: 5) { next { id next { id next { name } } } later { next { id } } } }",
    "{ soon(first: 5) { next { id later { id later { next { id } } } } wrapped { next { id } } } }",
    "{ node(id: 1) { next { id } } later(id: 7) { next { id } } nodes(first: 3) { next { id } } }",
    "{ later(id: 1) { later { later { next { id } } } } node(id: 3) { next { next { next { next { id } } } } } }",
    "{ nodes(first: 4) { children { next { name children { next { name } } } later { next { name } } } name } }",
    "{ nodes(first: 4) { wrapped { wrapped { next { id } } } next { id } later { next { id } } } }",
    "{ a: node(id: 1) { next { id } } b: node(id: 1) { next { next { id } } } soon(first: 2) { later { name } } }",
)


class Nodes(DataLoader[int, "Node"]):
    """Keeps the sizes of its batches."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[int] = []

    async def batch_load_fn(self, keys: Sequence[int]) -> "list[Node]":
        self.batches.append(len(keys))
        await asyncio.sleep(0.001)
        return [Node(key, self) for key in keys]


class Node:
    """A number; its neighbours are loaded, at once or after a turn of the loop."""

    def __init__(self, id: int, nodes: Nodes) -> None:
        self.id = id
        self.nodes = nodes

    # Called as graphql-core calls attributes, with an info of any kind, hence Any.
    def next(self, _info: Any) -> Any:
        return self.nodes.load(self.id + 1)

    async def later(self, _info: Any) -> "Node":
        return await self.nodes.load(self.id + 10)

    async def wrapped(self, _info: Any) -> "Node":
        return Node(self.id + 100, self.nodes)

    def children(self, _info: Any) -> "list[Any]":
        return [self.nodes.load(self.id * 1000 + number) for number in range(2)]

    async def name(self, _info: Any) -> str:
        return f"node {(await self.nodes.load(self.id + 500)).id}"


class Root:
    def __init__(self, nodes: Nodes) -> None:
        self.all = nodes

    def node(self, _info: Any, id: int) -> Any:
        return self.all.load(id)

    async def later(self, _info: Any, id: int) -> Node:
        return await self.all.load(id)

    def nodes(self, _info: Any, first: int) -> list[Node]:
        return [Node(number, self.all) for number in range(first)]

    async def soon(self, info: Any, first: int) -> list[Node]:
        await asyncio.sleep(0)
        return self.nodes(info, first)


@pytest.mark.parametrize("document", DOCUMENTS)
async def test_batches_are_no_smaller_and_no_more(document: str) -> None:
    batches, answers = [], []
    for executor in (Executor, CompiledExecutor):
        nodes = Nodes()
        answers.append(await execute(SCHEMA, parse(document), Root(nodes), executor_class=executor))  # type: ignore[misc]
        batches.append(nodes.batches)

    expected, found = batches
    assert answers[0].errors is answers[1].errors is None
    assert answers[1].data == answers[0].data
    assert sum(found) == sum(expected)
    assert len(found) <= len(expected)

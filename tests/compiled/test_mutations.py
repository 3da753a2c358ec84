"""Mutations: one root field after another, each with all that is below it."""

import asyncio
from typing import Any

import pytest
from graphql import build_schema

from tests.compiled.compare import check

SCHEMA = build_schema(
    """
    type Query { a: Int }
    type Mutation { add(by: Int!): State later(by: Int!): State! fails: State failsSure: State! seen: [Int!]! }
    type State { number: Int! soon: Int! seen: [Int!]! broken: Int! }
    """
)


class State:
    """A number that mutations change, seen by what is selected below them."""

    def __init__(self) -> None:
        self.number = 0
        self.log: list[int] = []

    # Called as graphql-core calls attributes, with an info of any kind, hence Any.
    def add(self, _info: Any, by: int) -> "State":
        self.number += by
        self.log.append(self.number)
        return self

    async def later(self, _info: Any, by: int) -> "State":
        await asyncio.sleep(0.001)
        return self.add(_info, by)

    async def soon(self, _info: Any) -> int:
        await asyncio.sleep(0.001)
        return self.number

    def seen(self, _info: Any) -> list[int]:
        return list(self.log)

    async def fails(self, _info: Any) -> "State":
        await asyncio.sleep(0)
        raise ValueError("failed")

    def failsSure(self, _info: Any) -> "State":
        raise ValueError("failed at once")

    async def broken(self, _info: Any) -> int | None:
        return None


@pytest.mark.parametrize(
    "document",
    [
        "mutation { a: add(by: 1) { number soon } b: add(by: 2) { number soon seen } }",
        "mutation { a: later(by: 1) { number soon } b: add(by: 2) { soon number } c: later(by: 3) { seen } }",
        "mutation { a: add(by: 1) { number } b: add(by: 2) { number } }",
        "mutation { a: later(by: 1) { number } fails { number } b: later(by: 2) { soon } }",
        "mutation { a: later(by: 1) { number } failsSure { number } b: later(by: 2) { soon } }",
        "mutation { a: add(by: 1) { broken soon } b: later(by: 2) { broken soon } c: add(by: 3) { soon } }",
        "mutation { failsSure { number } b: later(by: 2) { soon } }",
        "mutation { __typename a: later(by: 1) { __typename } seen }",
    ],
)
async def test_one_after_another(document: str) -> None:
    await check(SCHEMA, document, State)

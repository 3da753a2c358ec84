"""Null and errors at each depth of nullable and non-null fields, given at once and later."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from graphql import build_schema, execute, parse

from compiled import CompiledExecutor
from tests.compiled.compare import check

SCHEMA = build_schema(
    """
    type Query { data: Data sure: Data! }
    type Data { value: String must: String! data: Data mustData: Data! list: [Data!] mustList: [Data!]! }
    """
)
DOCUMENTS = (
    "{ data { value } }",
    "{ data { must } }",
    "{ data { mustData { must } } }",
    "{ data { mustData { value must mustData { must } } value } }",
    "{ data { data { mustData { mustData { must } } } data2: data { value } } }",
    "{ data { list { must } mustList { value } } }",
    "{ data { mustList { mustList { must } } } }",
    "{ sure { must } data { value } }",
    "{ sure { value mustData { must } } }",
    "{ sure { list { mustData { list { must } } } } a: sure { value } }",
)


class Data:
    """Answers each field by its name, `how` it is told to; deep ones end at a depth."""

    def __init__(self, how: str, *, is_late: bool, depth: int = 0) -> None:
        self.how = how
        self.is_late = is_late
        self.depth = depth

    # Fields have values of different types, hence Any.
    def __getattr__(self, name: str) -> Any:
        def answer(_info: Any) -> Any:
            return self._later(name) if self.is_late else self._answer(name)

        return answer

    async def _later(self, name: str) -> Any:
        await asyncio.sleep(0)
        return self._answer(name)

    def _answer(self, name: str) -> Any:
        if name in ("value", "must"):
            if self.how == "null":
                return None
            if self.how == "wrong":
                return {}
            if self.how == "given error":
                return ValueError(name)
            if self.how == "error":
                raise ValueError(name)
            return name
        below = Data(self.how, is_late=self.is_late, depth=self.depth + 1)
        return [below, below] if name in ("list", "mustList") else below


@pytest.mark.parametrize("how", ["right", "null", "wrong", "error", "given error"])
@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize("document", DOCUMENTS)
async def test_null_and_errors_reach_the_next_nullable_position(document: str, is_late: bool, how: str) -> None:
    await check(SCHEMA, document, lambda: {name: lambda _: Data(how, is_late=is_late) for name in ("data", "sure")})


async def test_an_error_ends_what_is_awaited_beside_it() -> None:
    ended = []

    async def endless(_info: Any) -> str:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append(True)
        return "never"

    async def failing(_info: Any) -> str:
        await asyncio.sleep(0)
        raise ValueError("soon")

    schema = build_schema("type Query { a: A other: Int } type A { slow: String fails: String! }")
    root = {"a": {"slow": endless, "fails": failing}, "other": 1}

    running = execute(schema, parse("{ a { slow fails } other }"), root, executor_class=CompiledExecutor)
    assert isinstance(running, Awaitable)
    answer = await asyncio.wait_for(running, 5)

    assert answer.data == {"a": None, "other": 1}
    assert ended

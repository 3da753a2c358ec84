"""Executions that end early: cancelled from outside, or by a cancellation from inside."""

import asyncio
import gc
from collections.abc import Awaitable
from typing import Any

import pytest
from graphql import build_schema, execute, parse

from compiled import CompiledExecutor

SCHEMA = build_schema("type Query { a: Query b: Query list: [Query] number: Int after: Int }")


class Endless:
    """Fields that never answer, and say when they are cancelled."""

    def __init__(self) -> None:
        self.cancelled: list[str] = []
        self.future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    # Called as graphql-core calls attributes, with an info of any kind, hence Any.
    async def a(self, _info: Any) -> "Endless":
        await asyncio.sleep(0)
        return self

    async def list(self, _info: Any) -> "list[Endless]":
        return [self, self]

    async def number(self, info: Any) -> int:
        try:
            await asyncio.sleep(3600)
        finally:
            self.cancelled.append("/".join(map(str, info.path.as_list())))
        return 1

    def after(self, _info: Any) -> "asyncio.Future[Any]":
        return self.future


def running(document: str, root: object) -> Awaitable[Any]:
    answer = execute(SCHEMA, parse(document), root, executor_class=CompiledExecutor)
    assert isinstance(answer, Awaitable)
    return answer


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        ("{ number }", ["number"]),
        ("{ number again: number after }", ["number", "again"]),
        ("{ a { number after list { number } } }", ["a/number", "a/list/0/number", "a/list/1/number"]),
        ("{ list { a { number } } after }", ["list/0/a/number", "list/1/a/number"]),
    ],
)
async def test_what_is_awaited_ends_with_the_execution(document: str, paths: list[str]) -> None:
    root = Endless()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await running(document, root)
    await asyncio.sleep(0)
    gc.collect()

    assert sorted(root.cancelled) == sorted(paths)


@pytest.mark.parametrize("document", ["{ after }", "{ after a { number } }", "{ a { after } number }"])
async def test_a_cancellation_from_inside_ends_the_execution(document: str) -> None:
    root = Endless()
    asyncio.get_running_loop().call_later(0.01, root.future.cancel)

    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(running(document, root), 5)


async def test_many_errors_at_once_are_told_in_little_time() -> None:
    async def failing(_info: Any) -> Any:
        await asyncio.sleep(0)
        raise ValueError("no")

    items = [{"a": failing, "number": failing} for _ in range(2000)]

    answer = await asyncio.wait_for(running("{ list { a { number } number } }", {"list": items}), 20)

    assert len(answer.errors) == 4000

"""What an execution without errors has touched goes when it ends; nothing is left to the garbage collector."""

import asyncio
import gc
from collections.abc import Iterator
from typing import Any

import pytest
import strawberry
from graphql import ExecutionResult, execute, parse

from compiled import CompiledExecutor, Plans


@pytest.fixture
def collecting() -> Iterator[None]:
    """Collects nothing until the test does."""
    gc.collect()
    gc.disable()
    yield
    gc.set_debug(0)
    gc.garbage.clear()
    gc.enable()


def cycles() -> list[str]:
    """The classes of what is in cycles that nothing refers to."""
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.collect()
    return sorted(type(one).__name__ for one in gc.garbage)


def look_up(root: Any, info: strawberry.Info) -> str:
    return str(info.context["found"])


look_up.looks_up = True  # type: ignore[attr-defined]


@strawberry.type
class Item:
    name: str
    found: str = strawberry.field(resolver=look_up)

    @strawberry.field
    async def later(self, info: strawberry.Info, times: int) -> str:
        await asyncio.sleep(0)
        return str(info.context["found"]) * times


@strawberry.type
class Query:
    @strawberry.field
    def items(self) -> list[Item]:
        return [Item(name="a"), Item(name="b")]

    @strawberry.field
    async def awaited(self) -> list[Item]:
        await asyncio.sleep(0)
        return [Item(name="a")]


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def change(self) -> Item:
        await asyncio.sleep(0)
        return Item(name="a")


SCHEMA = strawberry.Schema(Query, Mutation)._schema


@pytest.mark.usefixtures("collecting")
@pytest.mark.parametrize(
    "text",
    [
        "{ items { name found } }",
        "{ awaited { name found } }",
        "{ items { name later(times: 2) } awaited { found } }",
        "mutation { a: change { name later(times: 1) } b: change { found } }",
    ],
)
async def test_an_execution_leaves_no_cycles(text: str) -> None:
    document = parse(text)
    plans = Plans()

    async def run() -> ExecutionResult:
        given: Any = {"context_value": {"found": "it"}, "executor_class": CompiledExecutor, "plans": plans}
        result = execute(SCHEMA, document, **given)
        return result if isinstance(result, ExecutionResult) else await result

    # Plans are made by the first, and kept.
    assert (await run()).errors is None
    gc.collect()

    assert (await run()).errors is None
    await asyncio.sleep(0)

    assert cycles() == []

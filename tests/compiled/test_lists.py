"""Lists: of values, of awaitables, of lists, of what comes asynchronously; with null and errors at each place."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from graphql import build_schema

from tests.compiled.compare import check

TYPES = ("[Int]", "[Int]!", "[Int!]", "[Int!]!")


async def soon(value: Any) -> Any:
    await asyncio.sleep(0)
    return value


async def failing(message: str = "late") -> Any:
    await asyncio.sleep(0)
    raise ValueError(message)


async def coming(*values: Any, fails: bool = False) -> AsyncIterator[Any]:
    for value in values:
        yield value
    if fails:
        raise ValueError("no more")


def later(value: Any) -> "asyncio.Future[Any]":
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(future.set_result, value)
    return future


def raising(*values: Any) -> Any:
    yield from values
    raise ValueError("iterator")


LISTS: dict[str, Callable[[], Any]] = {
    "list": lambda: [1, 2],
    "tuple": lambda: (1, 2),
    "set": lambda: {1},
    "generator": lambda: (number for number in (1, 2)),
    "iterator that raises": lambda: raising(1),
    "null": lambda: None,
    "with null": lambda: [1, None, 2],
    "with an error": lambda: [1, ValueError("item"), 2],
    "with a wrong value": lambda: [1, "a", 2],
    "with a large number": lambda: [1, 2**31],
    "text": lambda: "12",
    "mapping": lambda: {"a": 1},
    "number": lambda: 5,
    "error": lambda: ValueError("all"),
    "awaited": lambda: soon([1, 2]),
    "awaited null": lambda: soon(None),
    "awaited error": failing,
    "awaited with null": lambda: soon([1, None]),
    "future": lambda: later([1, 2]),
    "awaitables": lambda: [soon(1), 2, later(3)],
    "awaitables with null": lambda: [soon(1), soon(None), 2],
    "awaitables with an error": lambda: [soon(1), failing(), later(2)],
    "awaitables with a wrong value": lambda: [soon("a"), 1],
    "one awaitable": lambda: [soon(1)],
    "awaitables behind an error": lambda: [ValueError("first"), soon(1), failing()],
    "awaited awaitables": lambda: soon([soon(1), soon(2)]),
    "coming": lambda: coming(1, 2),
    "coming with null": lambda: coming(1, None, 2),
    "coming, then failing": lambda: coming(1, fails=True),
    "coming with an error": lambda: coming(1, ValueError("item"), 2),
    "coming awaitables": lambda: coming(soon(1), soon(None), 2),
    "awaited coming": lambda: soon(coming(1, 2)),
    "nothing coming": coming,
    "empty": lambda: [],
}


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("name", LISTS)
async def test_lists_of_numbers(type_: str, name: str) -> None:
    schema = build_schema(f"type Query {{ before: Int list: {type_} nested: Query after: Int }}")

    def answer(_info: Any) -> Any:
        return LISTS[name]()

    def root() -> Any:
        return {"before": 1, "list": answer, "nested": {"list": answer, "after": 3}, "after": 2}

    await check(schema, "{ before nested { list after } after }", root)
    await check(schema, "{ before list nested { list after } after }", root)


@pytest.mark.parametrize("type_", ["[[Int]]", "[[Int!]]", "[[Int!]!]", "[[Int!]!]!", "[[Int]!]!"])
@pytest.mark.parametrize(
    "make",
    [
        lambda: [[1, 2], [3]],
        lambda: [[1, None], None, [3]],
        lambda: [[1, ValueError("deep")], [2]],
        lambda: soon([soon([soon(1), failing()]), [2]]),
        lambda: [coming(1, 2), coming(3, None)],
        lambda: coming([1], soon([2]), [None]),
        lambda: coming([1], soon([soon(2)]), [3]),
        lambda: [5],
        lambda: [soon(None), [1]],
    ],
)
async def test_lists_of_lists(type_: str, make: Callable[[], Any]) -> None:
    schema = build_schema(f"type Query {{ list: {type_} other: Int }}")

    await check(schema, "{ list other }", lambda: {"list": lambda _: make(), "other": 1})


@pytest.mark.parametrize("type_", ["[Item]", "[Item!]", "[Item!]!", "[Item]!"])
@pytest.mark.parametrize(
    "make",
    [
        lambda: [{"id": 1}, {"id": 2}],
        lambda: [{"id": 1}, {"id": None}],
        lambda: [{"id": 1}, None],
        lambda: [{"id": lambda _: soon(1)}, {"id": lambda _: soon(None)}],
        lambda: [{"id": lambda _: soon(1)}, {"id": lambda _: failing()}, {"id": lambda _: soon(3)}],
        lambda: [soon({"id": lambda _: soon(1)}), {"id": 2}],
        lambda: coming({"id": 1}, {"id": lambda _: soon(2)}, soon({"id": lambda _: failing()})),
        lambda: coming({"id": None}, {"id": 2}),
        lambda: [{"id": lambda _: soon(1), "inner": lambda _: soon({"id": lambda _: soon(None)})}],
    ],
)
async def test_lists_of_objects(type_: str, make: Callable[[], Any]) -> None:
    schema = build_schema(f"type Query {{ list: {type_} }} type Item {{ id: Int! inner: Item name: String }}")

    await check(schema, "{ list { id inner { id name } name } }", lambda: {"list": lambda _: make()})


async def test_an_asynchronous_list_is_closed_when_an_item_fails() -> None:
    closed = []

    async def many() -> AsyncIterator[int | None]:
        try:
            for _ in range(100):
                yield None
        finally:
            closed.append(True)

    schema = build_schema("type Query { list: [Int!] }")

    await check(schema, "{ list }", lambda: {"list": lambda _: many()})

    assert len(closed) == 5

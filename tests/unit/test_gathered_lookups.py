"""Look-ups that wait for each other: each caller gets its own answer, and few round trips are made."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from core.problems import Unavailable
from ports.cache import Versioned
from web.caching.gathering import GatheredLookups


class SlowCache:
    """Answers each key with its own name when told to; fails for those that begin with `bad`."""

    def __init__(self) -> None:
        self.asked: list[Sequence[str]] = []
        self.may_answer = asyncio.Event()

    async def get_many(self, keys: Sequence[str]) -> Sequence[Versioned | None]:
        self.asked.append(list(keys))
        await self.may_answer.wait()
        if any(key.startswith("bad") for key in keys):
            raise Unavailable("cache", "away")
        return [None if key == "none" else Versioned(1, key.encode()) for key in keys]

    async def put_many(self, values: Mapping[str, Versioned], *, seconds: int) -> None:
        raise AssertionError

    async def invalidate(self, versions: Mapping[str, int], *, seconds: int) -> None:
        raise AssertionError

    async def ping(self) -> None:
        raise AssertionError

    async def close(self) -> None:
        raise AssertionError


async def begun(*waiting: "asyncio.Task[Versioned | None]") -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_what_is_asked_for_meanwhile_goes_with_the_next_round_trip() -> None:
    cache = SlowCache()
    lookups = GatheredLookups(cache)
    first = asyncio.create_task(lookups.get("a"))
    await begun(first)
    others = [asyncio.create_task(lookups.get(key)) for key in ("b", "none", "b")]
    await begun(*others)

    cache.may_answer.set()
    found = await asyncio.gather(first, *others)

    assert found == [Versioned(1, b"a"), Versioned(1, b"b"), None, Versioned(1, b"b")]
    assert cache.asked == [["a"], ["b", "none"]]


async def test_a_failure_is_told_to_those_whom_it_befell_and_the_next_is_asked_again() -> None:
    cache = SlowCache()
    cache.may_answer.set()
    lookups = GatheredLookups(cache)

    found = await asyncio.gather(lookups.get("bad"), lookups.get("bad too"), return_exceptions=True)
    after = await lookups.get("c")

    assert [type(one) for one in found] == [Unavailable, Unavailable]
    assert after == Versioned(1, b"c")


async def test_a_caller_who_leaves_takes_nothing_from_the_others() -> None:
    cache = SlowCache()
    lookups = GatheredLookups(cache)
    leaving = asyncio.create_task(lookups.get("a"))
    staying = asyncio.create_task(lookups.get("a"))
    await begun(leaving, staying)

    leaving.cancel()
    cache.may_answer.set()

    assert await staying == Versioned(1, b"a")
    with pytest.raises(asyncio.CancelledError):
        await leaving


async def test_nobody_waits_for_ever_when_the_process_ends() -> None:
    lookups = GatheredLookups(SlowCache())
    waiting = asyncio.create_task(lookups.get("a"))
    await begun(waiting)

    for task in asyncio.all_tasks() - {asyncio.current_task(), waiting}:
        task.cancel()

    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(5):
            await waiting

"""Look-ups that wait for each other: each caller gets its own answer, and few round trips are made."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from core.problems import Unavailable
from core.profile import Profile, current_profile, profiling
from ports.cache import Versioned
from web.caching.gathering import GatheredLookups


class SlowCache:
    """Answers each key with its own name when told to; fails for those that begin with `bad`."""

    def __init__(self) -> None:
        self.asked: list[Sequence[str]] = []
        self.profiles: list[Profile | None] = []
        self.may_answer = asyncio.Event()

    async def get_many(self, keys: Sequence[str]) -> Sequence[Versioned | None]:
        self.asked.append(list(keys))
        self.profiles.append(current_profile())
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


class Forgetful(SlowCache):
    """Leaves out what it does not hold."""

    async def get_many(self, keys: Sequence[str]) -> Sequence[Versioned | None]:
        return []


async def begun(*waiting: "asyncio.Task[Versioned | None]") -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_what_is_asked_for_meanwhile_goes_with_the_next_round_trip() -> None:
    cache = SlowCache()
    lookups = GatheredLookups(cache)
    waiting = [asyncio.create_task(lookups.get(key)) for key in ("a", "b", "c", "none", "c")]
    await begun(*waiting)

    cache.may_answer.set()
    found = await asyncio.gather(*waiting)

    assert found == [Versioned(1, b"a"), Versioned(1, b"b"), Versioned(1, b"c"), None, Versioned(1, b"c")]
    assert cache.asked == [["a"], ["b"], ["c", "none"]]


async def test_a_cache_that_answers_otherwise_than_it_was_asked_is_told_of() -> None:
    lookups = GatheredLookups(Forgetful())

    found = await asyncio.gather(*(lookups.get(key) for key in "abc"), return_exceptions=True)

    assert [type(one) for one in found] == [ValueError] * 3


async def test_a_round_trip_is_no_part_of_the_request_that_came_first() -> None:
    cache = SlowCache()
    cache.may_answer.set()

    with profiling() as profile:
        await GatheredLookups(cache).get("a")

    assert cache.profiles == [None]
    assert profile.round_trips == 0


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

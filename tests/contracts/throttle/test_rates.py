"""Rates, counted by every throttle: so many uses at once, and as many again in a time."""

import asyncio
from collections.abc import Mapping

import pytest

from core.profile import profiling
from ports.throttle import Meter, Taking
from tests.contracts.throttle.test_throttle import key, throttle

__all__ = ["key", "throttle"]


def _of(key: str, *, most: int = 3, seconds: int = 300, uses: int = 1) -> Taking:
    return Taking(key, most, seconds, uses)


async def test_lets_all_uses_through_at_once_and_the_next_when_one_is_back(throttle: Meter, key: str) -> None:
    waits = [await throttle.take([_of(key)]) for _ in range(4)]

    assert waits[:3] == [0, 0, 0]
    assert 98 < waits[3] <= 100


async def test_what_is_refused_takes_nothing(throttle: Meter, key: str) -> None:
    waits = [await throttle.take([_of(key)]) for _ in range(20)]

    assert 98 < waits[-1] <= 100


async def test_uses_come_back_evenly(throttle: Meter, key: str) -> None:
    for _ in range(2):
        await throttle.take([_of(key, most=2, seconds=2)])

    await asyncio.sleep(1.05)
    waits = [await throttle.take([_of(key, most=2, seconds=2)]) for _ in range(2)]

    assert waits[0] == 0
    assert 0 < waits[1] <= 1


async def test_several_uses_are_taken_as_one(throttle: Meter, key: str) -> None:
    waits = [await throttle.take([_of(key, most=100, uses=60)]) for _ in range(2)]

    assert waits[0] == 0
    assert 58 < waits[1] <= 60


async def test_more_than_there_ever_are_counts_as_all(throttle: Meter, key: str) -> None:
    waits = [await throttle.take([_of(key, uses=1_000)]), await throttle.take([_of(key)])]

    assert waits[0] == 0
    assert 98 < waits[1] <= 100


async def test_takes_from_all_or_from_none(throttle: Meter, key: str) -> None:
    other = f"{key}-other"
    await throttle.take([_of(key, uses=3)])

    refused = [await throttle.take([_of(other), _of(key)]) for _ in range(5)]
    waits = [await throttle.take([_of(other)]) for _ in range(4)]

    assert all(wait > 98 for wait in refused)
    assert [wait == 0 for wait in waits] == [True, True, True, False]


async def test_many_at_once_get_no_more_than_there_is(throttle: Meter, key: str) -> None:
    waits = await asyncio.gather(*(throttle.take([_of(key)]) for _ in range(30)))

    assert sum(wait == 0 for wait in waits) == 3


@pytest.mark.parametrize("count", [0, 1])
async def test_costs_one_round_trip_or_none(throttle: Meter, key: str, count: int) -> None:
    with profiling() as profile:
        await throttle.take([_of(key)] * count)

    assert profile.cache == count


async def test_one_server_is_asked_once_for_all(redis_kinds: Mapping[str, str], throttle: Meter, key: str) -> None:
    with profiling() as profile:
        await throttle.take([_of(f"{key}-{number}") for number in range(5)])

    assert profile.cache <= 2

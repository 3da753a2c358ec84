"""What every throttle must do, run against one server and against a cluster."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping

import pytest

from adapters.throttle.redis import RedisClusterThrottle, RedisThrottle
from bootstrap.throttle import open_throttle
from core.ids import new_id
from core.problems import Unavailable
from core.profile import profiling
from ports.throttle import Slowed, Taking, Throttle

STRICT = Slowed(free=2, first_seconds=100, longest_seconds=300, memory_seconds=1000)


@pytest.fixture(params=["single", "cluster"])
async def throttle(request: pytest.FixtureRequest, redis_kinds: Mapping[str, str]) -> AsyncIterator[Throttle]:
    opened = open_throttle(redis_kinds[request.param])
    yield opened
    await opened.close()


@pytest.fixture
def key() -> str:
    return f"test:{new_id()}"


async def test_lets_the_free_attempts_through_and_then_pauses(throttle: Throttle, key: str) -> None:
    waits = [await throttle.attempt([(key, STRICT)]) for _ in range(3)]

    assert waits[:2] == [0, 0]
    assert 99 < waits[2] <= 100


async def test_an_attempt_that_is_refused_does_not_count(throttle: Throttle, key: str) -> None:
    waits = [await throttle.attempt([(key, STRICT)]) for _ in range(20)]

    assert 99 < waits[-1] <= 100


async def test_pauses_double_up_to_the_longest(throttle: Throttle, key: str) -> None:
    doubling = Slowed(free=1, first_seconds=1, longest_seconds=3, memory_seconds=1000)
    pauses = [0.0]
    for _ in range(3):
        await asyncio.sleep(pauses[-1] + 0.02)
        assert await throttle.attempt([(key, doubling)]) == 0
        pauses.append(await throttle.attempt([(key, doubling)]))

    assert [round(pause) for pause in pauses] == [0, 1, 2, 3]


async def test_what_was_long_ago_is_forgotten(throttle: Throttle, key: str) -> None:
    forgetful = Slowed(free=2, first_seconds=1, longest_seconds=1, memory_seconds=1)
    await throttle.attempt([(key, forgetful)])
    await throttle.attempt([(key, forgetful)])

    await asyncio.sleep(1.1)
    waits = [await throttle.attempt([(key, forgetful)]) for _ in range(2)]

    assert waits == [0, 0]


async def test_a_pause_outlasts_a_shorter_memory(throttle: Throttle, key: str) -> None:
    short = Slowed(free=1, first_seconds=3, longest_seconds=3, memory_seconds=1)
    await throttle.attempt([(key, short)])

    await asyncio.sleep(1.2)

    assert await throttle.attempt([(key, short)]) > 1


async def test_many_at_once_are_counted_one_by_one(throttle: Throttle, key: str) -> None:
    waits = await asyncio.gather(*(throttle.attempt([(key, STRICT)]) for _ in range(30)))

    assert sum(wait == 0 for wait in waits) == 2


async def test_all_keys_must_let_an_attempt_through_and_none_counts_it_otherwise(throttle: Throttle, key: str) -> None:
    other = f"{key}-other"
    for _ in range(2):
        await throttle.attempt([(key, STRICT)])

    refused = [await throttle.attempt([(other, STRICT), (key, STRICT)]) for _ in range(5)]
    waits = [await throttle.attempt([(other, STRICT)]) for _ in range(3)]

    assert all(wait > 99 for wait in refused)
    assert [wait == 0 for wait in waits] == [True, True, False]


async def test_an_attempt_is_counted_under_all_keys(throttle: Throttle, key: str) -> None:
    other = f"{key}-other"
    for _ in range(2):
        await throttle.attempt([(key, STRICT), (other, STRICT)])

    waits = [await throttle.attempt([(one, STRICT)]) for one in (key, other)]

    assert all(wait > 99 for wait in waits)


async def test_keys_do_not_know_of_each_other(throttle: Throttle, key: str) -> None:
    for _ in range(3):
        await throttle.attempt([(key, STRICT)])

    assert await throttle.attempt([(f"{key}-other", STRICT)]) == 0


async def test_what_was_good_is_forgotten_and_can_be_twice(throttle: Throttle, key: str) -> None:
    for _ in range(3):
        await throttle.attempt([(key, STRICT)])

    await throttle.forget(key)
    await throttle.forget(key)

    assert await throttle.attempt([(key, STRICT)]) == 0


async def test_nothing_asked_costs_nothing(throttle: Throttle) -> None:
    with profiling() as profile:
        wait = await throttle.attempt([])

    assert (wait, profile.cache) == (0, 0)


async def test_one_server_is_asked_once_for_all_keys(redis_kinds: Mapping[str, str], key: str) -> None:
    throttle = open_throttle(redis_kinds["single"])
    with profiling() as profile:
        await throttle.attempt([(f"{key}-{number}", STRICT) for number in range(10)])
    await throttle.close()

    assert profile.cache == 1


@pytest.mark.parametrize("scheme", ["redis", "redis+cluster"])
async def test_unreachable_server_is_unavailable(scheme: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        throttle = open_throttle(f"{scheme}://127.0.0.1:{unused.getsockname()[1]}")

        with pytest.raises(Unavailable) as failure:
            await throttle.attempt([("a", STRICT)])
        with pytest.raises(Unavailable):
            await throttle.forget("a")
    await throttle.close()

    assert failure.value.part == "throttle"


@pytest.mark.parametrize("kind", [RedisThrottle, RedisClusterThrottle])
async def test_nothing_is_taken_for_a_while_after_a_failure(kind: type[RedisThrottle]) -> None:
    now = [100.0]
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        throttle = kind.from_url(f"redis://127.0.0.1:{unused.getsockname()[1]}", clock=lambda: now[0])
        told = []
        for seconds in (0.0, 1.0, 0.9, 0.2, 1.9, 0.2):
            now[0] += seconds
            with pytest.raises(Unavailable) as failure:
                await throttle.take([Taking("a", most=1, seconds=60)])
            told.append("not asked again" in str(failure.value))
    await throttle.close()

    assert told == [False, True, True, False, True, False]


async def test_attempts_are_asked_for_also_while_nothing_is_taken() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        throttle = open_throttle(f"redis://127.0.0.1:{unused.getsockname()[1]}")
        await asyncio.gather(throttle.take([Taking("a", most=1, seconds=60)]), return_exceptions=True)
        with profiling() as profile, pytest.raises(Unavailable):
            await throttle.attempt([("a", STRICT)])
    await throttle.close()

    assert profile.cache == 1

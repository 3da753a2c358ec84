"""What every store of carts must do, run against one server and against a cluster."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from adapters.redis_client import AnyRedis
from bootstrap.carts import open_carts
from core.problems import Unavailable
from core.profile import profiling
from ports.carts import CartStore, StoredCart
from tests.fixtures.broker import free_port

KEPT = timedelta(days=30)


@pytest.fixture(params=["single", "cluster"])
async def address(request: pytest.FixtureRequest, redis_kinds: Mapping[str, str]) -> str:
    url = redis_kinds[request.param]
    client = Redis.from_url(url.replace("redis+cluster", "redis"))
    await client.flushall()
    await client.aclose()
    return url


@pytest.fixture
async def carts(address: str) -> AsyncIterator[CartStore]:
    opened = open_carts(address, kept=KEPT)
    yield opened
    await opened.close()


@pytest.fixture
async def plain(address: str) -> AsyncIterator[AnyRedis]:
    """The server behind the store, to look at and to meddle with."""
    client = Redis.from_url(address.replace("redis+cluster", "redis"), decode_responses=True)
    yield client
    await client.aclose()


async def made(carts: CartStore, id: UUID, **fields: str) -> StoredCart:
    cart = await carts.change(id, expected=None, put=fields, remove=())
    assert cart is not None
    return cart


async def test_a_cart_is_found_as_it_was_written(carts: CartStore) -> None:
    one, other = uuid4(), uuid4()

    written = await made(carts, one, owner="ann", line="ein Füllhorn")

    assert written.fields == {"owner": "ann", "line": "ein Füllhorn"}
    assert await carts.find([other, one]) == {one: written}


async def test_a_change_writes_and_removes_in_one_step_and_moves_the_version_on(carts: CartStore) -> None:
    before = await made(carts, uuid4(), a="1", b="2", c="3")

    after = await carts.change(before.id, expected=before.version, put={"a": "9", "d": "4"}, remove=["b"])

    assert after is not None
    assert after.version > before.version
    assert after.fields == {"a": "9", "c": "3", "d": "4"}


async def test_a_change_of_another_version_changes_nothing(carts: CartStore) -> None:
    cart = await made(carts, uuid4(), a="1")

    refused = [
        await carts.change(cart.id, expected=expected, put={"a": "2"}, remove=())
        for expected in (None, cart.version - 1, cart.version + 1)
    ]
    absent = await carts.change(uuid4(), expected=1, put={"a": "2"}, remove=())

    assert refused == [None, None, None]
    assert absent is None
    assert await carts.find([cart.id]) == {cart.id: cart}


async def test_of_many_changes_at_once_one_wins(carts: CartStore) -> None:
    cart = await made(carts, uuid4(), a="0")

    outcomes = await asyncio.gather(
        *(carts.change(cart.id, expected=cart.version, put={"a": str(n)}, remove=()) for n in range(20))
    )

    (winner,) = [one for one in outcomes if one is not None]
    assert await carts.find([cart.id]) == {cart.id: winner}


async def test_a_cart_lives_for_30_days_from_its_last_use(carts: CartStore, plain: AnyRedis) -> None:
    cart = await made(carts, uuid4(), a="1")
    (key,) = await plain.keys("cart:*")
    await plain.pexpire(key, 1000)

    await carts.find([cart.id])

    assert await plain.pttl(key) > KEPT / timedelta(milliseconds=1) - 60_000


async def test_a_changed_cart_waits_until_its_version_is_saved(carts: CartStore) -> None:
    cart = await made(carts, uuid4(), a="1")
    waiting = await carts.list_dirty(limit=10)

    await carts.mark_saved([cart])

    assert [one.id for one in waiting] == [cart.id]
    assert await carts.list_dirty(limit=10) == []


async def test_what_changed_while_it_was_saved_goes_on_waiting(carts: CartStore) -> None:
    saved = await made(carts, uuid4(), a="1")
    await carts.change(saved.id, expected=saved.version, put={"a": "2"}, remove=())

    await carts.mark_saved([saved])

    assert [one.id for one in await carts.list_dirty(limit=10)] == [saved.id]


async def test_those_that_wait_longest_come_first(carts: CartStore) -> None:
    ids = [uuid4() for _ in range(5)]
    for id in ids:
        await made(carts, id, a="1")
    (again,) = (await carts.find([ids[0]])).values()
    await carts.change(ids[0], expected=again.version, put={"a": "2"}, remove=())

    waiting = await carts.list_dirty(limit=3)

    assert [one.id for one in waiting] == ids[:3]


async def test_a_cart_that_is_only_looked_at_is_saved_once_a_day(carts: CartStore, plain: AnyRedis) -> None:
    cart = await made(carts, uuid4(), a="1")
    await carts.mark_saved([cart])
    (key,) = await plain.keys("cart:*")

    await carts.find([cart.id])
    today = await carts.list_dirty(limit=10)
    await plain.hincrby(key, "#seen", -25 * 3600 * 1_000_000)
    await carts.find([cart.id])

    assert today == []
    assert [one.id for one in await carts.list_dirty(limit=10)] == [cart.id]


async def test_a_lost_cart_comes_back_above_its_old_version(carts: CartStore) -> None:
    future = 2**52

    restored = await carts.restore(StoredCart(uuid4(), future, {"a": "1"}))

    assert restored == StoredCart(restored.id, future + 1, {"a": "1"})
    assert await carts.find([restored.id]) == {restored.id: restored}


async def test_a_cart_that_is_there_is_not_put_back(carts: CartStore) -> None:
    cart = await made(carts, uuid4(), a="1")

    restored = await carts.restore(StoredCart(cart.id, cart.version + 10, {"a": "old"}))

    assert restored == cart


async def test_versions_go_on_growing_after_one_ahead_of_the_clock(carts: CartStore) -> None:
    ahead = await carts.restore(StoredCart(uuid4(), 2**52, {"a": "1"}))

    changed = await carts.change(ahead.id, expected=ahead.version, put={"a": "2"}, remove=())

    assert changed is not None
    assert changed.version == ahead.version + 1


async def test_a_version_is_lifted_above_a_copy_that_is_newer(carts: CartStore) -> None:
    cart = await made(carts, uuid4(), a="1")

    lifted = await carts.change(cart.id, expected=cart.version, put={}, remove=(), above=2**52)

    assert lifted == StoredCart(cart.id, 2**52 + 1, {"a": "1"})


async def test_an_emptied_store_lets_nobody_wait(carts: CartStore) -> None:
    await carts.mark_saved([StoredCart(uuid4(), 1, {})])

    assert await carts.find([]) == {}
    assert await carts.list_dirty(limit=10) == []


async def test_many_carts_are_one_round_trip(carts: CartStore) -> None:
    ids = [uuid4() for _ in range(30)]
    for id in ids:
        await made(carts, id, a="1")

    with profiling() as profile:
        found = await carts.find(ids)

    assert set(found) == set(ids)
    assert profile.cache == 1


@pytest.mark.parametrize("scheme", ["redis", "redis+cluster"])
async def test_a_server_that_is_away_is_unavailable(scheme: str) -> None:
    carts = open_carts(f"{scheme}://127.0.0.1:{free_port()}", kept=KEPT)

    for attempt in (
        lambda: carts.find([uuid4()]),
        lambda: carts.change(uuid4(), expected=None, put={}, remove=()),
        lambda: carts.list_dirty(limit=1),
        lambda: carts.mark_saved([StoredCart(uuid4(), 1, {})]),
    ):
        with pytest.raises(Unavailable) as refusal:
            await attempt()
        assert refusal.value.part == "carts"
    await carts.close()

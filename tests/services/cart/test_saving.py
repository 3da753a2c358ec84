"""Carts are written behind, and come back from there when Redis has lost them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from adapters.redis_client import AnyRedis
from bootstrap.carts import open_carts
from core.ids import decode_id_of
from ports.carts import StoredCart
from resolvers.context import RequestContext
from services.cart import Carts, save_carts
from tests.factories.carts import CART_QUERY, add, change, mutation, save_shopper, see, variant_ids, write
from tests.fixtures.broker import free_port
from tests.fixtures.shop import Shop
from workers.carts import CartSaver

FIRST, SECOND = "T-001S", "T-002S"


async def save(shop: Shop) -> None:
    """What a worker does now and then."""
    saver = CartSaver(shop.resources.database, shop.resources.carts, shop.resources.settings.cart)
    while await saver.step() or await shop.resources.carts.list_dirty(limit=1):
        pass


async def rows(shop: Shop) -> int:
    async with shop.resources.database.read() as session:
        return int(await session.scalar(sa.text("SELECT count(*) FROM cart")) or 0)


async def test_saved_cart_comes_back_and_says_so(own_shop: Shop, valkey: AnyRedis) -> None:
    cart = await add(own_shop, (FIRST, 2), (SECOND, 1))
    await save(own_shop)

    await valkey.flushdb()
    restored = await see(own_shop, cart["id"])

    assert restored["lines"] == cart["lines"]
    assert restored["restoration"] is not None
    assert int(restored["version"]) > int(cart["version"])
    assert cart["restoration"] is None


async def test_what_was_not_saved_yet_is_lost_alone(own_shop: Shop, valkey: AnyRedis) -> None:
    cart = await add(own_shop, (FIRST, 2))
    await save(own_shop)
    newer = await add(own_shop, (SECOND, 1), cart=cart["id"])

    await valkey.flushdb()
    payload = await change(
        own_shop,
        "removeCartLines",
        cart=cart["id"],
        version=newer["version"],
        lines=[newer["lines"][0]["id"]],
    )

    assert [one["code"] for one in payload["userErrors"]] == ["STALE_CART"]
    assert (await see(own_shop, cart["id"]))["lines"] == cart["lines"]


async def test_cart_that_was_never_saved_is_gone(own_shop: Shop, valkey: AnyRedis) -> None:
    cart = await add(own_shop, (FIRST, 2))

    await valkey.flushdb()

    assert await see(own_shop, cart["id"]) is None


async def test_changes_after_a_restoration_are_saved_over_the_copy(own_shop: Shop, valkey: AnyRedis) -> None:
    cart = await add(own_shop, (FIRST, 2))
    await save(own_shop)
    for units in (1, 1):
        await valkey.flushdb()
        cart = await add(own_shop, (SECOND, units), cart=cart["id"])
        await save(own_shop)

    await valkey.flushdb()

    assert [line["quantity"] for line in (await see(own_shop, cart["id"]))["lines"]] == [2, 2]


async def test_two_who_find_it_lost_at_once_put_back_one_cart(own_shop: Shop, valkey: AnyRedis) -> None:
    cart = await add(own_shop, (FIRST, 1))
    await save(own_shop)
    await valkey.flushdb()

    seen = await asyncio.gather(*(see(own_shop, cart["id"]) for _ in range(10)))

    assert len({one["version"] for one in seen}) == 1


async def test_both_changes_of_two_who_find_it_lost_are_kept(own_shop: Shop, valkey: AnyRedis) -> None:
    cart = await add(own_shop, (FIRST, 1))
    await save(own_shop)
    await valkey.flushdb()

    await asyncio.gather(*(add(own_shop, (SECOND, 1), cart=cart["id"]) for _ in range(2)))

    assert [line["quantity"] for line in (await see(own_shop, cart["id"]))["lines"]] == [1, 2]


async def test_older_copy_never_replaces_a_newer_one(own_shop: Shop) -> None:
    cart = await add(own_shop, (FIRST, 1))
    key = decode_id_of("Cart", cart["id"])
    (old,) = (await own_shop.resources.carts.find([key])).values()
    await add(own_shop, (FIRST, 1), cart=cart["id"])
    await save(own_shop)

    async with own_shop.resources.database.unit() as unit:
        await save_carts(unit, [old], kept_days=30)

    async with own_shop.resources.database.read() as session:
        version = await session.scalar(sa.text("SELECT version FROM cart"))
    assert version > old.version


async def test_cart_of_a_store_that_went_back_in_time_is_saved_all_the_same(own_shop: Shop) -> None:
    cart = await add(own_shop, (FIRST, 1))
    await save(own_shop)
    await write(own_shop.resources.database, "UPDATE cart SET version = version + 60000000")
    await add(own_shop, (SECOND, 1), cart=cart["id"])

    await save(own_shop)

    async with own_shop.resources.database.read() as session:
        (content,) = await session.scalars(sa.text("SELECT content FROM cart"))
    assert len([name for name in content if name.startswith("line:")]) == 2
    assert await own_shop.resources.carts.list_dirty(limit=10) == []


async def test_one_cart_that_cannot_be_saved_keeps_no_other_waiting(own_shop: Shop) -> None:
    await add(own_shop, (FIRST, 1))
    bad = await add(own_shop, (FIRST, 1))
    key = decode_id_of("Cart", bad["id"])
    (stored,) = (await own_shop.resources.carts.find([key])).values()
    await own_shop.resources.carts.change(key, expected=stored.version, put={"line:x": "\0"}, remove=())

    await save(own_shop)

    assert await rows(own_shop) == 1


async def test_cart_of_an_account_that_is_gone_is_left_out(own_shop: Shop) -> None:
    account = await save_shopper(own_shop.resources.database)
    await add(own_shop, (FIRST, 1), account=account)
    await write(own_shop.resources.database, "DELETE FROM account")

    await save(own_shop)

    assert await rows(own_shop) == 0
    assert await own_shop.resources.carts.list_dirty(limit=10) == []


async def test_copies_that_are_too_old_are_not_put_back(own_shop: Shop, valkey: AnyRedis) -> None:
    cart = await add(own_shop, (FIRST, 1))
    await save(own_shop)
    await write(own_shop.resources.database, "UPDATE cart SET expires_at = now() - interval '1 second'")

    await valkey.flushdb()

    assert await see(own_shop, cart["id"]) is None


@pytest.fixture
async def away(own_shop: Shop) -> AsyncIterator[RequestContext]:
    """A request while nothing answers where carts are."""
    store = open_carts(f"redis://127.0.0.1:{free_port()}", kept=timedelta(days=30))
    context = own_shop.context()
    context.carts = Carts(store, own_shop.resources.database, own_shop.resources.settings)
    context.renew_loaders()
    yield context
    await store.close()


async def test_saved_copy_is_shown_while_carts_cannot_be_reached(own_shop: Shop, away: RequestContext) -> None:
    cart = await add(own_shop, (FIRST, 2))
    await save(own_shop)

    answer = await own_shop.run(CART_QUERY, {"id": cart["id"]}, context=away)

    assert answer.data["cart"]["isStale"]
    assert answer.data["cart"]["lines"] == cart["lines"]


async def test_changes_are_refused_for_now_while_carts_cannot_be_reached(own_shop: Shop, away: RequestContext) -> None:
    ids = await variant_ids(own_shop)

    answer = await own_shop.run(mutation("addCartLines"), {"input": {"lines": [{"variant": ids[FIRST]}]}}, context=away)

    assert [(one["extensions"]["code"], one["extensions"]["part"]) for one in answer.errors] == [
        ("UNAVAILABLE", "carts")
    ]


async def test_missing_cart_is_marked_as_done(own_shop: Shop) -> None:
    cart = await add(own_shop, (FIRST, 1))
    key = decode_id_of("Cart", cart["id"])

    await own_shop.resources.carts.mark_saved([StoredCart(key, 0, {})])

    assert [one.id for one in await own_shop.resources.carts.list_dirty(limit=10)] == [key]

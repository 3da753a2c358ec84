"""A merge that stops anywhere is finished by the next try, also when Redis has lost what it had, and counts once."""

from uuid import UUID

import pytest

from adapters.redis_client import AnyRedis
from core.ids import decode_id_of
from services.cart import Shopper, Use
from services.cart.merging import _finish, _freeze, _pour, merge
from tests.factories.carts import add, change, see, write
from tests.fixtures.shop import Shop
from tests.services.cart.test_merging import carts_of, merged, quantities
from tests.services.cart.test_saving import save

FIRST, SECOND, THIRD = "T-001S", "T-002S", "T-004S"


async def test_repeats_change_nothing_however_many_carts_were_merged(
    own_shop: Shop, account: UUID, valkey: AnyRedis
) -> None:
    await write(own_shop.resources.database, "UPDATE inventory_level SET on_hand = 100")
    await add(own_shop, (SECOND, 1), account=account)
    await save(own_shop)
    await valkey.flushdb()
    guests = [(await add(own_shop, (SECOND, 1)))["id"] for _ in range(7)]
    for guest in guests:
        await merged(own_shop, guest, account)

    for guest in guests:
        await merged(own_shop, guest, account)

    assert quantities(await see(own_shop, account=account)) == {SECOND: 8}


async def test_unfinished_merge_is_remembered_while_others_are_finished(own_shop: Shop, account: UUID) -> None:
    guests = [(await add(own_shop, (THIRD, 1)))["id"] for _ in range(6)]
    await _merge_until(own_shop, guests[0], account, steps=2)
    for guest in guests[1:]:
        await merged(own_shop, guest, account)

    await merged(own_shop, guests[0], account)

    assert quantities(await see(own_shop, account=account)) == {THIRD: 6}


async def test_late_reader_of_the_copy_does_not_bring_the_guests_cart_back(own_shop: Shop, account: UUID) -> None:
    guest = await add(own_shop, (FIRST, 1))
    key = decode_id_of("Cart", guest["id"])
    (copy,) = (await own_shop.resources.carts.find([key])).values()
    await merged(own_shop, guest["id"], account)

    await own_shop.resources.carts.restore(copy)

    late = await change(own_shop, "removeCartLines", cart=guest["id"], lines=[guest["lines"][0]["id"]])
    assert [one["code"] for one in late["userErrors"]] == ["CART_ENDED"]
    assert await see(own_shop, guest["id"]) is None


@pytest.mark.parametrize("steps", [1, 2, 3])
async def test_merge_that_stops_after_a_step_is_finished_by_the_next(own_shop: Shop, account: UUID, steps: int) -> None:
    guest = await add(own_shop, (FIRST, 1))
    await add(own_shop, (FIRST, 1), account=account)
    await _merge_until(own_shop, guest["id"], account, steps=steps)

    payload = await merged(own_shop, guest["id"], account)

    assert [(one["status"], one["quantity"]) for one in payload["report"]] == [("SUMMED", 2)]
    assert quantities(await see(own_shop, account=account)) == {FIRST: 2}
    assert await see(own_shop, guest["id"]) is None


@pytest.mark.parametrize("steps", [1, 2, 3])
async def test_redis_emptied_after_a_step_loses_no_line(
    own_shop: Shop, account: UUID, valkey: AnyRedis, steps: int
) -> None:
    guest = await add(own_shop, (FIRST, 1))
    await add(own_shop, (SECOND, 1), account=account)
    await save(own_shop)
    await _merge_until(own_shop, guest["id"], account, steps=steps)

    await valkey.flushdb()
    payload = await merged(own_shop, guest["id"], account)

    assert payload["userErrors"] == []
    assert quantities(await see(own_shop, account=account)) == {FIRST: 1, SECOND: 1}


async def test_cart_put_back_while_its_copy_is_made_gets_the_lines_again(
    own_shop: Shop, account: UUID, valkey: AnyRedis
) -> None:
    guest = await add(own_shop, (FIRST, 1))
    await add(own_shop, (SECOND, 1), account=account)
    await save(own_shop)
    carts, own = carts_of(own_shop), Use(Shopper(account))
    frozen = await _freeze(carts, decode_id_of("Cart", guest["id"]), account)
    assert frozen is not None
    poured = await _pour(carts, own, frozen)
    await valkey.flushdb()
    await add(own_shop, (SECOND, 1), account=account)
    async with own_shop.resources.database.unit() as unit:
        await _finish(unit, frozen, poured, kept_days=30)

    result = await merge(carts, guest_cart_id=frozen.id, account_id=account)

    assert {line.quantity for line in result.cart.active} == {1, 2}
    assert quantities(await see(own_shop, account=account)) == {FIRST: 1, SECOND: 2}


async def _merge_until(shop: Shop, guest: str, account: UUID, *, steps: int) -> None:
    """The first steps of a merge: mark, pour, save."""
    carts = carts_of(shop)
    frozen = await _freeze(carts, decode_id_of("Cart", guest), account)
    assert frozen is not None
    if steps > 1:
        cart = await _pour(carts, Use(Shopper(account)), frozen)
        if steps > 2:
            async with shop.resources.database.unit() as unit:
                await _finish(unit, frozen, cart, kept_days=30)

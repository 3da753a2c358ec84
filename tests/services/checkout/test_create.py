"""Making checkouts: what is frozen, what is held, and what is refused."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from core.problems import Rejected
from models.checkouts import CheckoutStatus
from services import checkout
from services.cart import CartLine, Use, apply_coupon, merge, send_to
from tests.factories.carts import save_shopper
from tests.factories.checkouts import ASKING, CASH, DECLINED, Buyer, by_card, once, order_statuses, rows, stock, write
from tests.fixtures.shop import Shop
from tests.services.cart.test_coupons import save_coupon


async def test_units_are_held_and_prices_stay_whatever_the_seller_does(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare(("T-001S", 2))

    await write(own_shop, "UPDATE offer SET price_minor = price_minor * 2")
    paid = await buyer.pay(made.id)

    assert paid.status is CheckoutStatus.SUCCEEDED
    assert paid.content.lines[0].unit_minor == 1007
    assert paid.total_minor == made.total_minor == 2 * 1007 + made.content.totals.delivery_minor  # type: ignore[operator]


async def test_groups_follow_the_warehouses_that_hold_the_units(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    await buyer.fill(("T-001S", 4))
    assert buyer.cart_id is not None
    await send_to(buyer.till.carts, Use(buyer.shopper, buyer.cart_id), country="US", postal_code="10001")

    made = await buyer.create()

    (near, far) = made.content.groups
    assert [piece.quantity for piece in near.pieces] == [3]
    assert [piece.quantity for piece in far.pieces] == [1]
    assert [option.code for option in near.options] == ["standard", "express"]
    assert near.chosen_code == far.chosen_code == "standard"
    assert made.content.totals.delivery_minor == 399 + 799


async def test_without_a_place_nothing_of_delivery_is_known(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    await buyer.fill(("T-001S", 1))

    made = await buyer.create()

    assert made.content.destination is None
    assert made.content.totals.delivery_minor is None
    assert [one.options for one in made.content.groups] == [()] or [
        list(one.options) for one in made.content.groups
    ] == [[]]


async def test_a_risen_price_must_be_accepted_first(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    await buyer.fill(("T-001S", 1))
    await write(own_shop, "UPDATE offer SET price_minor = price_minor + 1")

    with pytest.raises(Rejected) as refusal:
        await buyer.create()

    assert [one.code for one in refusal.value.problems] == ["PRICE_NOT_ACCEPTED"]
    assert await stock(own_shop, "T-001S") == (4, 0)


async def test_what_is_sold_out_is_said_of_each_line(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    await buyer.fill(("T-001S", 2), ("T-002S", 1))
    await write(own_shop, "UPDATE inventory_level SET on_hand = 0")

    with pytest.raises(Rejected) as refusal:
        await buyer.create()

    assert [one.code for one in refusal.value.problems] == ["OUT_OF_STOCK", "OUT_OF_STOCK"]


async def test_an_empty_cart_is_not_bought(own_shop: Shop) -> None:
    buyer = Buyer(own_shop, account_id=await save_shopper(own_shop.resources.database))

    with pytest.raises(Rejected) as refusal:
        await buyer.create()

    assert [one.code for one in refusal.value.problems] == ["CART_EMPTY"]


async def test_another_checkout_of_the_cart_takes_the_units_of_the_first(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    first = await buyer.prepare(("T-001S", 4))
    await buyer.pay(first.id, by_card(DECLINED))

    second = await buyer.create()

    assert second.status is CheckoutStatus.OPEN
    replaced = await buyer.see(first.id)
    assert (replaced.status, replaced.failure_code) == (CheckoutStatus.EXPIRED, "REPLACED")
    assert await order_statuses(own_shop) == ["cancelled"]
    assert await stock(own_shop, "T-001S") == (4, 4)


async def test_a_cart_that_is_being_paid_gets_no_other_checkout(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    first = await buyer.prepare()
    await buyer.pay(first.id, by_card(ASKING))

    with pytest.raises(Rejected) as refusal:
        await buyer.create()

    (problem,) = refusal.value.problems
    assert (problem.code, getattr(problem, "checkout_id", None)) == ("CHECKOUT_IN_PROGRESS", first.id)


async def test_a_key_that_comes_again_makes_one_checkout(own_shop: Shop) -> None:
    buyer, key = Buyer(own_shop), once("create")
    await buyer.fill(("T-001S", 2))

    made = await asyncio.gather(*(buyer.create(key) for _ in range(3)))

    assert len({one.id for one in made}) == 1
    assert await stock(own_shop, "T-001S") == (4, 2)
    assert len(await rows(own_shop, "SELECT id FROM checkout")) == 1


async def test_many_at_once_on_one_cart_leave_one_that_lives(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    await buyer.fill(("T-001S", 2))

    await asyncio.gather(*(buyer.create() for _ in range(4)))

    statuses = sorted(row.status for row in await rows(own_shop, "SELECT status FROM checkout"))
    assert statuses == ["expired", "expired", "expired", "open"]
    assert await stock(own_shop, "T-001S") == (4, 2)


async def test_the_last_unit_is_held_by_one_of_many(own_shop: Shop) -> None:
    buyers = [Buyer(own_shop) for _ in range(6)]
    for buyer in buyers:
        await buyer.fill(("WIDE-01", 2))

    outcomes = await asyncio.gather(*(buyer.create() for buyer in buyers), return_exceptions=True)

    refusals = [one for one in outcomes if isinstance(one, Rejected)]
    assert len(refusals) == 5
    assert {one.code for refusal in refusals for one in refusal.problems} == {"OUT_OF_STOCK"}
    assert await stock(own_shop, "WIDE-01") == (2, 2)


async def test_who_signs_in_between_does_not_compete_with_the_checkout_as_a_guest(own_shop: Shop) -> None:
    guest = Buyer(own_shop)
    before = await guest.prepare(("T-001S", 4))
    own = await sign_in(guest)

    made = await own.create()

    assert made.status is CheckoutStatus.OPEN
    assert (await guest.see(before.id)).failure_code == "REPLACED"
    assert await stock(own_shop, "T-001S") == (4, 4)


async def test_who_signs_in_while_the_bank_asks_does_not_buy_the_same_again(own_shop: Shop) -> None:
    guest = Buyer(own_shop)
    asked = await guest.pay((await guest.prepare()).id, by_card(ASKING))
    own = await sign_in(guest)

    with pytest.raises(Rejected) as refusal:
        await own.create()

    (problem,) = refusal.value.problems
    assert (problem.code, getattr(problem, "checkout_id", None)) == ("CHECKOUT_IN_PROGRESS", asked.id)


async def test_what_a_guest_has_bought_is_not_in_the_cart_of_who_signs_in(own_shop: Shop) -> None:
    guest = Buyer(own_shop)
    made = await guest.prepare()
    asked = await guest.pay(made.id, by_card(ASKING))
    own = await sign_in(guest)
    (reference,) = guest.provider._intents
    guest.provider.authenticate(reference, agrees=True)
    await write(own_shop, "UPDATE payment_attempt SET check_at = now()")
    await checkout.check_due(guest.till)

    with pytest.raises(Rejected) as refusal:
        await own.create()

    assert asked.status is CheckoutStatus.ACTION_REQUIRED
    assert [one.code for one in refusal.value.problems] == ["CART_EMPTY"]
    assert await order_statuses(own_shop) == ["placed"]


async def test_a_refused_card_does_not_cost_the_coupon(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    await save_coupon(own_shop, "once", uses=1)
    await buyer.fill(("T-001S", 2))
    await apply_coupon(buyer.till.carts, Use(buyer.shopper, buyer.cart_id), "once")
    first = await buyer.send_to((await buyer.create()).id)
    await buyer.pay(first.id, by_card(DECLINED))

    second = await buyer.create()

    assert second.content.totals.discount_minor == first.content.totals.discount_minor > 0
    assert (await rows(own_shop, "SELECT uses FROM promotion WHERE name = 'once'"))[0].uses == 0


async def test_many_with_one_bounded_coupon_and_one_variant_do_not_lock_each_other_out(own_shop: Shop) -> None:
    await save_coupon(own_shop, "many", uses=1000)
    await write(own_shop, "UPDATE inventory_level SET on_hand = on_hand + 1000")
    buyers = [Buyer(own_shop) for _ in range(16)]

    outcomes = await asyncio.gather(*(buy_with_coupon(one, "many") for one in buyers), return_exceptions=True)

    assert outcomes == [CheckoutStatus.SUCCEEDED] * 16


async def buy_with_coupon(buyer: Buyer, code: str) -> CheckoutStatus:
    """Begin three checkouts, one instead of the other, and pay the last at the door."""
    await buyer.fill(("T-001S", 1))
    await apply_coupon(buyer.till.carts, Use(buyer.shopper, buyer.cart_id), code)
    for _ in range(3):
        made = await buyer.send_to((await buyer.create()).id)
    return (await buyer.pay(made.id, CASH)).status


async def sign_in(guest: Buyer) -> Buyer:
    """The guest as a customer, whose cart has the guest's lines."""
    account_id = await save_shopper(guest.shop.resources.database)
    assert guest.cart_id is not None
    await merge(guest.till.carts, guest_cart_id=guest.cart_id, account_id=account_id)
    return Buyer(guest.shop, account_id=account_id, provider=guest.provider)


async def test_what_was_bought_is_not_bought_again_though_the_cart_was_not_cleared(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare(("T-001S", 2))
    lines = await buyer.cart_lines()
    await buyer.pay(made.id)
    await put_lines_back(buyer, lines)
    await write(own_shop, "UPDATE checkout SET check_at = now()")

    with pytest.raises(Rejected) as refusal:
        await buyer.create()

    assert [one.code for one in refusal.value.problems] == ["CART_EMPTY"]


async def put_lines_back(buyer: Buyer, lines: Sequence[CartLine]) -> None:
    """Let the cart be as it was before it was cleared, as if a process had died over that."""
    carts = buyer.till.carts
    assert buyer.cart_id is not None
    cart = await carts.load(buyer.cart_id)
    assert cart is not None
    await carts.write(cart, replace(cart, lines=lines))

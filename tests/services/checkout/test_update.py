"""Changing a checkout before it is paid, and prolonging it."""

from datetime import timedelta

import pytest

from core.problems import Rejected
from models.checkouts import CheckoutStatus
from services import checkout
from tests.factories.checkouts import (
    DECLINED,
    GUAM,
    NEW_YORK,
    SAN_FRANCISCO,
    Buyer,
    by_card,
    once,
    pass_time,
    rows,
    stock,
)
from tests.fixtures.shop import Shop


async def test_another_place_is_served_from_other_warehouses_for_the_same_time(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare(("T-003", 3))

    moved = await buyer.send_to(made.id, SAN_FRANCISCO)

    (before,), (after,) = made.content.groups, moved.content.groups
    assert before.warehouse_id != after.warehouse_id
    assert moved.expires_at == made.expires_at
    assert await stock(own_shop, "T-003") == (6, 3)
    (hold,) = await rows(own_shop, "SELECT expires_at FROM reservation WHERE status = 'held'")
    assert abs(hold.expires_at - moved.expires_at - timedelta(minutes=1)) < timedelta(seconds=2)


async def test_another_option_changes_the_total(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    (group,) = made.content.groups

    chosen = await buyer.send_to(made.id, choices=[(group.key, "express")])

    assert chosen.total_minor - made.total_minor == 1999 - 399
    assert (await buyer.pay(made.id)).status is CheckoutStatus.SUCCEEDED


async def test_an_option_that_is_not_there_is_refused(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    (group,) = made.content.groups

    with pytest.raises(Rejected) as refusal:
        await buyer.send_to(made.id, choices=[(group.key, "pigeon"), (made.id, "standard")])

    assert [(one.code, one.path) for one in refusal.value.problems] == [
        ("DELIVERY_CHOICE_GONE", ("delivery", "0")),
        ("DELIVERY_CHOICE_GONE", ("delivery", "1")),
    ]


async def test_a_place_that_nobody_serves_is_refused_and_nothing_changes(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()

    with pytest.raises(Rejected) as refusal:
        await buyer.send_to(made.id, GUAM)

    assert [one.code for one in refusal.value.problems] == ["NOT_DELIVERABLE"]
    assert await buyer.see(made.id) == made
    assert await stock(own_shop, "T-001S") == (4, 2)


async def test_all_that_is_wrong_with_an_address_is_said_at_its_place(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()

    with pytest.raises(Rejected) as refusal:
        await buyer.send_to(made.id, NEW_YORK._replace(recipient="", country="nowhere"))

    assert [one.path for one in refusal.value.problems] == [
        ("shippingAddress", "recipient"),
        ("shippingAddress", "country"),
    ]


async def test_what_is_being_paid_changes_no_more(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    await buyer.pay(made.id, by_card(DECLINED))

    with pytest.raises(Rejected) as refusal:
        await buyer.send_to(made.id, SAN_FRANCISCO)

    assert [one.code for one in refusal.value.problems] == ["CHECKOUT_NOT_OPEN"]


async def test_what_is_over_cannot_be_changed_nor_paid(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    await pass_time(own_shop, minutes=15)

    with pytest.raises(Rejected) as changed:
        await buyer.send_to(made.id, SAN_FRANCISCO)
    with pytest.raises(Rejected) as paid:
        await buyer.pay(made.id)

    codes = [one.code for refusal in (changed, paid) for one in refusal.value.problems]
    assert codes == ["CHECKOUT_EXPIRED", "CHECKOUT_EXPIRED"]


async def test_a_hold_is_prolonged_once(own_shop: Shop) -> None:
    buyer, key = Buyer(own_shop), once("extend")
    made = await buyer.prepare()

    async with own_shop.resources.database.unit() as unit:
        longer = await checkout.extend(unit, buyer.till, made.id, buyer.shopper, attempt=key)
    async with own_shop.resources.database.unit() as unit:
        repeated = await checkout.extend(unit, buyer.till, made.id, buyer.shopper, attempt=key)
    with pytest.raises(Rejected) as refusal:
        async with own_shop.resources.database.unit() as unit:
            await checkout.extend(unit, buyer.till, made.id, buyer.shopper, attempt=once("extend"))

    assert longer.expires_at == repeated.expires_at == made.expires_at + timedelta(minutes=15)
    assert [one.code for one in refusal.value.problems] == ["ALREADY_EXTENDED"]
    await pass_time(own_shop, minutes=20)
    await buyer.work()
    assert (await buyer.see(made.id)).status is CheckoutStatus.OPEN

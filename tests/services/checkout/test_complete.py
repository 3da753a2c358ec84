"""Paying a checkout, by each way in which it can go at once."""

import asyncio

import pytest

from core.problems import Rejected
from core.profile import profiling
from models.checkouts import CheckoutStatus
from services.checkout import TenderDraft
from services.payments import find_attempts
from tests.factories.carts import save_shopper
from tests.factories.checkouts import (
    CASH,
    DECLINED,
    POOR,
    VISA,
    Buyer,
    assert_whole,
    by_card,
    once,
    order_statuses,
    rows,
    stock,
    write,
)
from tests.fixtures.shop import Shop


async def test_a_card_that_is_accepted_places_the_order(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare(("T-001S", 2))
    held = await stock(own_shop, "T-001S")

    paid = await buyer.pay(made.id)

    assert paid.status is CheckoutStatus.SUCCEEDED
    assert await order_statuses(own_shop) == ["placed"]
    assert held == (4, 2)
    assert await stock(own_shop, "T-001S") == (2, 0)
    assert await buyer.cart_lines() == []
    await assert_whole(own_shop, buyer.provider)


async def test_the_order_has_what_was_frozen_and_a_shipment_for_each_group(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare(("T-001S", 4), ("T-002S", 1))

    await buyer.pay(made.id)

    (order,) = await rows(own_shop, "SELECT o.* FROM orders o JOIN checkout c ON c.order_id = o.id")
    assert order.total_minor == made.total_minor == order.lines_minor + order.delivery_minor + order.added_tax_minor
    assert order.content["shipping_address"]["city"] == "New York"
    shipments = await rows(
        own_shop, "SELECT f.* FROM fulfillment f JOIN checkout c ON c.order_id = f.order_id ORDER BY number"
    )
    assert len(shipments) == len(made.content.groups) == 2
    assert {one.method for one in shipments} == {"Standard"}


@pytest.mark.parametrize(("card", "code"), [(DECLINED, "card_declined"), (POOR, "insufficient_funds")])
async def test_a_refused_card_fails_with_the_reason_of_the_provider(own_shop: Shop, card: str, code: str) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()

    paid = await buyer.pay(made.id, by_card(card))

    assert (paid.status, paid.failure_code) == (CheckoutStatus.FAILED, code)
    assert await order_statuses(own_shop) == ["created"]
    assert await stock(own_shop, "T-001S") == (4, 2)
    assert len(await buyer.cart_lines()) == 1


async def test_cash_is_promised_and_places_the_order(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()

    paid = await buyer.pay(made.id, CASH)

    assert paid.status is CheckoutStatus.SUCCEEDED
    async with own_shop.resources.database.read() as session:
        assert paid.order_id is not None
        (attempt,) = (await find_attempts(session, [paid.order_id]))[paid.order_id]
    assert (attempt.status, attempt.amount_minor) == ("promised", made.total_minor)


async def test_a_key_that_comes_again_pays_once(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    key = once("complete")

    answers = await asyncio.gather(*(buyer.pay(made.id, attempt=key) for _ in range(4)))
    later = await buyer.pay(made.id, attempt=key)

    assert {one.status for one in answers} <= {CheckoutStatus.PROCESSING, CheckoutStatus.SUCCEEDED}
    assert later.status is CheckoutStatus.SUCCEEDED
    assert len(buyer.provider._intents) == 1
    assert await order_statuses(own_shop) == ["placed"]


async def test_a_key_with_another_input_is_refused(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    await buyer.pay(made.id, by_card(DECLINED), attempt=once("complete", "k", 1))

    with pytest.raises(Rejected) as refusal:
        await buyer.pay(made.id, by_card(VISA), attempt=once("complete", "k", 2))

    assert [one.code for one in refusal.value.problems] == ["IDEMPOTENCY_KEY_REUSED"]


async def test_of_two_devices_one_pays_and_the_other_is_told(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()

    outcomes = await asyncio.gather(buyer.pay(made.id), buyer.pay(made.id), return_exceptions=True)

    refusals = [one for one in outcomes if isinstance(one, Rejected)]
    assert [one.code for refusal in refusals for one in refusal.problems] == ["CHECKOUT_NOT_OPEN"]
    assert len(buyer.provider._intents) == 1
    assert await order_statuses(own_shop) == ["placed"]


async def test_two_devices_with_a_checkout_each_buy_the_cart_once(own_shop: Shop) -> None:
    buyer = Buyer(own_shop, account_id=await save_shopper(own_shop.resources.database))
    first = await buyer.prepare()
    second = await buyer.create()

    with pytest.raises(Rejected) as refusal:
        await buyer.pay(first.id)

    assert [one.code for one in refusal.value.problems] == ["CHECKOUT_EXPIRED"]
    await buyer.send_to(second.id)
    assert (await buyer.pay(second.id)).status is CheckoutStatus.SUCCEEDED
    assert await stock(own_shop, "T-001S") == (2, 0)


async def test_a_cart_that_has_changed_since_is_not_bought(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    await buyer.fill(("T-002S", 1))

    with pytest.raises(Rejected) as refusal:
        await buyer.pay(made.id)

    assert [one.code for one in refusal.value.problems] == ["CART_CHANGED"]
    assert await order_statuses(own_shop) == []
    assert buyer.provider._intents == {}


async def test_address_and_email_are_asked_for_together(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    await buyer.fill(("T-001S", 1))
    made = await buyer.create(email=None)

    with pytest.raises(Rejected) as refusal:
        await buyer.pay(made.id)

    assert {one.code for one in refusal.value.problems} == {"EMAIL_NEEDED", "ADDRESS_NEEDED"}


async def test_tenders_that_do_not_sum_are_refused_and_nothing_is_taken(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()

    with pytest.raises(Rejected) as refusal:
        await buyer.pay(made.id, by_card(VISA, made.total_minor - 1))

    assert [one.code for one in refusal.value.problems] == ["TENDERS_DO_NOT_SUM"]
    assert (await buyer.see(made.id)).status is CheckoutStatus.OPEN
    assert await order_statuses(own_shop) == []


async def test_a_hold_that_the_store_has_ended_is_made_again_or_refused(own_shop: Shop) -> None:
    buyer, other = Buyer(own_shop), Buyer(own_shop)
    made = await buyer.prepare(("T-001S", 2))
    await write(own_shop, "UPDATE reservation SET status = 'released', ended_at = now()")
    await write(own_shop, "UPDATE inventory_level SET reserved = 0")
    await write(own_shop, _EVEN)
    await other.prepare(("T-001S", 3))

    with pytest.raises(Rejected) as refusal:
        await buyer.pay(made.id)

    (problem,) = refusal.value.problems
    assert (problem.code, getattr(problem, "available", None)) == ("OUT_OF_STOCK", 1)
    assert await order_statuses(own_shop) == []


async def test_what_costs_nothing_needs_no_tender(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    await write(own_shop, _FREE, id=made.id)
    no_tenders: tuple[TenderDraft, ...] = ()

    paid = await buyer.pay_with(made.id, no_tenders)

    assert paid.status is CheckoutStatus.SUCCEEDED
    assert buyer.provider._intents == {}


async def test_an_order_of_many_lines_costs_as_many_statements_as_one_of_few(own_shop: Shop) -> None:
    few = Buyer(own_shop)
    many = Buyer(own_shop, provider=few.provider)
    counts = []

    for buyer, lines in ((few, 2), (many, 30)):
        with profiling() as profile:
            made = await buyer.prepare(*((f"WIDE-{number:02}", 1) for number in range(lines)))
            await buyer.pay(made.id)
            await buyer.work()
        counts.append(profile.round_trips)

    assert counts[0] == counts[1]


_EVEN = """
    INSERT INTO inventory_ledger_entry (variant_id, warehouse_id, on_hand_change, reserved_change, reason)
    SELECT variant_id, warehouse_id, 0, -sum(reserved_change), 'release' FROM inventory_ledger_entry
    GROUP BY 1, 2 HAVING sum(reserved_change) > 0
"""
_FREE = """
    UPDATE checkout SET total_minor = 0, content = jsonb_set(jsonb_set(content, '{totals,delivery_discount_minor}',
        content #> '{totals,delivery_minor}'), '{totals,discount_minor}', content #> '{totals,lines_minor}')
    WHERE id = :id
"""

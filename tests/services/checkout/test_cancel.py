"""Cancelling orders: everything is given back, once."""

import asyncio
from uuid import UUID

import pytest

from adapters.payments.stub import StubPayments
from core.problems import Rejected
from models.checkouts import CheckoutStatus
from ports.payments import Intent, IntentStatus
from services import checkout, orders
from services.checkout import Cancellation
from services.idempotency import Attempt
from services.orders import FulfillmentStatus, OrderRecord, Who
from tests.factories.checkouts import (
    ASKING,
    CASH,
    VISA,
    Buyer,
    by_card,
    by_gift_card,
    gift_card,
    once,
    order_statuses,
    pass_time,
    rows,
    stock,
)
from tests.fixtures.shop import Shop


async def test_a_placed_order_gives_back_units_and_money(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    paid = await buyer.pay(made.id)

    cancelled = await cancel(buyer, paid.order_id)
    await pass_time(own_shop, minutes=1)
    await buyer.work()
    await pass_time(own_shop, minutes=1)
    await buyer.work()

    assert cancelled.status == "cancelled"
    (intent,) = buyer.provider._intents.values()
    assert intent.refunded == intent.received
    assert await order_statuses(own_shop) == ["refunded"]
    assert await stock(own_shop, "T-001S") == (4, 0)


async def test_a_payment_that_is_begun_while_others_are_stopped_is_stopped_too(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    asked = await buyer.pay((await buyer.prepare()).id, by_card(ASKING))
    assert asked.order_id is not None
    buyer.provider = RetriedMeanwhile(buyer, asked.id)

    cancelled = await cancel(buyer, asked.order_id)

    assert cancelled.status == "cancelled"
    assert {one.status for one in buyer.provider._intents.values()} == {IntentStatus.CANCELLED}


class RetriedMeanwhile(StubPayments):
    """A provider at which an intent is cancelled, whose shopper then pays by another card before anybody goes on."""

    def __init__(self, buyer: Buyer, id: UUID) -> None:
        super().__init__(webhook_secret="whsec_test")
        self._intents = buyer.provider._intents
        self._others = (buyer, id)
        self._is_first = True

    async def cancel(self, reference: str) -> Intent:
        cancelled = await super().cancel(reference)
        if self._is_first:
            self._is_first = False
            buyer, id = self._others
            await buyer.retry(id, by_card(ASKING))
        return cancelled


@pytest.mark.parametrize("reason", ["a\0b", "x" * 501, "\ud800"])
async def test_a_reason_that_cannot_be_kept_is_refused(own_shop: Shop, reason: str) -> None:
    buyer = Buyer(own_shop)
    paid = await buyer.pay((await buyer.prepare()).id)

    with pytest.raises(Rejected) as refusal:
        await cancel(buyer, paid.order_id, reason=reason)

    assert [(one.code, one.path) for one in refusal.value.problems] == [("BAD_REASON", ("reason",))]


@pytest.mark.parametrize("card", [VISA, ASKING])
async def test_the_reason_is_in_the_history(own_shop: Shop, card: str) -> None:
    buyer = Buyer(own_shop)
    paid = await buyer.pay((await buyer.prepare()).id, by_card(card))

    await cancel(buyer, paid.order_id, reason="I have\nthought again.")

    found = await rows(own_shop, "SELECT details ->> 'reason' AS reason FROM order_event WHERE after = 'cancelled'")
    assert [row.reason for row in found] == ["I have\nthought again."]


async def test_a_key_that_comes_again_cancels_once(own_shop: Shop) -> None:
    buyer, key = Buyer(own_shop), once("cancel")
    paid = await buyer.pay((await buyer.prepare()).id)

    cancelled = await asyncio.gather(*(cancel(buyer, paid.order_id, attempt=key) for _ in range(3)))

    assert {one.status for one in cancelled} == {"cancelled"}
    assert await stock(own_shop, "T-001S") == (4, 0)
    assert len(await rows(own_shop, "SELECT id FROM refund")) == 1


async def test_an_order_that_waits_for_its_shopper_is_cancelled_at_the_provider(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    asked = await buyer.pay(made.id, by_card(ASKING))

    cancelled = await cancel(buyer, asked.order_id)

    assert cancelled.status == "cancelled"
    (intent,) = buyer.provider._intents.values()
    assert intent.status is IntentStatus.CANCELLED
    ended = await buyer.see(made.id)
    assert (ended.status, ended.failure_code) == (CheckoutStatus.EXPIRED, "CANCELLED")
    assert await stock(own_shop, "T-001S") == (4, 0)


async def test_a_gift_card_that_paid_a_part_of_what_was_never_placed_is_refunded(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    asked = await buyer.pay(made.id, by_gift_card(await gift_card(own_shop, 500), 500), by_card(ASKING))

    await cancel(buyer, asked.order_id)
    await buyer.work()

    assert await order_statuses(own_shop) == ["refunded"]
    assert await rows(own_shop, "SELECT id FROM checkout WHERE check_at IS NOT NULL") == []


async def test_what_is_packed_only_the_store_cancels(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    paid = await buyer.pay((await buyer.prepare()).id, CASH)
    (shipment,) = await rows(own_shop, "SELECT id FROM fulfillment WHERE order_id = :id", id=paid.order_id)
    async with own_shop.resources.database.unit() as unit:
        await orders.move_fulfillment(unit, shipment.id, to=FulfillmentStatus.PACKED, actor=None)

    with pytest.raises(Rejected) as refusal:
        await cancel(buyer, paid.order_id)
    cancelled = await cancel(buyer, paid.order_id, who=Who.OPERATOR)

    assert [one.code for one in refusal.value.problems] == ["ILLEGAL_MOVE"]
    assert cancelled.status == "cancelled"
    assert await stock(own_shop, "T-001S") == (4, 0)


async def cancel(
    buyer: Buyer,
    order_id: UUID | None,
    *,
    who: Who = Who.OWNER,
    reason: str = "Too dear.",
    attempt: Attempt | None = None,
) -> OrderRecord:
    assert order_id is not None, "it was paid"
    wanted = Cancellation(order_id, who, reason)
    return await checkout.cancel_order(buyer.till, wanted, attempt=attempt or once("cancel"))

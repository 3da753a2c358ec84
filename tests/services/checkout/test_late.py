"""Calls that come too late, holds that end in between, and money that is looked after until it is back."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.problems import Rejected
from models.checkouts import CheckoutStatus
from ports.payments import IntentStatus
from services import checkout, payments
from services.cart import Use, apply_coupon
from services.checkout import Cancellation, Payment
from services.checkout.holding import keep_hold
from services.checkout.paying import charge, start
from services.inventory import reservations
from services.orders import Who
from services.payments import AttemptRecord
from tests.factories.checkouts import (
    ASKING,
    DECLINED,
    Buyer,
    by_card,
    once,
    order_statuses,
    pass_time,
    rows,
    stock,
    write,
)
from tests.fixtures.shop import Shop
from tests.services.cart.test_coupons import save_coupon
from tests.services.checkout.test_settling import tell


async def test_two_cards_that_succeed_after_all_was_sold_out_go_back_both(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    other = Buyer(own_shop, provider=buyer.provider)
    made = await buyer.prepare(("T-001S", 4))
    tries: list[AttemptRecord] = []
    for status in (CheckoutStatus.OPEN, CheckoutStatus.FAILED):
        tries += await begin(buyer, made.id, status)
        await pass_time(own_shop, minutes=1)
        await buyer.work()
    await pass_time(own_shop, minutes=15)
    await buyer.work()
    await other.pay((await other.prepare(("T-001S", 4))).id)

    for number, attempt in enumerate(tries):
        intent = await payments.pay_card(buyer.provider, attempt)
        await tell(buyer, intent.reference, f"evt_{number}")
        for _ in range(3):
            await buyer.work()
            await pass_time(own_shop, minutes=1)

    late = [one for one in buyer.provider._intents.values() if one.metadata["order"] == str(tries[0].order_id)]
    assert [(one.status, one.refunded == one.received) for one in late] == [(IntentStatus.SUCCEEDED, True)] * 2
    assert await order_statuses(own_shop) == ["refunded", "placed"]


async def test_a_process_that_was_stopped_for_long_does_not_charge_when_it_goes_on(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    attempts = await begin(buyer, made.id)
    await pass_time(own_shop, minutes=1)
    await buyer.work()
    paid = await buyer.retry(made.id, by_card())

    await charge(buyer.till, attempts)

    assert paid.status is CheckoutStatus.SUCCEEDED
    (intent,) = buyer.provider._intents.values()
    assert intent.received.amount_minor == made.total_minor


async def test_a_call_that_is_under_way_when_the_time_is_over_is_waited_for(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    attempts = await begin(buyer, made.id)
    await write(own_shop, "UPDATE checkout SET expires_at = now(), check_at = now() WHERE id = :id", id=made.id)

    await checkout.end_due(buyer.till)
    between = await buyer.see(made.id)
    await charge(buyer.till, attempts)

    (attempt,) = await rows(own_shop, "SELECT created_at FROM payment_attempt")
    assert between.status is CheckoutStatus.PROCESSING
    assert between.check_at is not None
    assert between.check_at > attempt.created_at
    assert await order_statuses(own_shop) == ["placed"]


async def test_a_hold_that_ends_by_itself_while_it_is_paid_is_made_again(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    past = "UPDATE reservation SET expires_at = now() - interval '1 s' WHERE id = :id"
    await write(own_shop, past, id=made.reservation_id)
    async with own_shop.resources.database.unit() as unit:
        await reservations.expire_due(unit, limit=10)
        paying = asyncio.create_task(buyer.pay(made.id))
        # It waits for this unit by then; if it did not, it would have been told that units are held.
        await asyncio.sleep(0.5)

    assert (await paying).status is CheckoutStatus.SUCCEEDED
    assert await stock(own_shop, "T-001S") == (2, 0)


async def test_a_refused_hold_leaves_no_level_locked(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    await write(own_shop, "UPDATE reservation SET expires_at = now() WHERE id = :id", id=made.reservation_id)
    async with own_shop.resources.database.unit() as unit:
        await reservations.expire_due(unit, limit=10)
    await write(own_shop, "UPDATE inventory_level SET on_hand = 0")

    async with own_shop.resources.database.unit() as unit:
        with pytest.raises(Rejected):
            await keep_hold(unit, made, hold=timedelta(minutes=1), settings=own_shop.resources.settings)
        locked = await lock_levels_at_once(own_shop)

    assert locked > 0


async def test_a_new_checkout_does_not_end_the_watch_over_the_refund_of_the_last(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    paid = await buyer.pay((await buyer.prepare()).id)
    await cancel(buyer, paid.order_id)

    await buyer.fill(("T-002S", 1))
    await buyer.create()
    for _ in range(3):
        await pass_time(own_shop, minutes=1)
        await buyer.work()

    assert await order_statuses(own_shop) == ["refunded"]


async def test_a_refund_that_has_failed_is_not_looked_at_for_ever(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    paid = await buyer.pay((await buyer.prepare()).id)
    await cancel(buyer, paid.order_id)

    # The order's own refund fails, and then that of what was left over.
    for _ in range(2):
        await write(own_shop, "UPDATE refund SET status = 'failed', check_at = NULL")
        await write(own_shop, "UPDATE payment_attempt SET refunded_minor = 0")
        await pass_time(own_shop, minutes=1)
        await checkout.end_due(buyer.till)

    assert (await buyer.see(paid.id)).check_at is None
    assert await order_statuses(own_shop) == ["cancelled"]


async def test_a_retry_that_could_never_pay_leaves_the_bank_asking(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    await buyer.pay(made.id, by_card(ASKING))

    for tenders in ([by_card(amount_minor=1)], [by_card("\0")]):
        with pytest.raises(Rejected):
            await buyer.retry(made.id, *tenders)

    assert (await buyer.see(made.id)).status is CheckoutStatus.ACTION_REQUIRED
    assert [one.status for one in buyer.provider._intents.values()] == [IntentStatus.ACTION_REQUIRED]


@pytest.mark.parametrize("card", [ASKING, DECLINED])
async def test_a_retry_of_what_has_changed_since_is_refused(own_shop: Shop, card: str) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    tried = await buyer.pay(made.id, by_card(card))

    with pytest.raises(Rejected) as refusal:
        await retry(buyer, made.id, version=str(made.version))
    paid = await retry(buyer, made.id, version=str(tried.version))

    assert [one.code for one in refusal.value.problems] == ["STALE_CHECKOUT"]
    assert paid.status is CheckoutStatus.SUCCEEDED


async def test_a_refused_card_that_succeeds_after_its_coupon_went_back_uses_the_coupon(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    await save_coupon(own_shop, "once", uses=1)
    await buyer.fill(("T-001S", 2))
    await apply_coupon(buyer.till.carts, Use(buyer.shopper, buyer.cart_id), "once")
    made = await buyer.send_to((await buyer.create()).id)
    await buyer.pay(made.id, by_card(DECLINED))
    (reference,) = buyer.provider._intents
    # The price has risen, so another checkout is refused after it was looked at, and the first lives on.
    await write(own_shop, "UPDATE offer SET price_minor = price_minor + 1")
    with pytest.raises(Rejected):
        await buyer.create()

    uses = await coupon_uses(own_shop)
    buyer.provider.finish(reference, status=IntentStatus.SUCCEEDED)
    await tell(buyer, reference)
    await buyer.work()

    assert (await buyer.see(made.id)).status is CheckoutStatus.SUCCEEDED
    assert await order_statuses(own_shop) == ["placed"]
    assert (uses, await coupon_uses(own_shop)) == (0, 1)


async def coupon_uses(shop: Shop) -> int:
    (row,) = await rows(shop, "SELECT uses FROM coupon WHERE code = 'once'")
    return int(row.uses)


async def retry(buyer: Buyer, id: UUID, *, version: str) -> checkout.CheckoutRecord:
    wanted = Payment(id, [by_card()], version)
    return await checkout.retry(buyer.till, buyer.shopper, wanted, attempt=once("retry"))


async def begin(buyer: Buyer, id: UUID, status: CheckoutStatus = CheckoutStatus.OPEN) -> Sequence[AttemptRecord]:
    """The first phase of paying by a card, after which the process stops."""
    wanted = Payment(id, [by_card()])
    return await start(buyer.till, buyer.shopper, wanted, attempt=once("complete"), allowed=(status,))


async def cancel(buyer: Buyer, order_id: UUID | None) -> None:
    assert order_id is not None
    await checkout.cancel_order(buyer.till, Cancellation(order_id, Who.OWNER), attempt=once("cancel"))


async def lock_levels_at_once(shop: Shop) -> int:
    """Lock all levels in another transaction; fails if that had to wait."""
    async with shop.resources.database.unit() as other:
        return len((await other.session.execute(sa.text("SELECT 1 FROM inventory_level FOR UPDATE NOWAIT"))).all())

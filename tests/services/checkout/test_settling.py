"""Payments that come later, or not at all, or too late: what workers and webhooks make of them."""

from uuid import UUID

from models.checkouts import CheckoutStatus
from ports.payments import IntentStatus
from services.payments import hear
from tests.factories.checkouts import (
    ASKING,
    DECLINED,
    GOES_ON,
    Buyer,
    assert_whole,
    by_card,
    order_statuses,
    pass_time,
    rows,
    stock,
    write,
)
from tests.fixtures.shop import Shop

NO_ANSWER, UNREACHABLE = "pm_stub_noAnswer", "pm_stub_unreachable"


async def test_three_d_secure_waits_for_the_shopper_and_a_webhook_places_the_order(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()

    asked = await buyer.pay(made.id, by_card(ASKING))
    (reference,) = buyer.provider._intents
    buyer.provider.authenticate(reference, agrees=True)
    await tell(buyer, reference)
    await buyer.work()

    assert asked.status is CheckoutStatus.ACTION_REQUIRED
    assert (await buyer.see(made.id)).status is CheckoutStatus.SUCCEEDED
    assert await order_statuses(own_shop) == ["placed"]
    assert await buyer.cart_lines() == []
    await assert_whole(own_shop, buyer.provider)


async def test_a_webhook_that_comes_twice_and_late_changes_nothing(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    await buyer.pay(made.id)
    (reference,) = buyer.provider._intents
    before = await buyer.see(made.id)

    await tell(buyer, reference, "evt_1")
    await tell(buyer, reference, "evt_1")
    await tell(buyer, reference, "evt_2")
    await buyer.work()

    assert (await buyer.see(made.id)).version == before.version
    assert await order_statuses(own_shop) == ["placed"]


async def test_a_shopper_who_does_not_prove_who_it_is_may_pay_otherwise(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    await buyer.pay(made.id, by_card(ASKING))
    (reference,) = buyer.provider._intents

    buyer.provider.authenticate(reference, agrees=False)
    await tell(buyer, reference)
    await buyer.work()
    failed = await buyer.see(made.id)
    paid = await buyer.retry(made.id, by_card())

    assert failed.status is CheckoutStatus.FAILED
    assert failed.failure_code == "payment_intent_authentication_failure"
    assert paid.status is CheckoutStatus.SUCCEEDED
    assert await order_statuses(own_shop) == ["placed"]
    await assert_whole(own_shop, buyer.provider)


async def test_a_lost_answer_is_asked_for_and_places_the_order(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()

    paid = await buyer.pay(made.id, by_card(NO_ANSWER))
    await buyer.work()
    waiting = await buyer.see(made.id)
    await pass_time(own_shop, minutes=1)
    await buyer.work()

    assert paid.status is waiting.status is CheckoutStatus.PROCESSING
    assert (await buyer.see(made.id)).status is CheckoutStatus.SUCCEEDED
    assert len(buyer.provider._intents) == 1
    await assert_whole(own_shop, buyer.provider)


async def test_a_call_that_never_arrived_can_be_made_again(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()

    await buyer.pay(made.id, by_card(UNREACHABLE))
    await pass_time(own_shop, minutes=1)
    await buyer.work()
    failed = await buyer.see(made.id)
    paid = await buyer.retry(made.id, by_card())

    assert (failed.status, failed.failure_code) == (CheckoutStatus.FAILED, "PAYMENT_NOT_MADE")
    assert paid.status is CheckoutStatus.SUCCEEDED
    assert len(buyer.provider._intents) == 1


async def test_a_checkout_that_nobody_pays_expires_and_gives_its_units_back(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()

    await pass_time(own_shop, minutes=15)
    await buyer.work()

    ended = await buyer.see(made.id)
    assert (ended.status, ended.failure_code) == (CheckoutStatus.EXPIRED, "EXPIRED")
    assert await stock(own_shop, "T-001S") == (4, 0)
    assert len(await buyer.cart_lines()) == 1


async def test_a_refused_payment_expires_with_its_order(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    await buyer.pay(made.id, by_card(DECLINED))

    await pass_time(own_shop, minutes=15)
    await buyer.work()

    assert (await buyer.see(made.id)).status is CheckoutStatus.EXPIRED
    assert await order_statuses(own_shop) == ["expired"]
    assert await stock(own_shop, "T-001S") == (4, 0)


async def test_three_d_secure_that_nobody_finishes_is_cancelled_at_the_provider_first(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    await buyer.pay(made.id, by_card(ASKING))
    (reference,) = buyer.provider._intents

    await pass_time(own_shop, minutes=15)
    await buyer.work()

    assert buyer.provider._intents[reference].status is IntentStatus.CANCELLED
    assert (await buyer.see(made.id)).status is CheckoutStatus.EXPIRED
    assert await order_statuses(own_shop) == ["expired"]


async def test_a_success_just_before_the_end_is_found_when_it_is_to_be_cancelled(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    await buyer.pay(made.id, by_card(ASKING))
    (reference,) = buyer.provider._intents
    buyer.provider.authenticate(reference, agrees=True)

    await pass_time(own_shop, minutes=15)
    await buyer.work()

    assert (await buyer.see(made.id)).status is CheckoutStatus.SUCCEEDED
    assert await order_statuses(own_shop) == ["placed"]
    assert await stock(own_shop, "T-001S") == (2, 0)
    await assert_whole(own_shop, buyer.provider)


async def test_a_payment_that_goes_on_keeps_its_checkout_until_it_is_known(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    await buyer.pay(made.id, by_card(GOES_ON))
    (reference,) = buyer.provider._intents

    await pass_time(own_shop, minutes=15)
    await buyer.work()
    still = await buyer.see(made.id)
    buyer.provider.finish(reference, status=IntentStatus.SUCCEEDED)
    await pass_time(own_shop, minutes=15)
    await buyer.work()

    assert still.status is CheckoutStatus.PROCESSING
    assert (await buyer.see(made.id)).status is CheckoutStatus.SUCCEEDED
    await assert_whole(own_shop, buyer.provider)


async def test_a_success_after_expiry_reinstates_the_order_if_units_can_be_had(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    reference = await pay_too_late(own_shop, buyer, made.id)

    await tell(buyer, reference)
    await buyer.work()

    assert (await buyer.see(made.id)).status is CheckoutStatus.SUCCEEDED
    assert await order_statuses(own_shop) == ["placed"]
    assert await stock(own_shop, "T-001S") == (2, 0)
    (order,) = await rows(own_shop, "SELECT o.* FROM orders o JOIN checkout c ON c.order_id = o.id")
    (hold,) = await rows(own_shop, "SELECT status FROM reservation WHERE id = :id", id=order.reservation_id)
    assert hold.status == "confirmed"
    await assert_whole(own_shop, buyer.provider)


async def test_a_success_after_expiry_goes_back_in_full_if_no_units_are_left(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    other = Buyer(own_shop, provider=buyer.provider)
    made = await buyer.prepare()
    reference = await pay_too_late(own_shop, buyer, made.id)
    await other.pay((await other.prepare(("T-001S", 4))).id)

    await tell(buyer, reference)
    await buyer.work()
    await pass_time(own_shop, minutes=1)
    await buyer.work()

    intent = buyer.provider._intents[reference]
    assert intent.refunded == intent.received
    assert await order_statuses(own_shop) == ["refunded", "placed"]
    ended = await buyer.see(made.id)
    assert (ended.status, ended.failure_code) == (CheckoutStatus.EXPIRED, "OUT_OF_STOCK")
    assert await stock(own_shop, "T-001S") == (0, 0)


async def test_an_old_card_that_succeeds_after_another_has_paid_goes_back(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    made = await buyer.prepare()
    await buyer.pay(made.id, by_card(ASKING))
    (first,) = buyer.provider._intents
    await buyer.retry(made.id, by_card())

    buyer.provider.finish(first, status=IntentStatus.SUCCEEDED)
    await tell(buyer, first)
    await buyer.work()

    old, new = buyer.provider._intents.values()
    assert old.refunded == old.received
    assert new.refunded.amount_minor == 0
    assert await order_statuses(own_shop) == ["placed"]


async def test_one_order_that_cannot_be_settled_is_in_nobodys_way(own_shop: Shop) -> None:
    poison, buyer = Buyer(own_shop), Buyer(own_shop)
    bad, good = await poison.prepare(("T-002S", 1)), await buyer.prepare()
    await write(own_shop, "UPDATE checkout SET content = '{}' WHERE id = :id", id=bad.id)

    await pass_time(own_shop, minutes=15)
    await buyer.work()

    assert (await buyer.see(good.id)).status is CheckoutStatus.EXPIRED
    (row,) = await rows(own_shop, "SELECT status, checks FROM checkout WHERE id = :id", id=bad.id)
    assert (row.status, row.checks) == ("open", 1)


async def pay_too_late(shop: Shop, buyer: Buyer, id: UUID) -> str:
    """Let a payment succeed at the provider after its checkout has expired; its reference."""
    await buyer.pay(id, by_card(ASKING))
    (reference,) = buyer.provider._intents
    await pass_time(shop, minutes=15)
    await buyer.work()
    assert await order_statuses(shop) == ["expired"]
    buyer.provider.finish(reference, status=IntentStatus.SUCCEEDED)
    return reference


async def tell(buyer: Buyer, reference: str, event_id: str = "evt_1") -> None:
    """Let the provider tell of an intent, as its webhook does."""
    body, headers = buyer.provider.tell(reference, event_id=event_id, type="payment_intent.succeeded")
    await hear(buyer.shop.resources.database, buyer.provider, body, headers)

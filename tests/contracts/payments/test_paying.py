"""Charging cards: what every provider must do."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from core.money import Money
from ports.payments import IntentStatus, Refused
from tests.contracts.payments.scene import Scene, draft

NOTHING = Money(0, "USD")


async def test_a_good_card_is_charged(scene: Scene) -> None:
    intent = await scene.provider.pay(draft())

    assert intent.status is IntentStatus.SUCCEEDED
    assert (intent.amount, intent.received, intent.refunded) == (Money(1234, "USD"), Money(1234, "USD"), NOTHING)
    assert intent.metadata["attempt"] == "a-1"
    assert abs(intent.created_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert await scene.provider.find(intent.reference) == intent


async def test_the_same_draft_with_the_same_key_is_one_intent_also_at_once(scene: Scene) -> None:
    wanted = draft()

    first, *others = await asyncio.gather(*(scene.provider.pay(wanted) for _ in range(3)))
    again = await scene.provider.pay(wanted)

    assert {first.reference, again.reference, *(one.reference for one in others)} == {first.reference}


async def test_another_draft_under_a_key_is_refused(scene: Scene) -> None:
    wanted = draft()
    await scene.provider.pay(wanted)

    with pytest.raises(Refused):
        await scene.provider.pay(wanted._replace(amount=Money(9999, "USD")))


@pytest.mark.parametrize(
    ("card", "failure"),
    [
        ("pm_card_visa_chargeDeclined", "card_declined"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "lost_card"),
        ("pm_card_visa_chargeDeclinedStolenCard", "stolen_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error"),
        ("pm_card_chargeDeclinedFraudulent", "fraudulent"),
    ],
)
async def test_a_refused_card_is_an_intent_with_the_reason(scene: Scene, card: str, failure: str) -> None:
    wanted = draft(card)

    intent = await scene.provider.pay(wanted)
    again = await scene.provider.pay(wanted)

    assert (intent.status, intent.failure, intent.received) == (IntentStatus.NEEDS_METHOD, failure, NOTHING)
    assert intent.message
    assert again.reference == intent.reference
    found = await scene.provider.find(intent.reference)
    assert found is not None
    assert (found.status, found.failure) == (IntentStatus.NEEDS_METHOD, failure)


async def test_a_card_that_does_not_exist_is_refused(scene: Scene) -> None:
    with pytest.raises(Refused):
        await scene.provider.pay(draft("pm_invented"))


@pytest.mark.parametrize(
    ("agrees", "status", "received"),
    [(True, IntentStatus.SUCCEEDED, 1234), (False, IntentStatus.NEEDS_METHOD, 0)],
)
async def test_a_bank_may_ask_the_shopper(scene: Scene, agrees: bool, status: IntentStatus, received: int) -> None:
    intent = await scene.provider.pay(draft("pm_card_threeDSecure2Required", return_url="https://shop.example/back"))
    assert (intent.status, intent.received) == (IntentStatus.ACTION_REQUIRED, NOTHING)
    assert intent.client_secret

    await scene.authenticate(intent, agrees=agrees)

    found = await scene.provider.find(intent.reference)
    assert found is not None
    assert (found.status, found.received.amount_minor) == (status, received)
    assert found.failure == (None if agrees else "payment_intent_authentication_failure")


async def test_an_intent_that_waits_can_be_cancelled_and_then_not_be_paid(scene: Scene) -> None:
    intent = await scene.provider.pay(draft("pm_card_threeDSecure2Required"))

    cancelled = await scene.provider.cancel(intent.reference)
    again = await scene.provider.cancel(intent.reference)
    await scene.authenticate(intent, agrees=True)

    assert (cancelled.status, again.status) == (IntentStatus.CANCELLED, IntentStatus.CANCELLED)
    found = await scene.provider.find(intent.reference)
    assert found is not None
    assert found.status is IntentStatus.CANCELLED


async def test_cancelling_what_has_succeeded_says_so(scene: Scene) -> None:
    intent = await scene.provider.pay(draft())

    assert (await scene.provider.cancel(intent.reference)).status is IntentStatus.SUCCEEDED


async def test_what_is_unknown_is_not_found(scene: Scene) -> None:
    assert await scene.provider.find("pi_nowhere") is None
    with pytest.raises(Refused):
        await scene.provider.cancel("pi_nowhere")


async def test_intents_are_listed_the_newest_first_in_pages(scene: Scene) -> None:
    since = datetime.now(UTC) - timedelta(seconds=5)
    made = [(await scene.provider.pay(draft())).reference for _ in range(3)]

    page = await scene.provider.list_intents(since=since, after=None)
    rest = await scene.provider.list_intents(since=since, after=made[1])
    later = await scene.provider.list_intents(since=datetime.now(UTC) + timedelta(hours=1), after=None)

    before = await scene.provider.list_intents(since=since - timedelta(days=1), until=since, after=None)

    assert [one.reference for one in page][:3] == made[::-1]
    assert set(made).isdisjoint(one.reference for one in before)
    assert next(one.reference for one in rest) == made[0]
    assert later == []

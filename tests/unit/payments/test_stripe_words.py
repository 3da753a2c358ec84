"""Stripe's words and the port's."""

import pytest
import stripe

from adapters.payments.stripe_words import as_intent, as_units, notice_of, told_amount_of
from core.money import Money
from ports.payments import IntentStatus


def _intent(**changes: object) -> stripe.PaymentIntent:
    """An intent as the SDK reads it from JSON."""
    values = {
        "id": "pi_1",
        "object": "payment_intent",
        "status": "succeeded",
        "amount": 100,
        "amount_received": 100,
        "currency": "usd",
        "created": 1_700_000_000,
        "metadata": {"attempt": "a"},
        "client_secret": "s",
        "latest_charge": {"id": "ch_1", "object": "charge", "amount_refunded": 40},
        "last_payment_error": None,
    }
    made: stripe.PaymentIntent = stripe.PaymentIntent.construct_from({**values, **changes}, "sk_test_x")
    return made


@pytest.mark.parametrize(
    ("amount", "units"), [(Money(1234, "USD"), 1234), (Money(12, "JPY"), 12), (Money(12, "ISK"), 1200)]
)
def test_amounts_are_in_the_provider_s_units(amount: Money, units: int) -> None:
    there = as_units(amount)
    back = as_intent(_intent(amount=there, currency=amount.currency.lower())).amount

    assert (there, back) == (units, amount)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("requires_payment_method", IntentStatus.NEEDS_METHOD),
        ("requires_action", IntentStatus.ACTION_REQUIRED),
        ("requires_confirmation", IntentStatus.PROCESSING),
        ("requires_capture", IntentStatus.PROCESSING),
        ("processing", IntentStatus.PROCESSING),
        ("succeeded", IntentStatus.SUCCEEDED),
        ("canceled", IntentStatus.CANCELLED),
    ],
)
def test_every_status_has_a_word(status: str, expected: IntentStatus) -> None:
    assert as_intent(_intent(status=status)).status is expected


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        ({"code": "card_declined", "decline_code": "insufficient_funds"}, "insufficient_funds"),
        ({"code": "card_declined", "decline_code": "generic_decline"}, "card_declined"),
        ({"code": "card_declined"}, "card_declined"),
        ({"code": "expired_card", "decline_code": "expired_card"}, "expired_card"),
        ({"code": None}, "card_declined"),
    ],
)
def test_the_most_exact_reason_is_taken(error: dict[str, object], failure: str) -> None:
    found = as_intent(_intent(status="requires_payment_method", last_payment_error={**error, "message": "No."}))

    assert (found.failure, found.message) == (failure, "No.")


def test_what_was_refunded_is_known_with_the_charge_and_not_without() -> None:
    assert as_intent(_intent()).refunded == Money(40, "USD")
    assert as_intent(_intent(latest_charge="ch_1")).refunded == Money(0, "USD")
    assert as_intent(_intent(metadata=None, latest_charge=None)).metadata == {}


@pytest.mark.parametrize(
    ("about", "reference"),
    [
        ({"object": "payment_intent", "id": "pi_1"}, "pi_1"),
        ({"object": "refund", "id": "re_1", "payment_intent": "pi_1"}, "pi_1"),
        ({"object": "customer", "id": "cus_1"}, None),
        ("nonsense", None),
    ],
)
def test_a_notice_is_about_an_intent_or_none(about: object, reference: str | None) -> None:
    assert notice_of({"id": "evt_1", "type": "x", "data": {"object": about}}).reference == reference


@pytest.mark.parametrize(
    ("about", "amount"),
    [
        ({"object": "payment_intent", "amount": 1234, "currency": "usd"}, Money(1234, "USD")),
        ({"object": "payment_intent", "amount": 500_00, "currency": "ugx"}, Money(500, "UGX")),
        ({"object": "payment_intent", "amount": "1", "currency": "usd"}, None),
        ({"object": "refund", "amount": 1, "currency": "usd"}, None),
        ("nonsense", None),
    ],
)
def test_the_amount_of_a_notice_is_that_of_its_intent_in_our_units(about: object, amount: Money | None) -> None:
    assert told_amount_of({"data": {"object": about}}) == amount

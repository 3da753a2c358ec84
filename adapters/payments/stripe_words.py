"""Stripe's objects in the words of the port, and back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import stripe

from core.money import Money
from ports.payments import Intent, IntentStatus, Notice, RefundResult, Refused

_STATUSES = {
    "requires_payment_method": IntentStatus.NEEDS_METHOD,
    "requires_action": IntentStatus.ACTION_REQUIRED,
    "processing": IntentStatus.PROCESSING,
    # Intents of ours are confirmed and captured when they are made, so these last for an instant.
    "requires_confirmation": IntentStatus.PROCESSING,
    "requires_capture": IntentStatus.PROCESSING,
    "succeeded": IntentStatus.SUCCEEDED,
    "canceled": IntentStatus.CANCELLED,
}
# Currencies without minor units that Stripe counts in hundredths all the same.
_IN_HUNDREDTHS = frozenset({"ISK", "UGX"})
# A decline that says no more than that.
_VAGUE = frozenset({"generic_decline", "card_declined"})
_NOT_TAKEN = "The payment provider did not take this card."


def as_units(amount: Money) -> int:
    """The amount as Stripe counts it."""
    return amount.amount_minor * 100 if amount.currency in _IN_HUNDREDTHS else amount.amount_minor


def _money(units: int, currency: str) -> Money:
    code = currency.upper()
    return Money(units // 100 if code in _IN_HUNDREDTHS else units, code)


def as_intent(found: stripe.PaymentIntent) -> Intent:
    """The intent; what was refunded of it is known where its charge came with it."""
    charge = found.latest_charge
    refunded = charge.amount_refunded if isinstance(charge, stripe.Charge) else 0
    error = found.last_payment_error
    return Intent(
        reference=found.id,
        status=_STATUSES[found.status],
        amount=_money(found.amount, found.currency),
        received=_money(found.amount_received, found.currency),
        refunded=_money(refunded, found.currency),
        metadata=metadata_of(found),
        created_at=datetime.fromtimestamp(found.created, UTC),
        client_secret=found.client_secret,
        failure=None if error is None else _reason(error),
        message=None if error is None else error.message,
    )


def metadata_of(found: stripe.PaymentIntent | stripe.Refund) -> Mapping[str, str]:
    """What was kept with an object; the SDK gives none as None."""
    kept = found.metadata
    return {} if kept is None else kept.to_dict()


def _reason(error: stripe.ErrorObject | stripe.PaymentIntent.LastPaymentError) -> str:
    """The most exact word for why a card was refused: the bank's, if it gave one."""
    decline = getattr(error, "decline_code", None)
    if error.code == "card_declined" and decline and decline not in _VAGUE:
        return str(decline)
    return error.code or "card_declined"


def as_refund(found: stripe.Refund) -> RefundResult:
    failed = found.status in ("failed", "canceled")
    reason = getattr(found, "failure_reason", None)
    return RefundResult(
        reference=found.id,
        is_final=failed or found.status == "succeeded",
        has_failed=failed,
        message=str(reason or found.status) if failed else None,
    )


def refusal_of(error: stripe.StripeError) -> Refused:
    """Why Stripe will not do it. Only what it says of cards is written for people."""
    if isinstance(error, stripe.CardError):
        return Refused(
            error.code or "card_declined" if error.error is None else _reason(error.error),
            error.user_message or _NOT_TAKEN,
        )
    return Refused(error.code or "invalid_request", _NOT_TAKEN)


def notice_of(event: Any) -> Notice:
    """The notice in a webhook's JSON, which may be anything, hence Any. Raises ValueError if it is no event."""
    if not isinstance(event, Mapping) or not isinstance(event.get("id"), str) or not isinstance(event.get("type"), str):
        raise ValueError("This is not an event.")
    data = event.get("data")
    about = data.get("object") if isinstance(data, Mapping) else None
    return Notice(event["id"], event["type"], _reference(about), event)


def told_amount_of(event: Mapping[str, object]) -> Money | None:
    """The amount of the intent in a webhook's JSON; None if it has none, or one that cannot be."""
    data = event.get("data")
    about = data.get("object") if isinstance(data, Mapping) else None
    if not isinstance(about, Mapping) or about.get("object") != "payment_intent":
        return None
    units, currency = about.get("amount"), about.get("currency")
    return _money(units, currency) if isinstance(units, int) and isinstance(currency, str) else None


def _reference(about: object) -> str | None:
    """The intent that an object is, or belongs to."""
    if not isinstance(about, Mapping):
        return None
    found = about.get("id") if about.get("object") == "payment_intent" else about.get("payment_intent")
    return found if isinstance(found, str) else None

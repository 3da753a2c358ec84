"""What an attempt becomes when the provider says how its intent stands. Pure, and for states in any order: what came
late or twice changes nothing that is known better."""

from typing import NamedTuple

from models.payments import PaymentMethod, PaymentStatus
from ports.payments import Intent, IntentStatus
from services.payments.records import OPEN, AttemptRecord

AMOUNT_MISMATCH = "AMOUNT_MISMATCH"
_OPEN = {
    IntentStatus.PROCESSING: PaymentStatus.PROCESSING,
    IntentStatus.ACTION_REQUIRED: PaymentStatus.ACTION_REQUIRED,
}
_ENDS = {
    IntentStatus.NEEDS_METHOD: PaymentStatus.FAILED,
    IntentStatus.FAILED: PaymentStatus.FAILED,
    IntentStatus.CANCELLED: PaymentStatus.CANCELLED,
}


class Step(NamedTuple):
    """Where the attempt goes, and why. `surplus_minor` is what was taken and is not what was agreed to: it goes back
    in full."""

    status: PaymentStatus
    failure_code: str | None = None
    failure_message: str | None = None
    surplus_minor: int = 0


def step(attempt: AttemptRecord, intent: Intent) -> Step | None:
    """Where `intent` leads; None if nowhere.

    Money that was taken is believed at any time, also after a failure: nothing else may be said of it any more. Of an
    attempt that has ended, nothing else is believed. An intent over another amount, or in another currency, pays
    nothing.
    """
    if attempt.method is not PaymentMethod.CARD or attempt.status in (PaymentStatus.SUCCEEDED, PaymentStatus.REFUNDED):
        return None
    succeeds = intent.status is IntentStatus.SUCCEEDED
    if intent.reference and (intent.amount != attempt.amount or (succeeds and intent.received != attempt.amount)):
        return _mismatch(attempt, intent)
    if succeeds:
        return Step(PaymentStatus.SUCCEEDED)
    if attempt.status not in OPEN:
        return None
    status = _ENDS.get(intent.status)
    return Step(_OPEN[intent.status]) if status is None else Step(status, intent.failure, intent.message)


def _mismatch(attempt: AttemptRecord, intent: Intent) -> Step | None:
    taken = intent.received.amount_minor if intent.status is IntentStatus.SUCCEEDED else 0
    if attempt.failure_code == AMOUNT_MISMATCH and not taken:
        return None
    message = "The payment is not over the amount of the order."
    return Step(PaymentStatus.FAILED, AMOUNT_MISMATCH, message, surplus_minor=taken)

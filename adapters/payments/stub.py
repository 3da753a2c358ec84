"""A payment provider inside of the process, for tests and for measuring: it does what the name of the card says.

It forgets everything with its process, and no other process can ask it. `settings.payments.provider` chooses it, which
production refuses.
"""

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any, NamedTuple

from core.money import Money
from core.problems import Unavailable
from ports.payments import (
    BadNotice,
    Intent,
    IntentDraft,
    IntentStatus,
    Notice,
    RefundResult,
    Refused,
    SavedCard,
    StaleNotice,
)

_PAGE = 100
_SIGNATURE = "stub-signature"
_ACCEPTED = frozenset({"pm_card_visa", "pm_card_mastercard"})
_ASKING = frozenset({"pm_card_threeDSecure2Required", "pm_card_authenticationRequired"})
# By the names of Stripe's test cards.
_DECLINES = {
    "pm_card_visa_chargeDeclined": "card_declined",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "insufficient_funds",
    "pm_card_visa_chargeDeclinedLostCard": "lost_card",
    "pm_card_visa_chargeDeclinedStolenCard": "stolen_card",
    "pm_card_chargeDeclinedExpiredCard": "expired_card",
    "pm_card_chargeDeclinedIncorrectCvc": "incorrect_cvc",
    "pm_card_chargeDeclinedProcessingError": "processing_error",
    "pm_card_chargeDeclinedFraudulent": "fraudulent",
}
# Cards of no bank: the call has its effect and no answer, it has none of both, and it goes on without an end.
NO_ANSWER, UNREACHABLE, GOES_ON = "pm_stub_noAnswer", "pm_stub_unreachable", "pm_stub_processing"


class _Kept(NamedTuple):
    """What was first asked under a key, and what came of it."""

    asked: tuple[object, ...]
    reference: str


class StubPayments:
    """Payments that exist in memory. `seconds` is how long each call takes."""

    name = "stub"

    def __init__(self, *, webhook_secret: str, seconds: float = 0.0, tolerance_seconds: int = 300) -> None:
        self._secret = webhook_secret.encode()
        self._seconds = seconds
        self._tolerance = tolerance_seconds
        self._numbers = count(1)
        # Several processes have a stub each, and what they make has names of its own.
        self._run = secrets.token_hex(4)
        self._keys: dict[str, _Kept] = {}
        self._intents: dict[str, Intent] = {}
        self._drafts: dict[str, IntentDraft] = {}
        self._refunds: dict[str, RefundResult] = {}
        self._cards: dict[str, list[SavedCard]] = {}
        self._owners: dict[str, str] = {}

    async def pay(self, draft: IntentDraft) -> Intent:
        await asyncio.sleep(self._seconds)
        if draft.method == UNREACHABLE:
            raise Unavailable("payments", "The stub was told not to be there.")
        reference = self._once(draft.key, tuple(draft), "pi_stub")
        if reference not in self._intents:
            self._intents[reference] = self._made(reference, draft)
            self._drafts[reference] = draft
            self._keep_card(reference)
        if draft.method == NO_ANSWER:
            raise Unavailable("payments", "The stub was told not to answer.")
        return self._intents[reference]

    async def find(self, reference: str) -> Intent | None:
        await asyncio.sleep(self._seconds)
        return self._intents.get(reference)

    async def cancel(self, reference: str) -> Intent:
        await asyncio.sleep(self._seconds)
        intent = self._named(reference)
        if intent.status in (IntentStatus.SUCCEEDED, IntentStatus.CANCELLED, IntentStatus.PROCESSING):
            return intent
        return self._change(reference, status=IntentStatus.CANCELLED)

    async def refund(self, reference: str, amount: Money, *, key: str) -> RefundResult:
        await asyncio.sleep(self._seconds)
        refund = self._once(key, (reference, amount), "re_stub")
        if refund not in self._refunds:
            intent = self._named(reference)
            left = intent.received.amount_minor - intent.refunded.amount_minor
            if amount.currency != intent.amount.currency or amount.amount_minor > left:
                del self._keys[key]
                raise Refused("amount_too_large", "More would go back than was taken.")
            refunded = Money(intent.refunded.amount_minor + amount.amount_minor, amount.currency)
            self._intents[reference] = intent._replace(refunded=refunded)
            self._refunds[refund] = RefundResult(refund, is_final=True, has_failed=False)
        return self._refunds[refund]

    async def list_intents(
        self, *, since: datetime, until: datetime | None = None, after: str | None
    ) -> Sequence[Intent]:
        await asyncio.sleep(self._seconds)
        last = until or datetime.max.replace(tzinfo=UTC)
        newest = [one for one in reversed(self._intents.values()) if since <= one.created_at <= last]
        start = next((place + 1 for place, one in enumerate(newest) if one.reference == after), 0)
        return newest[start : start + _PAGE]

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        moment, _, digest = headers.get(_SIGNATURE, "").partition(",")
        if not moment.isascii() or not moment.isdecimal():
            raise BadNotice("There is no signature.")
        if not hmac.compare_digest(digest.encode(), self._digest(body, int(moment)).encode()):
            raise BadNotice("The signature is of somebody else, or of another body.")
        if abs(time.time() - int(moment)) > self._tolerance:
            raise StaleNotice("The signature is too old.")
        told = json.loads(body)
        return Notice(told["id"], told["type"], told["reference"], told)

    def told_amount(self, payload: Mapping[str, object]) -> Money | None:
        told = payload.get("amount")
        return Money(told[0], told[1]) if isinstance(told, list) else None

    async def customer(self, *, key: str, email: str | None) -> str:
        await asyncio.sleep(self._seconds)
        return self._once(key, (email,), "cus_stub")

    async def saved_cards(self, customer: str) -> Sequence[SavedCard]:
        await asyncio.sleep(self._seconds)
        return self._cards.get(customer, [])

    async def close(self) -> None:
        """Nothing is open."""

    # What follows is no part of the port: it plays the shopper, and the provider that tells by itself.

    def authenticate(self, reference: str, *, agrees: bool) -> Intent:
        """The shopper has, or has not, shown the bank who it is."""
        intent = self._named(reference)
        if intent.status is not IntentStatus.ACTION_REQUIRED:
            return intent
        if not agrees:
            reason = "payment_intent_authentication_failure"
            return self._change(reference, status=IntentStatus.NEEDS_METHOD, failure=reason, message="Not shown.")
        changed = self._change(reference, status=IntentStatus.SUCCEEDED, received=intent.amount)
        self._keep_card(reference)
        return changed

    def bounce(self, reference: str) -> None:
        """The cardholder's bank sends an intent's refunds back, which had succeeded."""
        intent = self._named(reference)
        self._change(reference, refunded=Money(0, intent.amount.currency))
        for key, kept in self._keys.items():
            if key.startswith("refund:") and kept.asked[0] == reference:
                failed = RefundResult(kept.reference, is_final=True, has_failed=True, message="lost_or_stolen_card")
                self._refunds[kept.reference] = failed

    def finish(self, reference: str, *, status: IntentStatus) -> Intent:
        """What went on has come to an end."""
        intent = self._named(reference)
        received = intent.amount if status is IntentStatus.SUCCEEDED else intent.received
        return self._change(reference, status=status, received=received)

    def tell(self, reference: str, *, event_id: str, type: str) -> tuple[bytes, Mapping[str, str]]:
        """A webhook about an intent: its body, and its headers."""
        body = json.dumps({"id": event_id, "type": type, "reference": reference}).encode()
        return body, self.sign(body)

    def sign(self, body: bytes, *, moment: int | None = None) -> Mapping[str, str]:
        """Headers with a signature of now, or of another moment."""
        at = int(time.time()) if moment is None else moment
        return {_SIGNATURE: f"{at},{self._digest(body, at)}"}

    def _digest(self, body: bytes, moment: int) -> str:
        return hmac.new(self._secret, b"%d." % moment + body, hashlib.sha256).hexdigest()

    def _once(self, key: str, asked: tuple[object, ...], kind: str) -> str:
        """The same reference for the same key; raises `Refused` if something else was asked under it."""
        kept = self._keys.setdefault(key, _Kept(asked, f"{kind}_{self._run}_{next(self._numbers)}"))
        if kept.asked != asked:
            raise Refused("idempotency_error", "This key was used for something else.")
        return kept.reference

    def _made(self, reference: str, draft: IntentDraft) -> Intent:
        nothing = Money(0, draft.amount.currency)
        made = Intent(
            reference=reference,
            status=IntentStatus.SUCCEEDED,
            amount=draft.amount,
            received=draft.amount,
            refunded=nothing,
            metadata=dict(draft.metadata),
            created_at=datetime.now(UTC),
            client_secret=f"{reference}_secret",
        )
        if draft.method in _DECLINES:
            reason = _DECLINES[draft.method]
            return made._replace(
                status=IntentStatus.NEEDS_METHOD, received=nothing, failure=reason, message="Your card was declined."
            )
        if draft.method in _ASKING:
            return made._replace(status=IntentStatus.ACTION_REQUIRED, received=nothing)
        if draft.method == GOES_ON:
            return made._replace(status=IntentStatus.PROCESSING, received=nothing)
        return self._accepted(draft, made)

    def _accepted(self, draft: IntentDraft, made: Intent) -> Intent:
        owner = self._owners.get(draft.method)
        if draft.method not in _ACCEPTED | {NO_ANSWER} and (owner is None or owner != draft.customer):
            del self._keys[draft.key]
            raise Refused("resource_missing", "The payment provider did not take this card.")
        return made

    def _keep_card(self, reference: str) -> None:
        draft = self._drafts[reference]
        is_paid = self._intents[reference].status is IntentStatus.SUCCEEDED
        if is_paid and draft.save and draft.customer is not None and draft.method not in self._owners:
            card = SavedCard(f"pm_saved_{next(self._numbers)}", "visa", "4242", "2034-12")
            self._cards.setdefault(draft.customer, []).append(card)
            self._owners[card.reference] = draft.customer

    def _named(self, reference: str) -> Intent:
        if reference not in self._intents:
            raise Refused("resource_missing", "There is no such payment.")
        return self._intents[reference]

    # The values of any fields, hence Any.
    def _change(self, reference: str, **fields: Any) -> Intent:
        changed = self._named(reference)._replace(**fields)
        self._intents[reference] = changed
        return changed

"""Paying by card: intents at a payment provider, in the words of Stripe, whose model others share."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from core.money import Money


class IntentStatus(StrEnum):
    """Where a payment is at the provider. The last three are ends."""

    PROCESSING = "processing"
    ACTION_REQUIRED = "action_required"
    NEEDS_METHOD = "needs_method"  # the card was refused; the intent may be confirmed again with another
    SUCCEEDED = "succeeded"
    CANCELLED = "cancelled"
    FAILED = "failed"


class IntentDraft(NamedTuple):
    """What is to be paid. `key` is the idempotency key: the same draft with the same key is one intent, always.

    `method` is the provider's reference of a card; `customer` whose saved cards may be used, and where `save` keeps it.
    `metadata` comes back with the intent: our ids.
    """

    key: str
    amount: Money
    method: str
    metadata: Mapping[str, str]
    customer: str | None = None
    save: bool = False
    return_url: str | None = None


class Intent(NamedTuple):
    """A payment at the provider. `client_secret` lets the shopper's app go on where an action is required.

    `failure` is the provider's code of a refusal (`card_declined`, `insufficient_funds`, `expired_card` …).
    """

    reference: str
    status: IntentStatus
    amount: Money
    received: Money
    refunded: Money
    metadata: Mapping[str, str]
    created_at: datetime
    client_secret: str | None = None
    failure: str | None = None
    message: str | None = None


class RefundResult(NamedTuple):
    """A refund at the provider; one that is not `is_final` may still fail or succeed."""

    reference: str
    is_final: bool
    has_failed: bool
    message: str | None = None


class Notice(NamedTuple):
    """A webhook whose signature is right. `reference` is the intent that it is about, if it is about one."""

    event_id: str
    type: str
    reference: str | None
    payload: Mapping[str, object]


class SavedCard(NamedTuple):
    """A card that the provider keeps for a customer."""

    reference: str
    brand: str
    last_digits: str
    expires_on: str


class BadNotice(Exception):
    """What came is not signed by the provider, or too long ago."""


class StaleNotice(BadNotice):
    """What came is signed by the provider, but too long ago: somebody may have kept it to send it again."""


class Refused(Exception):
    """The provider understood and will not do it: `code` is its own word, `message` for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class PaymentProvider(Protocol):
    """Raises `core.problems.Unavailable("payments")` when nobody knows whether the call had an effect: ask again with
    the same key. Raises `Refused` for what will never be done."""

    # Also the last part of the path where its notices arrive: `/webhooks/<name>`.
    name: str

    async def pay(self, draft: IntentDraft) -> Intent:
        """Make an intent and confirm it; a refused card is an intent in NEEDS_METHOD with its failure."""
        ...

    async def find(self, reference: str) -> Intent | None: ...

    async def cancel(self, reference: str) -> Intent:
        """Nobody can pay the intent any more; the intent as it is then, which may have succeeded before."""
        ...

    async def refund(self, reference: str, amount: Money, *, key: str) -> RefundResult: ...

    async def list_intents(
        self, *, since: datetime, until: datetime | None = None, after: str | None
    ) -> Sequence[Intent]:
        """A page of up to 100 intents made in that time, newest first, behind the one with the reference `after`."""
        ...

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """What a webhook tells; the names of `headers` are in lower case.

        Raises `BadNotice`, and `StaleNotice` for what the provider has signed too long ago.
        """
        ...

    def told_amount(self, payload: Mapping[str, object]) -> Money | None:
        """The amount of the intent in a notice's payload; None if it has no intent in it."""
        ...

    async def customer(self, *, key: str, email: str | None) -> str:
        """The reference of a customer, made once for each key."""
        ...

    async def saved_cards(self, customer: str) -> Sequence[SavedCard]: ...

    async def close(self) -> None: ...

"""What payments are to the rest of the code: attempts, refunds, balances, and what the provider has told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from core.money import Money
from models.payments import PaymentMethod, PaymentStatus, RefundStatus

# The provider has been asked, or is about to be, and has not said how it ends.
OPEN = frozenset({PaymentStatus.CREATED, PaymentStatus.PROCESSING, PaymentStatus.ACTION_REQUIRED})
# What makes an order paid.
GOOD = frozenset({PaymentStatus.SUCCEEDED, PaymentStatus.PROMISED})


class Tender(NamedTuple):
    """A part of an order's total, and with what it is paid.

    `card` is the provider's reference of a card, as the provider's own form in the app gave it or as `SavedCard` has
    it; `save_card` keeps it for the account. `return_url` is where the shopper comes back to from a bank's page.
    """

    method: PaymentMethod
    amount_minor: int
    currency: str
    card: str | None = None
    gift_card_code: str | None = None
    save_card: bool = False
    return_url: str | None = None


class AttemptRecord(NamedTuple):
    """One tender of one order, as `models.payments.PaymentAttempt` has it."""

    id: UUID
    order_id: UUID
    account_id: UUID | None
    method: PaymentMethod
    status: PaymentStatus
    amount_minor: int
    refunded_minor: int
    currency: str
    provider: str | None
    provider_reference: str | None
    client_secret: str | None
    provider_method: str | None
    provider_customer: str | None
    saves_card: bool
    return_url: str | None
    gift_card_id: UUID | None
    failure_code: str | None
    failure_message: str | None
    check_at: datetime | None
    checks: int
    created_at: datetime
    updated_at: datetime

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def refunded(self) -> Money:
        """What went back or is on its way."""
        return Money(self.refunded_minor, self.currency)

    @property
    def is_open(self) -> bool:
        """Whether the provider may still say how it ends."""
        return self.status in OPEN

    @property
    def is_good(self) -> bool:
        """Whether it pays its part of the order: it has succeeded or is promised."""
        return self.status in GOOD


class RefundRecord(NamedTuple):
    """Money on its way back, as `models.payments.Refund` has it."""

    id: UUID
    attempt_id: UUID
    order_id: UUID
    amount_minor: int
    currency: str
    reason: str
    status: RefundStatus
    provider_reference: str | None
    error: str | None
    check_at: datetime | None
    checks: int
    created_at: datetime
    updated_at: datetime

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class GiftCardRecord(NamedTuple):
    """A gift card, without its code, which nobody keeps."""

    id: UUID
    last_signs: str
    balance_minor: int
    currency: str
    expires_at: datetime | None
    is_active: bool
    created_at: datetime

    @property
    def balance(self) -> Money:
        return Money(self.balance_minor, self.currency)


class IssuedGiftCard(NamedTuple):
    """A new gift card and its code, which is shown this once: None where the same issue is asked for again."""

    card: GiftCardRecord
    code: str | None


class NoticeRecord(NamedTuple):
    """What a provider has told, as it is stored; `reference` is the intent that it is about."""

    provider: str
    event_id: str
    type: str
    reference: str | None
    # The provider's JSON, hence Any.
    payload: Mapping[str, Any]
    received_at: datetime
    handled_at: datetime | None
    outcome: str | None


class PaymentReconciliationRecord(NamedTuple):
    """One comparison. A finding is a JSON object: its `kind`, what it is about, and the two sides, hence Any."""

    id: UUID
    started_at: datetime
    finished_at: datetime
    attempts_checked: int
    findings: list[dict[str, Any]]


class UnsettledCounts(NamedTuple):
    """Attempts without an outcome, refunds under way, and webhooks that nobody has handled."""

    attempts: int
    refunds: int
    notices: int

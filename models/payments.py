"""Money: attempts to pay, refunds, what the provider tells, gift cards and store credit."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified, Timestamped


class PaymentMethod(StrEnum):
    """With what is paid."""

    CARD = "card"
    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"
    CASH_ON_DELIVERY = "cash_on_delivery"


class PaymentStatus(StrEnum):
    """CREATED -> (PROCESSING, ACTION_REQUIRED)* -> SUCCEEDED, FAILED or CANCELLED; SUCCEEDED may become REFUNDED.

    CASH_ON_DELIVERY stays PROMISED until the order is delivered.
    """

    CREATED = "created"
    PROCESSING = "processing"
    ACTION_REQUIRED = "action_required"
    PROMISED = "promised"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class RefundStatus(StrEnum):
    """Where a refund is. PENDING -> SUCCEEDED or FAILED; SUCCEEDED -> FAILED where the cardholder's bank did not take
    it."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class PaymentAttempt(Identified, Timestamped, Base):
    """One tender of one order: an order that is paid by gift card and card has two, a retried card one more.

    `id` makes the idempotency keys that the provider gets; all that is sent with them is here, so that it can be sent
    again to the letter. `provider_reference` is the PaymentIntent, known once the provider has answered. `check_at` is
    a durable timer: an attempt that is not settled then is asked for. `refunded_minor` is what went back or is on its
    way.
    """

    __tablename__ = "payment_attempt"
    __table_args__ = (
        CheckConstraint(f"method IN ({', '.join(repr(one.value) for one in PaymentMethod)})", name="method"),
        CheckConstraint(f"status IN ({', '.join(repr(one.value) for one in PaymentStatus)})", name="status"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("0 <= refunded_minor AND refunded_minor <= amount_minor", name="refunded"),
        UniqueConstraint("provider", "provider_reference"),
        Index(None, "order_id"),
        Index("ix_payment_attempt_due", "check_at", postgresql_where=text("check_at IS NOT NULL")),
    )

    order_id: Mapped[UUID] = mapped_column()
    account_id: Mapped[UUID | None] = mapped_column()
    method: Mapped[str] = mapped_column()
    status: Mapped[str] = mapped_column(default="created", server_default="created")
    amount_minor: Mapped[int] = mapped_column()
    refunded_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    currency: Mapped[str] = mapped_column()
    provider: Mapped[str | None] = mapped_column()
    provider_reference: Mapped[str | None] = mapped_column()
    # What the shopper's app needs to go on (3-D Secure).
    client_secret: Mapped[str | None] = mapped_column()
    # What is paid with, by whom, whether it is kept for next time, and where the shopper comes back to.
    provider_method: Mapped[str | None] = mapped_column()
    provider_customer: Mapped[str | None] = mapped_column()
    saves_card: Mapped[bool] = mapped_column(default=False, server_default="false")
    return_url: Mapped[str | None] = mapped_column()
    gift_card_id: Mapped[UUID | None] = mapped_column(ForeignKey("gift_card.id"))
    failure_code: Mapped[str | None] = mapped_column()
    failure_message: Mapped[str | None] = mapped_column()
    check_at: Mapped[datetime | None] = mapped_column()
    checks: Mapped[int] = mapped_column(default=0, server_default="0")


class Refund(Identified, Timestamped, Base):
    """Money on its way back, of one attempt; `id` makes the provider's idempotency key, so it goes back once.

    For one `reason` an attempt has one refund. It is PENDING until the provider has said how it ended; what was paid
    with a gift card or with store credit goes back at once. `check_at` is when the provider is asked for it: also of
    one that has succeeded, if it has been told of once more.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("status IN ('pending', 'succeeded', 'failed')", name="status"),
        CheckConstraint("amount_minor > 0", name="amount"),
        UniqueConstraint("attempt_id", "reason"),
        Index(None, "order_id"),
        Index("ix_refund_failed", "order_id", postgresql_where=text("status = 'failed'")),
        Index("ix_refund_due", "check_at", postgresql_where=text("check_at IS NOT NULL")),
    )

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("payment_attempt.id"))
    order_id: Mapped[UUID] = mapped_column()
    amount_minor: Mapped[int] = mapped_column()
    currency: Mapped[str] = mapped_column()
    reason: Mapped[str] = mapped_column()
    status: Mapped[str] = mapped_column(default="pending", server_default="pending")
    provider_reference: Mapped[str | None] = mapped_column()
    error: Mapped[str | None] = mapped_column()
    check_at: Mapped[datetime | None] = mapped_column(server_default=func.now())
    checks: Mapped[int] = mapped_column(default=0, server_default="0")


class ProviderEvent(Base):
    """A webhook, stored once by the provider's own event id before it is answered; done when `handled_at` is set.

    `check_at` is when a worker takes it up, also again after one that died or failed over it.
    """

    __tablename__ = "provider_event"
    __table_args__ = (
        Index("ix_provider_event_waiting", "check_at", postgresql_where=text("handled_at IS NULL")),
        Index("ix_provider_event_done", "handled_at", postgresql_where=text("handled_at IS NOT NULL")),
        Index(None, "reference"),
    )

    provider: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column()
    reference: Mapped[str | None] = mapped_column()
    # The provider's JSON as it came, hence Any.
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    handled_at: Mapped[datetime | None] = mapped_column()
    # What came of it, or why it could not be handled the last time.
    outcome: Mapped[str | None] = mapped_column()
    check_at: Mapped[datetime] = mapped_column(server_default=func.now())
    checks: Mapped[int] = mapped_column(default=0, server_default="0")


class ProviderCustomer(Base):
    """Who an account is to the provider, which keeps the account's cards."""

    __tablename__ = "provider_customer"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    provider: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column()


class GiftCard(Identified, Timestamped, Base):
    """Money on a code, of which only the SHA-256 is kept. `balance_minor` is the sum of its entries, always."""

    __tablename__ = "gift_card"
    __table_args__ = (UniqueConstraint("code_hash"), CheckConstraint("balance_minor >= 0", name="balance"))

    code_hash: Mapped[bytes] = mapped_column()
    last_signs: Mapped[str] = mapped_column()
    balance_minor: Mapped[int] = mapped_column()
    currency: Mapped[str] = mapped_column()
    expires_at: Mapped[datetime | None] = mapped_column()
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")


class StoreCredit(Base):
    """Money that the store owes an account. `balance_minor` is the sum of its entries, always."""

    __tablename__ = "store_credit"
    __table_args__ = (CheckConstraint("balance_minor >= 0", name="balance"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    balance_minor: Mapped[int] = mapped_column(default=0, server_default="0")


class BalanceEntry(Base):
    """One change of a gift card's or of a store credit's balance: append only.

    An attempt is charged once and a refund is paid back once: both are unique by `cause` and `reference_id`.
    """

    __tablename__ = "balance_entry"
    __table_args__ = (
        UniqueConstraint("cause", "reference_id"),
        CheckConstraint("(gift_card_id IS NULL) <> (account_id IS NULL)", name="owner"),
        CheckConstraint("change_minor <> 0", name="change"),
        Index(None, "gift_card_id"),
        Index(None, "account_id", "currency"),
    )

    sequence: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    gift_card_id: Mapped[UUID | None] = mapped_column(ForeignKey("gift_card.id"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    currency: Mapped[str] = mapped_column()
    change_minor: Mapped[int] = mapped_column()
    cause: Mapped[str] = mapped_column()
    reference_id: Mapped[UUID] = mapped_column()
    actor: Mapped[str | None] = mapped_column()
    occurred_at: Mapped[datetime] = mapped_column(server_default=func.now())


class PaymentReconciliation(Identified, Base):
    """One comparison of orders, attempts and refunds with what the provider has; `findings` is an array of objects."""

    __tablename__ = "payment_reconciliation"

    started_at: Mapped[datetime] = mapped_column()
    finished_at: Mapped[datetime] = mapped_column(server_default=func.now())
    attempts_checked: Mapped[int] = mapped_column()
    # JSON as the docstring says, hence Any.
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)

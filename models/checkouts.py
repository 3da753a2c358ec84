"""Carts on their way to the till."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class CheckoutStatus(StrEnum):
    """OPEN -> PROCESSING <-> ACTION_REQUIRED -> SUCCEEDED, FAILED (may be paid again while it is held) or EXPIRED."""

    OPEN = "open"
    PROCESSING = "processing"
    ACTION_REQUIRED = "action_required"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"


class Checkout(Base):
    """A cart whose prices, delivery groups, taxes and discounts are frozen while its units are held.

    `id` is random for a guest's, whose only key it is. `content` is all that is frozen, as `services.checkout` writes
    and reads it. `reservation_id` holds the units until `expires_at`. `order_id` is set when it is completed: one
    checkout makes one order. `version` grows with each change.

    A cart has one checkout at a time that is neither SUCCEEDED nor EXPIRED. `check_at` is a durable timer: whoever
    finds it past does what is left to do (expire it, settle its payment, take what was bought out of the cart) and sets
    it anew, or to nothing when nothing is left.
    """

    __tablename__ = "checkout"
    __table_args__ = (
        CheckConstraint(f"status IN ({', '.join(repr(one.value) for one in CheckoutStatus)})", name="status"),
        Index(None, "cart_id"),
        Index(
            "uq_checkout_cart",
            "cart_id",
            unique=True,
            postgresql_where=text("status IN ('open', 'processing', 'action_required', 'failed')"),
        ),
        Index(None, "order_id"),
        Index("ix_checkout_due", "check_at", postgresql_where=text("check_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    cart_id: Mapped[UUID] = mapped_column()
    cart_version: Mapped[str] = mapped_column()
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    email: Mapped[str | None] = mapped_column()
    status: Mapped[str] = mapped_column(default="open", server_default="open")
    currency: Mapped[str] = mapped_column()
    total_minor: Mapped[int] = mapped_column()
    # JSON as the docstring says, hence Any.
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reservation_id: Mapped[UUID | None] = mapped_column()
    extensions: Mapped[int] = mapped_column(default=0, server_default="0")
    order_id: Mapped[UUID | None] = mapped_column()
    failure_code: Mapped[str | None] = mapped_column()
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    expires_at: Mapped[datetime] = mapped_column()
    check_at: Mapped[datetime | None] = mapped_column()
    checks: Mapped[int] = mapped_column(default=0, server_default="0")

"""Units that are promised to somebody for a while."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified


class ReservationStatus(StrEnum):
    """HELD is the beginning; the others are ends, and a reservation ends exactly once."""

    HELD = "held"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    EXPIRED = "expired"


class Reservation(Identified, Base):
    """A hold: its allocations are counted in the `reserved` of their levels while it is held.

    `expires_at` is a durable timer: the worker ends holds that are past it. `reference` is the caller's own name for
    what it is for; `extensions` says how often it was prolonged.
    """

    __tablename__ = "reservation"
    __table_args__ = (
        CheckConstraint(f"status IN ({', '.join(repr(one.value) for one in ReservationStatus)})", name="status"),
        CheckConstraint("(status = 'held') = (ended_at IS NULL)", name="ended_at"),
        Index("ix_reservation_due", "expires_at", postgresql_where=text("status = 'held'")),
    )

    status: Mapped[str] = mapped_column(default="held", server_default="held")
    expires_at: Mapped[datetime] = mapped_column()
    extensions: Mapped[int] = mapped_column(default=0, server_default="0")
    reference: Mapped[str | None] = mapped_column()
    actor: Mapped[str | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None] = mapped_column()


class ReservationLine(Base):
    """What is held of one variant: `quantity` is the sum of its allocations, always.

    It is less than `wanted` only if the caller allowed a part, and then may be 0.
    """

    __tablename__ = "reservation_line"
    __table_args__ = (CheckConstraint("wanted > 0 AND 0 <= quantity AND quantity <= wanted", name="quantity"),)

    reservation_id: Mapped[UUID] = mapped_column(ForeignKey("reservation.id"), primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(primary_key=True)
    wanted: Mapped[int] = mapped_column()
    quantity: Mapped[int] = mapped_column()


class Allocation(Base):
    """Which warehouse serves how many of a line's units. Its level is locked when it is written, so it needs no key."""

    __tablename__ = "allocation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["reservation_id", "variant_id"], ["reservation_line.reservation_id", "reservation_line.variant_id"]
        ),
        CheckConstraint("quantity > 0", name="quantity"),
        Index(None, "variant_id", "warehouse_id"),
    )

    reservation_id: Mapped[UUID] = mapped_column(primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(primary_key=True)
    warehouse_id: Mapped[UUID] = mapped_column(primary_key=True)
    quantity: Mapped[int] = mapped_column()

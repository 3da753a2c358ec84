"""Where stock is, how it changed, and what came in."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified, Timestamped


class LedgerReason(StrEnum):
    """Why a level changed."""

    OPENING = "opening"  # what was there when the ledger began
    SET = "set"  # an import or an operator said how many there are
    RECEIPT = "receipt"
    RESERVATION = "reservation"
    CONFIRMATION = "confirmation"
    RELEASE = "release"
    EXPIRY = "expiry"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    COUNTED = "counted"
    DAMAGED = "damaged"
    LOST = "lost"
    FOUND = "found"
    RETURNED = "returned"
    OTHER = "other"


class Warehouse(Identified, Timestamped, Base):
    """A place that keeps stock, of the store (no seller) or of a seller. One that is not active keeps its stock, but
    nothing new is reserved there and nothing is delivered from it."""

    __tablename__ = "warehouse"
    __table_args__ = (UniqueConstraint("code"),)

    code: Mapped[str] = mapped_column()
    name: Mapped[str] = mapped_column()
    country: Mapped[str] = mapped_column()
    postal_code: Mapped[str] = mapped_column()
    latitude: Mapped[float] = mapped_column()
    longitude: Mapped[float] = mapped_column()
    seller_id: Mapped[UUID | None] = mapped_column(ForeignKey("seller.id"), index=True)
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")


class InventoryLevel(Base):
    """Units of a variant in a warehouse. Available is `on_hand - reserved`; `version` grows with each change.

    `low_stock_units` replaces the store's own threshold. A level equals the sum of its ledger entries, always.
    """

    __tablename__ = "inventory_level"
    __table_args__ = (
        CheckConstraint("0 <= reserved AND reserved <= on_hand", name="reserved"),
        CheckConstraint("low_stock_units >= 0", name="low_stock_units"),
    )

    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variant.id"), primary_key=True)
    warehouse_id: Mapped[UUID] = mapped_column(ForeignKey("warehouse.id"), primary_key=True, index=True)
    on_hand: Mapped[int] = mapped_column(default=0, server_default="0")
    reserved: Mapped[int] = mapped_column(default=0, server_default="0")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    low_stock_units: Mapped[int | None] = mapped_column()


class LedgerEntry(Base):
    """One change of one level: append only, kept so by a trigger.

    The sums of `on_hand_change` and `reserved_change` over a level's entries are its `on_hand` and `reserved`.
    `reference_id` is what the change belongs to: a reservation, a receipt, a transfer. `actor` is who asked for it.
    """

    __tablename__ = "inventory_ledger_entry"
    __table_args__ = (
        CheckConstraint(f"reason IN ({', '.join(repr(one.value) for one in LedgerReason)})", name="reason"),
        CheckConstraint("on_hand_change <> 0 OR reserved_change <> 0", name="change"),
        Index(None, "variant_id", "warehouse_id", "sequence"),
    )

    sequence: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    variant_id: Mapped[UUID] = mapped_column()
    warehouse_id: Mapped[UUID] = mapped_column()
    on_hand_change: Mapped[int] = mapped_column()
    reserved_change: Mapped[int] = mapped_column()
    reason: Mapped[str] = mapped_column()
    reference_id: Mapped[UUID | None] = mapped_column()
    actor: Mapped[str | None] = mapped_column()
    note: Mapped[str | None] = mapped_column()
    occurred_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SupplierReceipt(Identified, Base):
    """Goods that came in, once: `source` (who says so) and `reference` (their number for it) never repeat.

    `content_hash` tells a replay, which is answered as the first time was, from another delivery under the same
    number, which is refused.
    """

    __tablename__ = "supplier_receipt"
    __table_args__ = (UniqueConstraint("source", "reference"),)

    source: Mapped[str] = mapped_column()
    reference: Mapped[str] = mapped_column()
    warehouse_id: Mapped[UUID] = mapped_column(ForeignKey("warehouse.id"), index=True)
    content_hash: Mapped[str] = mapped_column()
    actor: Mapped[str | None] = mapped_column()
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SupplierReceiptLine(Base):
    """Units of one variant in a receipt."""

    __tablename__ = "supplier_receipt_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("supplier_receipt.id"), primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variant.id"), primary_key=True)
    quantity: Mapped[int] = mapped_column()


class InventoryReconciliation(Identified, Base):
    """One comparison of all levels with the ledger and with the allocations of holds.

    `discrepancies` is a JSON array of objects: variant_id, warehouse_id, and per figure what it is and should be.
    """

    __tablename__ = "inventory_reconciliation"

    started_at: Mapped[datetime] = mapped_column()
    finished_at: Mapped[datetime] = mapped_column(server_default=func.now())
    levels_checked: Mapped[int] = mapped_column()
    # JSON as the docstring says, hence Any.
    discrepancies: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)

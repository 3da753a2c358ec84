"""What was bought: orders, their lines, shipments, and everything that happened to them with its cause."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified


class OrderStatus(StrEnum):
    """Where an order is in its life; `services.orders.states` says which moves are legal."""

    CREATED = "created"
    PLACED = "placed"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    RETURN_REQUESTED = "return_requested"
    RETURNED = "returned"
    REFUNDED = "refunded"


class FulfillmentStatus(StrEnum):
    """Where a shipment is."""

    PENDING = "pending"
    PACKED = "packed"
    SHIPPED = "shipped"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class Order(Base):
    """One order, partitioned by `placed_at`: the time that is inside of its id (UUIDv7), to the millisecond.

    So whoever has the id knows the partition. It is made when its checkout is completed, before anything is paid
    (CREATED), and is PLACED once it is paid, at `confirmed_at`. `total_minor` and all amounts are frozen: they never
    change. `content` is what was agreed to: addresses, delivery groups, discounts and taxes, as checkout froze them.
    `email_key` finds it however the address is spelled. `access_key` lets a guest see it, together with the number.
    `version` grows with each change.
    """

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint(f"status IN ({', '.join(repr(one.value) for one in OrderStatus)})", name="status"),
        CheckConstraint("total_minor >= 0", name="total"),
        CheckConstraint("total_minor = lines_minor - discount_minor + delivery_minor + added_tax_minor", name="sum"),
        Index(None, "account_id", "placed_at", "id"),
        Index(None, "status", "placed_at"),
        Index(None, "email_key", "placed_at"),
        {"postgresql_partition_by": "RANGE (placed_at)"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    placed_at: Mapped[datetime] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column()
    checkout_id: Mapped[UUID] = mapped_column()
    account_id: Mapped[UUID | None] = mapped_column()
    email: Mapped[str] = mapped_column()
    email_key: Mapped[str] = mapped_column()
    access_key: Mapped[str] = mapped_column()
    status: Mapped[str] = mapped_column(default="created", server_default="created")
    reservation_id: Mapped[UUID | None] = mapped_column()
    currency: Mapped[str] = mapped_column()
    lines_minor: Mapped[int] = mapped_column()
    discount_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    delivery_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    added_tax_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    included_tax_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    total_minor: Mapped[int] = mapped_column()
    # JSON as the docstring says, hence Any.
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    confirmed_at: Mapped[datetime | None] = mapped_column()
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class OrderNumber(Base):
    """The short number of an order, and its id: unique over all partitions. One checkout makes one order."""

    __tablename__ = "order_number"
    __table_args__ = (UniqueConstraint("checkout_id"), UniqueConstraint("order_id"))

    number: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column()
    checkout_id: Mapped[UUID] = mapped_column()


class OrderLine(Base):
    """Units of one offer that were bought, at frozen amounts. `cancelled` and `returned` are units of `quantity`."""

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("quantity > 0 AND cancelled >= 0 AND returned >= 0", name="quantity"),
        CheckConstraint("cancelled + returned <= quantity", name="rest"),
        CheckConstraint("total_minor = unit_minor * quantity - discount_minor", name="total"),
        Index(None, "variant_id"),
    )

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[UUID] = mapped_column()
    offer_id: Mapped[UUID] = mapped_column()
    seller_id: Mapped[UUID] = mapped_column(index=True)
    sku: Mapped[str] = mapped_column()
    title: Mapped[str] = mapped_column()
    quantity: Mapped[int] = mapped_column()
    currency: Mapped[str] = mapped_column()
    unit_minor: Mapped[int] = mapped_column()
    discount_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    total_minor: Mapped[int] = mapped_column()
    tax_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    cancelled: Mapped[int] = mapped_column(default=0, server_default="0")
    returned: Mapped[int] = mapped_column(default=0, server_default="0")


class OrderEvent(Base):
    """One thing that happened to an order: append only. `cause` says why or by what, `actor` who asked for it.

    `before` and `after` are statuses, equal where the order did not move.
    """

    __tablename__ = "order_event"
    __table_args__ = (Index(None, "order_id", "sequence"),)

    sequence: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    order_id: Mapped[UUID] = mapped_column()
    before: Mapped[str] = mapped_column()
    after: Mapped[str] = mapped_column()
    cause: Mapped[str] = mapped_column()
    actor: Mapped[str | None] = mapped_column()
    # A JSON object of details that depend on the cause, hence Any.
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    occurred_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Fulfillment(Identified, Base):
    """One shipment of an order: from one warehouse, of one seller, by one method. `number` counts within the order."""

    __tablename__ = "fulfillment"
    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        CheckConstraint(f"status IN ({', '.join(repr(one.value) for one in FulfillmentStatus)})", name="status"),
    )

    order_id: Mapped[UUID] = mapped_column()
    number: Mapped[int] = mapped_column()
    warehouse_id: Mapped[UUID] = mapped_column(ForeignKey("warehouse.id"))
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("seller.id"))
    method: Mapped[str] = mapped_column()
    carrier: Mapped[str] = mapped_column()
    status: Mapped[str] = mapped_column(default="pending", server_default="pending")
    tracking_number: Mapped[str | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class FulfillmentLine(Base):
    """Units of an order's line in a shipment."""

    __tablename__ = "fulfillment_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    fulfillment_id: Mapped[UUID] = mapped_column(ForeignKey("fulfillment.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    quantity: Mapped[int] = mapped_column()

"""Carts as they are kept behind Redis, and how guests' carts ended."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Cart(Base):
    """The last copy of a cart, a few seconds behind the hash in Redis, which is the cart while it is there.

    `id` is the account's for a customer's cart, and random for a guest's, whose only key it is. `content` is the
    hash's fields. `version` grows with each change, so a slow writer never puts back what is older.
    A guest's cart ends when it is merged into a customer's; an ended one is never restored.
    """

    __tablename__ = "cart"
    __table_args__ = (CheckConstraint("(ended_at IS NULL) = (merged_into_id IS NULL)", name="ended_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    version: Mapped[int] = mapped_column()
    # Names and texts of the hash; what they mean is the cart's own business, hence Any.
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    saved_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None] = mapped_column()
    merged_into_id: Mapped[UUID | None] = mapped_column()


class CartMerge(Base):
    """That a guest's cart went into a customer's, once, and what became of each of its lines.

    `report` is a JSON array of objects, as `services.cart` writes and reads it. `settled_at` says since when the saved
    copy of the customer's cart is known to have the lines; until then a repeat makes sure of it.
    """

    __tablename__ = "cart_merge"

    guest_cart_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    # JSON as the docstring says, hence Any.
    report: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    merged_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    settled_at: Mapped[datetime | None] = mapped_column()

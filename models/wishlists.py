"""What shoppers would like to have, and what they are told about it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified, Timestamped


class NotificationKind(StrEnum):
    """What somebody is told of."""

    BACK_IN_STOCK = "back_in_stock"
    PRICE_DROPPED = "price_dropped"


class Wishlist(Identified, Timestamped, Base):
    """A list of an account's. Whoever has its `share_key` may read it; without one it is private."""

    __tablename__ = "wishlist"
    __table_args__ = (UniqueConstraint("share_key"), Index(None, "account_id", "id"))

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column()
    share_key: Mapped[str | None] = mapped_column()


class WishlistItem(Base):
    """A variant on a list, and what its owner wants to hear of.

    `was_available` is what was last heard of its stock, `price_minor` the price that a drop is measured against: that
    at adding, then the lowest that was told. So each return to stock and each drop is told once.
    """

    __tablename__ = "wishlist_item"
    __table_args__ = (Index(None, "variant_id"), Index(None, "wishlist_id", "added_at"))

    wishlist_id: Mapped[UUID] = mapped_column(ForeignKey("wishlist.id", ondelete="CASCADE"), primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variant.id", ondelete="CASCADE"), primary_key=True)
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())
    alerts_stock: Mapped[bool] = mapped_column(default=False, server_default="false")
    alerts_price: Mapped[bool] = mapped_column(default=False, server_default="false")
    was_available: Mapped[bool] = mapped_column(default=True, server_default="true")
    price_minor: Mapped[int | None] = mapped_column()
    currency: Mapped[str | None] = mapped_column()


class Notification(Identified, Base):
    """Something that an account is told, on its pages and by mail: `mailed_at` says when the latter was done.

    `event_id` is the event that caused it; the same event tells an account the same thing of a variant once.
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("account_id", "kind", "variant_id", "event_id"),
        CheckConstraint(f"kind IN ({', '.join(repr(one.value) for one in NotificationKind)})", name="kind"),
        Index(None, "account_id", "id"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column()
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variant.id", ondelete="CASCADE"))
    event_id: Mapped[UUID] = mapped_column()
    price_minor: Mapped[int | None] = mapped_column()
    before_minor: Mapped[int | None] = mapped_column()
    currency: Mapped[str | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    read_at: Mapped[datetime | None] = mapped_column()
    mailed_at: Mapped[datetime | None] = mapped_column()

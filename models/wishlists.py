"""What shoppers would like to have, and what they are told about it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
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
    """A variant on a list, what it cost when it was put there, and what the list's owner wants to hear of it.

    `was_available` is what was last heard of its stock, kept while `alerts_stock`. `watched_minor` is the price that a
    drop is measured against, since `watched_at`, kept while `alerts_price`: the price when the alert was asked for,
    then each lower one that was told, and after 30 days whatever it is then. So each return to stock and each drop is
    told once. All prices of an item are in its `currency`.
    """

    __tablename__ = "wishlist_item"
    __table_args__ = (
        Index(None, "variant_id"),
        Index(None, "wishlist_id", "added_at", "variant_id"),
        # Whoever hears of stock asks for the few that last heard something else, not for all who have the variant.
        Index(
            "ix_wishlist_item_alerts",
            "variant_id",
            "was_available",
            postgresql_where=text("alerts_stock OR alerts_price"),
        ),
    )

    wishlist_id: Mapped[UUID] = mapped_column(ForeignKey("wishlist.id", ondelete="CASCADE"), primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variant.id", ondelete="CASCADE"), primary_key=True)
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())
    price_minor: Mapped[int | None] = mapped_column()
    currency: Mapped[str] = mapped_column()
    alerts_stock: Mapped[bool] = mapped_column(default=False, server_default="false")
    was_available: Mapped[bool] = mapped_column(default=True, server_default="true")
    alerts_price: Mapped[bool] = mapped_column(default=False, server_default="false")
    watched_minor: Mapped[int | None] = mapped_column()
    watched_at: Mapped[datetime | None] = mapped_column()


class Notification(Identified, Base):
    """Something that an account is told, on its pages and by mail: `mailed_at` says when the latter was done, or found
    to be in vain.

    `event_id` is the event that caused it; the same event tells an account the same thing of a variant once.
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("account_id", "kind", "variant_id", "event_id"),
        CheckConstraint(f"kind IN ({', '.join(repr(one.value) for one in NotificationKind)})", name="kind"),
        CheckConstraint(
            "kind <> 'price_dropped' OR num_nonnulls(price_minor, before_minor, currency) = 3", name="prices"
        ),
        Index(None, "account_id", "id"),
        # For counting what is unread and for reading it all: of a year's notifications it is the last few.
        Index("ix_notification_unread", "account_id", postgresql_where=text("read_at IS NULL")),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column()
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variant.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[UUID] = mapped_column()
    price_minor: Mapped[int | None] = mapped_column()
    before_minor: Mapped[int | None] = mapped_column()
    currency: Mapped[str | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    read_at: Mapped[datetime | None] = mapped_column()
    mailed_at: Mapped[datetime | None] = mapped_column()

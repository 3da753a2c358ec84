"""What the relay remembers between batches: how far each consumer of listings is, and what it still owes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class ListingTombstone(Base):
    """A product that has no listing (any more), by the version that removed it, so that consumers which are behind
    remove it too. Deleted when the product is listed again; it has no foreign key, since products may vanish."""

    __tablename__ = "listing_tombstone"

    product_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(index=True)


class ListingConsumer(Base):
    """How far a consumer (a search index, the cache) has applied listings: all of `version` and below."""

    __tablename__ = "listing_consumer"

    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class CategoryFanOut(Base):
    """A changed category whose products are being projected again, in order of their ids, page by page."""

    __tablename__ = "category_fan_out"

    category_id: Mapped[UUID] = mapped_column(ForeignKey("category.id", ondelete="CASCADE"), primary_key=True)
    last_product_id: Mapped[UUID | None] = mapped_column()


class WarehouseFanOut(Base):
    """A warehouse that was opened or closed, whose products are being projected again, as those of a category are."""

    __tablename__ = "warehouse_fan_out"

    warehouse_id: Mapped[UUID] = mapped_column(ForeignKey("warehouse.id", ondelete="CASCADE"), primary_key=True)
    last_product_id: Mapped[UUID | None] = mapped_column()


class FeedFailure(Base):
    """A product that a consumer (or the projection itself) could not take; gone with its next success."""

    __tablename__ = "feed_failure"

    consumer: Mapped[str] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(primary_key=True)
    error: Mapped[str] = mapped_column()
    failed_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class LiveCursor(Base):
    """How far live subscribers have been told of events: all of `position` and below."""

    __tablename__ = "live_cursor"

    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0, server_default="0")

"""Where stock is."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified, Timestamped


class Warehouse(Identified, Timestamped, Base):
    """A place that keeps stock, of the store or of a seller."""

    __tablename__ = "warehouse"
    __table_args__ = (UniqueConstraint("code"),)

    code: Mapped[str] = mapped_column()
    name: Mapped[str] = mapped_column()
    country: Mapped[str] = mapped_column()
    postal_code: Mapped[str] = mapped_column()
    latitude: Mapped[float] = mapped_column()
    longitude: Mapped[float] = mapped_column()


class InventoryLevel(Base):
    """Units of a variant in a warehouse. Available is `on_hand - reserved`; `version` grows with each change."""

    __tablename__ = "inventory_level"
    __table_args__ = (CheckConstraint("0 <= reserved AND reserved <= on_hand", name="reserved"),)

    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variant.id", ondelete="CASCADE"), primary_key=True)
    warehouse_id: Mapped[UUID] = mapped_column(ForeignKey("warehouse.id"), primary_key=True, index=True)
    on_hand: Mapped[int] = mapped_column(default=0, server_default="0")
    reserved: Mapped[int] = mapped_column(default=0, server_default="0")
    version: Mapped[int] = mapped_column(default=1, server_default="1")

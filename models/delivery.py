"""Where orders can be sent to, by whom, in what time and at what price."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Integer, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified, Timestamped


class DeliveryZone(Identified, Timestamped, Base):
    """Postal codes of one country that cost and take the same from any warehouse.

    The coordinates are the mean of its codes' coordinates; a zone without them is served by nobody.
    """

    __tablename__ = "delivery_zone"
    __table_args__ = (UniqueConstraint("country", "code"),)

    code: Mapped[str] = mapped_column()
    name: Mapped[str] = mapped_column()
    country: Mapped[str] = mapped_column()
    latitude: Mapped[float | None] = mapped_column()
    longitude: Mapped[float | None] = mapped_column()


class PostalCode(Base):
    """A postal code that exists, and its zone. `code` has upper case letters and no spaces or hyphens."""

    __tablename__ = "postal_code"

    country: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    zone_id: Mapped[UUID] = mapped_column(ForeignKey("delivery_zone.id"), index=True)
    place: Mapped[str | None] = mapped_column()
    latitude: Mapped[float | None] = mapped_column()
    longitude: Mapped[float | None] = mapped_column()


class Carrier(Identified, Timestamped, Base):
    """Who brings parcels, and to which countries (ISO 3166)."""

    __tablename__ = "carrier"
    __table_args__ = (UniqueConstraint("code"),)

    code: Mapped[str] = mapped_column()
    name: Mapped[str] = mapped_column()
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")
    countries: Mapped[list[str]] = mapped_column(ARRAY(Text))


class DeliveryMethod(Identified, Timestamped, Base):
    """A service of a carrier: standard, express. Without `crosses_borders` it stays in the warehouse's country."""

    __tablename__ = "delivery_method"
    __table_args__ = (UniqueConstraint("carrier_id", "code"),)

    carrier_id: Mapped[UUID] = mapped_column(ForeignKey("carrier.id"))
    code: Mapped[str] = mapped_column()
    name: Mapped[str] = mapped_column()
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")
    crosses_borders: Mapped[bool] = mapped_column(default=False, server_default="false")


class DeliveryRate(Base):
    """Price and lead time of a method for distances of at most `up_to_km` that no smaller rate covers.

    What is further away than the largest rate, the method does not serve.
    """

    __tablename__ = "delivery_rate"
    __table_args__ = (
        CheckConstraint("up_to_km > 0", name="up_to_km"),
        CheckConstraint("price_minor >= 0", name="price_minor"),
        CheckConstraint("0 <= min_days AND min_days <= max_days", name="days"),
    )

    method_id: Mapped[UUID] = mapped_column(ForeignKey("delivery_method.id", ondelete="CASCADE"), primary_key=True)
    up_to_km: Mapped[int] = mapped_column(primary_key=True)
    price_minor: Mapped[int] = mapped_column()
    currency: Mapped[str] = mapped_column()
    min_days: Mapped[int] = mapped_column()
    max_days: Mapped[int] = mapped_column()


class DeliveryLane(Base):
    """One cell of the matrix: from a warehouse to a zone by a method. No row: not serviceable.

    Derived from all tables above and from warehouses, and never edited; without foreign keys and with narrow columns,
    since there are millions. The key finds a zone's lanes; nothing asks for a warehouse's without its zones.
    """

    __tablename__ = "delivery_lane"

    zone_id: Mapped[UUID] = mapped_column(primary_key=True)
    warehouse_id: Mapped[UUID] = mapped_column(primary_key=True)
    method_id: Mapped[UUID] = mapped_column(primary_key=True)
    distance_km: Mapped[int] = mapped_column(Integer)
    price_minor: Mapped[int] = mapped_column()
    currency: Mapped[str] = mapped_column()
    min_days: Mapped[int] = mapped_column(Integer)
    max_days: Mapped[int] = mapped_column(Integer)


class DeliveryMatrix(Base):
    """The one row that says how new the lanes are: `version` grows with each change, and cached places carry it."""

    __tablename__ = "delivery_matrix"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    computed_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

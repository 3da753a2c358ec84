"""What the state takes."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified, Timestamped


class TaxRate(Identified, Timestamped, Base):
    """The tax on products of a class that go to a place.

    Of all rates whose `postal_prefix` the postal code begins with, that of the longest counts; a class without any
    there has the rate of the class `standard`. `rate_ppm` is in parts per million: 8.875 % is 88750.
    `applies_to_delivery` counts for the class `standard` only.
    """

    __tablename__ = "tax_rate"
    __table_args__ = (
        UniqueConstraint("country", "postal_prefix", "tax_class"),
        CheckConstraint("0 <= rate_ppm AND rate_ppm <= 1000000", name="rate"),
    )

    country: Mapped[str] = mapped_column()
    postal_prefix: Mapped[str] = mapped_column(default="", server_default="")
    tax_class: Mapped[str] = mapped_column(default="standard", server_default="standard")
    name: Mapped[str] = mapped_column()
    rate_ppm: Mapped[int] = mapped_column()
    applies_to_delivery: Mapped[bool] = mapped_column(default=False, server_default="false")


class CategoryTaxClass(Base):
    """The tax class of all products below a category: the nearest category above a product decides, `standard` if
    none does."""

    __tablename__ = "category_tax_class"

    category_id: Mapped[UUID] = mapped_column(ForeignKey("category.id", ondelete="CASCADE"), primary_key=True)
    tax_class: Mapped[str] = mapped_column()

"""What customers think."""

from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class RatingSummary(Base):
    """The ratings of a product: `histogram` counts those of one to five stars, and the other two follow from it."""

    __tablename__ = "rating_summary"
    __table_args__ = (CheckConstraint("array_length(histogram, 1) = 5", name="histogram"),)

    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"), primary_key=True)
    histogram: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    count: Mapped[int] = mapped_column(default=0, server_default="0")
    average_hundredths: Mapped[int] = mapped_column(default=0, server_default="0")

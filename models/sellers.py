"""Who sells."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified, Timestamped


class Seller(Identified, Timestamped, Base):
    """A merchant; the store itself is the one with the slug `emporium`."""

    __tablename__ = "seller"
    __table_args__ = (UniqueConstraint("slug"),)

    slug: Mapped[str] = mapped_column()
    name: Mapped[str] = mapped_column()

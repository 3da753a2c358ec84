"""ORM entities on the store's tables, with relationships that load by themselves (select-in, so not one by one)."""

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Category(Base):
    __tablename__ = "category"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("category.id"))
    slug: Mapped[str] = mapped_column()
    name: Mapped[str] = mapped_column()
    parent: Mapped["Category | None"] = relationship(lazy="selectin", remote_side=[id], join_depth=5)


class Brand(Base):
    __tablename__ = "brand"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column()
    name: Mapped[str] = mapped_column()


class Attribute(Base):
    __tablename__ = "attribute"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column()
    label: Mapped[str] = mapped_column()
    unit: Mapped[str | None] = mapped_column()


class Seller(Base):
    __tablename__ = "seller"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column()


class Offer(Base):
    __tablename__ = "offer"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variant.id"))
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("seller.id"))
    price_minor: Mapped[int] = mapped_column(BigInteger)
    compare_at_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column()
    status: Mapped[str] = mapped_column()
    seller: Mapped[Seller] = relationship(lazy="selectin")


class InventoryLevel(Base):
    __tablename__ = "inventory_level"
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variant.id"), primary_key=True)
    warehouse_id: Mapped[UUID] = mapped_column(primary_key=True)
    on_hand: Mapped[int] = mapped_column(BigInteger)
    reserved: Mapped[int] = mapped_column(BigInteger)


class Variant(Base):
    __tablename__ = "variant"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"))
    sku: Mapped[str] = mapped_column()
    option_values: Mapped[list[str]] = mapped_column(ARRAY(Text))
    position: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column()
    offers: Mapped[list[Offer]] = relationship(lazy="selectin", order_by=(Offer.price_minor, Offer.id))
    levels: Mapped[list[InventoryLevel]] = relationship(lazy="selectin")


class Media(Base):
    __tablename__ = "media"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"))
    url: Mapped[str] = mapped_column()
    alt: Mapped[str] = mapped_column()
    width: Mapped[int | None] = mapped_column(BigInteger)
    height: Mapped[int | None] = mapped_column(BigInteger)
    position: Mapped[int] = mapped_column(BigInteger)


class Rating(Base):
    __tablename__ = "rating_summary"
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"), primary_key=True)
    histogram: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    count: Mapped[int] = mapped_column(BigInteger)
    average_hundredths: Mapped[int] = mapped_column(BigInteger)


class Product(Base):
    __tablename__ = "product"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column()
    title: Mapped[str] = mapped_column()
    description: Mapped[str] = mapped_column()
    category_id: Mapped[UUID] = mapped_column(ForeignKey("category.id"))
    brand_id: Mapped[UUID | None] = mapped_column(ForeignKey("brand.id"))
    status: Mapped[str] = mapped_column()
    # A JSON object of str, float or bool.
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONB)
    option_names: Mapped[list[str]] = mapped_column(ARRAY(Text))
    category: Mapped[Category] = relationship(lazy="selectin")
    brand: Mapped[Brand | None] = relationship(lazy="selectin")
    variants: Mapped[list[Variant]] = relationship(lazy="selectin", order_by=(Variant.position, Variant.id))
    media: Mapped[list[Media]] = relationship(lazy="selectin", order_by=(Media.position, Media.id))
    rating: Mapped[Rating | None] = relationship(lazy="selectin")


class Listing(Base):
    __tablename__ = "listing"
    product_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    price_ascending_key: Mapped[int] = mapped_column(BigInteger)
    price_descending_key: Mapped[int] = mapped_column(BigInteger)
    rating_key: Mapped[int] = mapped_column(BigInteger)
    newest_key: Mapped[int] = mapped_column(BigInteger)
    best_selling_key: Mapped[int] = mapped_column(BigInteger)

"""Categories, attributes, products, variants, media and offers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified, Timestamped


class Category(Identified, Timestamped, Base):
    """A node of the tree. `ancestor_ids` runs from the root to the node itself, so one row gives its breadcrumbs
    and `ancestor_ids @> {x}` gives all below x."""

    __tablename__ = "category"
    __table_args__ = (
        UniqueConstraint("slug"),
        Index(None, "parent_id", "position"),
        Index("ix_category_ancestor_ids", "ancestor_ids", postgresql_using="gin"),
    )

    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("category.id"))
    ancestor_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    slug: Mapped[str] = mapped_column()
    name: Mapped[str] = mapped_column()
    description: Mapped[str] = mapped_column(default="", server_default="")
    position: Mapped[int] = mapped_column(default=0, server_default="0")


class Brand(Identified, Timestamped, Base):
    """Who made a product, as shoppers know the maker."""

    __tablename__ = "brand"
    __table_args__ = (UniqueConstraint("slug"),)

    slug: Mapped[str] = mapped_column()
    name: Mapped[str] = mapped_column()


class Attribute(Identified, Timestamped, Base):
    """A typed property of products. `unit` is the symbol that numbers are given in."""

    __tablename__ = "attribute"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("type IN ('text', 'number', 'flag')", name="type"),
    )

    code: Mapped[str] = mapped_column()
    label: Mapped[str] = mapped_column()
    type: Mapped[str] = mapped_column()
    unit: Mapped[str | None] = mapped_column()
    filterable: Mapped[bool] = mapped_column(default=True, server_default="true")
    comparable: Mapped[bool] = mapped_column(default=True, server_default="true")


class CategoryAttribute(Base):
    """That products of a category, and of those below it, have an attribute; `position` orders them on pages."""

    __tablename__ = "category_attribute"

    category_id: Mapped[UUID] = mapped_column(ForeignKey("category.id"), primary_key=True)
    attribute_id: Mapped[UUID] = mapped_column(ForeignKey("attribute.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0, server_default="0")


class Product(Identified, Timestamped, Base):
    """What a page shows. `(source, external_id)` is the id that its source gave it.

    `attributes` maps attribute codes to a text, number or flag. `option_names` are the dimensions of its variants.
    `status`: draft -> active -> archived, and back to active.
    `content_hash` is of the draft last imported; an equal draft is skipped without a write.
    """

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("slug"),
        UniqueConstraint("source", "external_id"),
        CheckConstraint("status IN ('draft', 'active', 'archived')", name="status"),
        Index(None, "category_id"),
        Index(None, "brand_id"),
    )

    source: Mapped[str] = mapped_column()
    external_id: Mapped[str] = mapped_column()
    slug: Mapped[str] = mapped_column()
    title: Mapped[str] = mapped_column()
    description: Mapped[str] = mapped_column(default="", server_default="")
    category_id: Mapped[UUID] = mapped_column(ForeignKey("category.id"))
    brand_id: Mapped[UUID | None] = mapped_column(ForeignKey("brand.id"))
    status: Mapped[str] = mapped_column(default="active", server_default="active")
    # A JSON object of str, float or bool.
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    option_names: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    units_sold: Mapped[int] = mapped_column(default=0, server_default="0")
    released_at: Mapped[datetime | None] = mapped_column()
    content_hash: Mapped[str | None] = mapped_column()


class Variant(Identified, Timestamped, Base):
    """What is sold: one SKU. `option_values` stand in the order of the product's `option_names`."""

    __tablename__ = "variant"
    __table_args__ = (
        UniqueConstraint("sku"),
        UniqueConstraint("product_id", "option_values"),
        CheckConstraint("status IN ('active', 'archived')", name="status"),
        Index(None, "product_id", "position"),
    )

    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    sku: Mapped[str] = mapped_column()
    gtin: Mapped[str | None] = mapped_column()
    option_values: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    status: Mapped[str] = mapped_column(default="active", server_default="active")


class Media(Identified, Base):
    """A picture of a product, or of one variant of it. `placeholder` is a BlurHash."""

    __tablename__ = "media"
    __table_args__ = (Index(None, "product_id", "position"), Index(None, "variant_id"))

    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    variant_id: Mapped[UUID | None] = mapped_column(ForeignKey("variant.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column()
    alt: Mapped[str] = mapped_column(default="", server_default="")
    width: Mapped[int | None] = mapped_column()
    height: Mapped[int | None] = mapped_column()
    placeholder: Mapped[str | None] = mapped_column()
    position: Mapped[int] = mapped_column(default=0, server_default="0")


class Offer(Identified, Timestamped, Base):
    """One seller's price for one variant. The buy box is the cheapest active offer, the oldest of equals.

    `most_per_customer` is how many units of it one customer may have at a time; any number if not set.
    """

    __tablename__ = "offer"
    __table_args__ = (
        UniqueConstraint("variant_id", "seller_id"),
        Index(None, "seller_id"),
        CheckConstraint("price_minor >= 0", name="price"),
        CheckConstraint("compare_at_minor IS NULL OR compare_at_minor > price_minor", name="compare_at"),
        CheckConstraint("status IN ('active', 'paused')", name="status"),
        CheckConstraint("most_per_customer > 0", name="most_per_customer"),
    )

    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variant.id", ondelete="CASCADE"))
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("seller.id"))
    price_minor: Mapped[int] = mapped_column()
    compare_at_minor: Mapped[int | None] = mapped_column()
    currency: Mapped[str] = mapped_column()
    status: Mapped[str] = mapped_column(default="active", server_default="active")
    most_per_customer: Mapped[int | None] = mapped_column()


class OfferPrice(Identified, Base):
    """Append-only history: a row for each price that an offer has had, written with the change."""

    __tablename__ = "offer_price"
    __table_args__ = (Index(None, "offer_id", "valid_from_at"),)

    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"))
    price_minor: Mapped[int] = mapped_column()
    compare_at_minor: Mapped[int | None] = mapped_column()
    currency: Mapped[str] = mapped_column()
    valid_from_at: Mapped[datetime] = mapped_column()


class ImportRun(Identified, Timestamped, Base):
    """How far one import of one file has come; `rows_done` is committed with the rows it counts, so it resumes."""

    __tablename__ = "import_run"
    __table_args__ = (UniqueConstraint("source", "fingerprint"),)

    source: Mapped[str] = mapped_column()
    fingerprint: Mapped[str] = mapped_column()
    rows_done: Mapped[int] = mapped_column(default=0, server_default="0")
    rows_rejected: Mapped[int] = mapped_column(default=0, server_default="0")
    finished_at: Mapped[datetime | None] = mapped_column()


__all__ = [
    "Attribute",
    "Brand",
    "Category",
    "CategoryAttribute",
    "ImportRun",
    "Media",
    "Offer",
    "OfferPrice",
    "Product",
    "Variant",
]

"""The search side's own tables: the flat row per product that lists and indexes are fed from, and word lists."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Identified, Timestamped


class ListingRow(Base):
    """One active product, flattened: written only by the projection.

    Lists are answered from it, indexes are filled from it, and search falls back to it. A product that is not active
    has no row. `version` grows with each projection, in the order of their commits (docs/decisions/0005). `pairs` are
    "code\\x1fvalue" of filterable text and flag attributes. The `*_key` columns are what lists page by, highest first:
    the value in the high bits, a hash of the id in the low ones.
    """

    __tablename__ = "listing"
    __table_args__ = (
        Index("ix_listing_category_ids", "category_ids", postgresql_using="gin"),
        Index("ix_listing_seller_ids", "seller_ids", postgresql_using="gin"),
        Index("ix_listing_warehouse_ids", "warehouse_ids", postgresql_using="gin"),
        Index("ix_listing_pairs", "pairs", postgresql_using="gin"),
        Index("ix_listing_words", "words", postgresql_using="gin"),
        Index(None, "brand_id"),
        Index(None, "price_ascending_key"),
        Index(None, "price_descending_key"),
        Index(None, "rating_key"),
        Index(None, "newest_key"),
        Index(None, "best_selling_key"),
        Index(None, "version"),
    )

    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column()
    brand: Mapped[str | None] = mapped_column()
    description: Mapped[str] = mapped_column()
    features: Mapped[str] = mapped_column()
    category_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    category_names: Mapped[list[str]] = mapped_column(ARRAY(Text))
    brand_id: Mapped[UUID | None] = mapped_column()
    # Warehouses that have units of an active variant to sell.
    warehouse_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default="{}")
    seller_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    price_minor: Mapped[int | None] = mapped_column()
    rating_hundredths: Mapped[int] = mapped_column()
    rating_count: Mapped[int] = mapped_column()
    in_stock: Mapped[bool] = mapped_column()
    units_sold: Mapped[int] = mapped_column()
    released_at: Mapped[datetime] = mapped_column()
    pairs: Mapped[list[str]] = mapped_column(ARRAY(Text))
    # A JSON object: attribute code -> number.
    numbers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    words: Mapped[str] = mapped_column(TSVECTOR)
    price_ascending_key: Mapped[int] = mapped_column()
    price_descending_key: Mapped[int] = mapped_column()
    rating_key: Mapped[int] = mapped_column()
    newest_key: Mapped[int] = mapped_column()
    best_selling_key: Mapped[int] = mapped_column()


class SearchTerm(Base):
    """A token that the indexed products have, with the number of products: what spelling is corrected towards.

    The projection counts with each product what words it gained and lost; a reindex counts afresh.
    """

    __tablename__ = "search_term"

    term: Mapped[str] = mapped_column(primary_key=True)
    documents: Mapped[int] = mapped_column()


class SynonymSet(Identified, Timestamped, Base):
    """Words and phrases that mean the same, edited by operators.

    With `one_way` the first term also finds the others but not the reverse (laptop -> notebook, ultrabook).
    """

    __tablename__ = "synonym_set"

    terms: Mapped[list[str]] = mapped_column(ARRAY(Text))
    one_way: Mapped[bool] = mapped_column(default=False, server_default="false")


class SearchBoost(Identified, Timestamped, Base):
    """A rule of ranking, edited by operators: when the query has one of `query_words` (always, if empty), products
    that it describes score times `factor`.

    A product is described by its category, brand or id where those are given, and by having one of `title_words`
    in its title that the query lacks. That is how accessories sink below the device they are for.
    """

    __tablename__ = "search_boost"
    __table_args__ = (CheckConstraint("factor > 0 AND factor <= 10", name="factor"), UniqueConstraint("name"))

    name: Mapped[str] = mapped_column()
    query_words: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    title_words: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    category_id: Mapped[UUID | None] = mapped_column(ForeignKey("category.id", ondelete="CASCADE"))
    brand_id: Mapped[UUID | None] = mapped_column(ForeignKey("brand.id", ondelete="CASCADE"))
    product_id: Mapped[UUID | None] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    factor: Mapped[float] = mapped_column()


class IndexState(Base):
    """One row per index: which generation a rebuild is filling and how far it came, so that it can resume.

    `layout` is the one (ports/search.py) that `generation` is written in: a rebuild that an older release has begun
    starts afresh. `requested_generation` asks the process that may write to start one. Changes above `started_version`
    are applied once more when the rebuild ends. `products_done` is for showing progress.
    `dictionary_version` lets readers notice that words changed; see services/search/announcements.py for its rows.
    """

    __tablename__ = "index_state"

    name: Mapped[str] = mapped_column(primary_key=True)
    generation: Mapped[str | None] = mapped_column()
    layout: Mapped[int | None] = mapped_column()
    last_product_id: Mapped[UUID | None] = mapped_column()
    requested_generation: Mapped[str | None] = mapped_column()
    started_version: Mapped[int | None] = mapped_column()
    products_done: Mapped[int] = mapped_column(default=0, server_default="0")
    dictionary_version: Mapped[int] = mapped_column(default=0, server_default="0")
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

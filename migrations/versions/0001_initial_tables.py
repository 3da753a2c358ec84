"""All tables of the catalog, stock, ratings, search and the outbox."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "attribute",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("filterable", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("comparable", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("type IN ('text', 'number', 'flag')", name=op.f("ck_attribute_type")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attribute")),
        sa.UniqueConstraint("code", name=op.f("uq_attribute_code")),
    )
    op.create_table(
        "brand",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand")),
        sa.UniqueConstraint("slug", name=op.f("uq_brand_slug")),
    )
    op.create_table(
        "category",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("ancestor_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["category.id"], name=op.f("fk_category_parent_id_category")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("slug", name=op.f("uq_category_slug")),
    )
    op.create_index("ix_category_ancestor_ids", "category", ["ancestor_ids"], unique=False, postgresql_using="gin")
    op.create_index(op.f("ix_category_parent_id_position"), "category", ["parent_id", "position"], unique=False)
    op.create_table(
        "feed_failure",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "product_id", name=op.f("pk_feed_failure")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("rows_done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rows_rejected", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("source", "fingerprint", name=op.f("uq_import_run_source_fingerprint")),
    )
    op.create_table(
        "index_state",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("generation", sa.Text(), nullable=True),
        sa.Column("last_product_id", sa.Uuid(), nullable=True),
        sa.Column("requested_generation", sa.Text(), nullable=True),
        sa.Column("started_version", sa.BigInteger(), nullable=True),
        sa.Column("products_done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("dictionary_version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_index_state")),
    )
    op.create_table(
        "listing_consumer",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_listing_consumer")),
    )
    op.create_table(
        "listing_tombstone",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_listing_tombstone")),
    )
    op.create_index(op.f("ix_listing_tombstone_version"), "listing_tombstone", ["version"], unique=False)
    op.create_table(
        "outbox_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("schema_version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("relayed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_event")),
        sa.UniqueConstraint("sequence", name=op.f("uq_outbox_event_sequence")),
    )
    op.create_index(
        "ix_outbox_event_relayed_at",
        "outbox_event",
        ["relayed_at"],
        unique=False,
        postgresql_where=sa.text("relayed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_event_waiting",
        "outbox_event",
        ["sequence"],
        unique=False,
        postgresql_where=sa.text("relayed_at IS NULL"),
    )
    op.create_table(
        "search_term",
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("documents", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("term", name=op.f("pk_search_term")),
    )
    op.create_table(
        "seller",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seller")),
        sa.UniqueConstraint("slug", name=op.f("uq_seller_slug")),
    )
    op.create_table(
        "synonym_set",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("terms", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("one_way", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonym_set")),
    )
    op.create_table(
        "warehouse",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warehouse")),
        sa.UniqueConstraint("code", name=op.f("uq_warehouse_code")),
    )
    op.create_table(
        "category_attribute",
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("attribute_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["attribute_id"], ["attribute.id"], name=op.f("fk_category_attribute_attribute_id_attribute")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_category_attribute_category_id_category")
        ),
        sa.PrimaryKeyConstraint("category_id", "attribute_id", name=op.f("pk_category_attribute")),
    )
    op.create_index(op.f("ix_category_attribute_attribute_id"), "category_attribute", ["attribute_id"], unique=False)
    op.create_table(
        "category_fan_out",
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("last_product_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_category_fan_out_category_id_category"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("category_id", name=op.f("pk_category_fan_out")),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("option_names", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("units_sold", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status IN ('draft', 'active', 'archived')", name=op.f("ck_product_status")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_product_brand_id_brand")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_product_category_id_category")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("slug", name=op.f("uq_product_slug")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_product_source_external_id")),
    )
    op.create_index(op.f("ix_product_brand_id"), "product", ["brand_id"], unique=False)
    op.create_index(op.f("ix_product_category_id"), "product", ["category_id"], unique=False)
    op.create_table(
        "listing",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("features", sa.Text(), nullable=False),
        sa.Column("category_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("category_names", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=True),
        sa.Column("seller_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("rating_hundredths", sa.BigInteger(), nullable=False),
        sa.Column("rating_count", sa.BigInteger(), nullable=False),
        sa.Column("in_stock", sa.Boolean(), nullable=False),
        sa.Column("units_sold", sa.BigInteger(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pairs", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("numbers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.Column("price_ascending_key", sa.BigInteger(), nullable=False),
        sa.Column("price_descending_key", sa.BigInteger(), nullable=False),
        sa.Column("rating_key", sa.BigInteger(), nullable=False),
        sa.Column("newest_key", sa.BigInteger(), nullable=False),
        sa.Column("best_selling_key", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_listing_product_id_product"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_listing")),
    )
    op.create_index(op.f("ix_listing_best_selling_key"), "listing", ["best_selling_key"], unique=False)
    op.create_index(op.f("ix_listing_brand_id"), "listing", ["brand_id"], unique=False)
    op.create_index("ix_listing_category_ids", "listing", ["category_ids"], unique=False, postgresql_using="gin")
    op.create_index(op.f("ix_listing_newest_key"), "listing", ["newest_key"], unique=False)
    op.create_index("ix_listing_pairs", "listing", ["pairs"], unique=False, postgresql_using="gin")
    op.create_index(op.f("ix_listing_price_ascending_key"), "listing", ["price_ascending_key"], unique=False)
    op.create_index(op.f("ix_listing_price_descending_key"), "listing", ["price_descending_key"], unique=False)
    op.create_index(op.f("ix_listing_rating_key"), "listing", ["rating_key"], unique=False)
    op.create_index("ix_listing_seller_ids", "listing", ["seller_ids"], unique=False, postgresql_using="gin")
    op.create_index(op.f("ix_listing_version"), "listing", ["version"], unique=False)
    op.create_index("ix_listing_words", "listing", ["words"], unique=False, postgresql_using="gin")
    op.create_table(
        "rating_summary",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("histogram", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("average_hundredths", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("array_length(histogram, 1) = 5", name=op.f("ck_rating_summary_histogram")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_rating_summary_product_id_product"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_rating_summary")),
    )
    op.create_table(
        "search_boost",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query_words", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("title_words", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("brand_id", sa.Uuid(), nullable=True),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("factor", sa.Double(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("factor > 0 AND factor <= 10", name=op.f("ck_search_boost_factor")),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_search_boost_brand_id_brand"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_search_boost_category_id_category"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_search_boost_product_id_product"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_boost")),
        sa.UniqueConstraint("name", name=op.f("uq_search_boost_name")),
    )
    op.create_table(
        "variant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("gtin", sa.Text(), nullable=True),
        sa.Column("option_values", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_variant_product_id_product"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variant")),
        sa.UniqueConstraint("product_id", "option_values", name=op.f("uq_variant_product_id_option_values")),
        sa.UniqueConstraint("sku", name=op.f("uq_variant_sku")),
    )
    op.create_index(op.f("ix_variant_product_id_position"), "variant", ["product_id", "position"], unique=False)
    op.create_table(
        "inventory_level",
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("warehouse_id", sa.Uuid(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reserved", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("0 <= reserved AND reserved <= on_hand", name=op.f("ck_inventory_level_reserved")),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_inventory_level_variant_id_variant"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouse.id"], name=op.f("fk_inventory_level_warehouse_id_warehouse")
        ),
        sa.PrimaryKeyConstraint("variant_id", "warehouse_id", name=op.f("pk_inventory_level")),
    )
    op.create_index(op.f("ix_inventory_level_warehouse_id"), "inventory_level", ["warehouse_id"], unique=False)
    op.create_table(
        "media",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("alt", sa.Text(), server_default="", nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.Column("placeholder", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_media_product_id_product"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_media_variant_id_variant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
    )
    op.create_index(op.f("ix_media_product_id_position"), "media", ["product_id", "position"], unique=False)
    op.create_index(op.f("ix_media_variant_id"), "media", ["variant_id"], unique=False)
    op.create_table(
        "offer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("compare_at_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status IN ('active', 'paused')", name=op.f("ck_offer_status")),
        sa.CheckConstraint(
            "compare_at_minor IS NULL OR compare_at_minor > price_minor", name=op.f("ck_offer_compare_at")
        ),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_offer_price")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_offer_seller_id_seller")),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_offer_variant_id_variant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("variant_id", "seller_id", name=op.f("uq_offer_variant_id_seller_id")),
    )
    op.create_index(op.f("ix_offer_seller_id"), "offer", ["seller_id"], unique=False)
    op.create_table(
        "offer_price",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("compare_at_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("valid_from_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_offer_price_offer_id_offer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_price")),
    )
    op.create_index(
        op.f("ix_offer_price_offer_id_valid_from_at"), "offer_price", ["offer_id", "valid_from_at"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_offer_price_offer_id_valid_from_at"), table_name="offer_price")
    op.drop_table("offer_price")
    op.drop_index(op.f("ix_offer_seller_id"), table_name="offer")
    op.drop_table("offer")
    op.drop_index(op.f("ix_media_variant_id"), table_name="media")
    op.drop_index(op.f("ix_media_product_id_position"), table_name="media")
    op.drop_table("media")
    op.drop_index(op.f("ix_inventory_level_warehouse_id"), table_name="inventory_level")
    op.drop_table("inventory_level")
    op.drop_index(op.f("ix_variant_product_id_position"), table_name="variant")
    op.drop_table("variant")
    op.drop_table("search_boost")
    op.drop_table("rating_summary")
    op.drop_index("ix_listing_words", table_name="listing", postgresql_using="gin")
    op.drop_index(op.f("ix_listing_version"), table_name="listing")
    op.drop_index("ix_listing_seller_ids", table_name="listing", postgresql_using="gin")
    op.drop_index(op.f("ix_listing_rating_key"), table_name="listing")
    op.drop_index(op.f("ix_listing_price_descending_key"), table_name="listing")
    op.drop_index(op.f("ix_listing_price_ascending_key"), table_name="listing")
    op.drop_index("ix_listing_pairs", table_name="listing", postgresql_using="gin")
    op.drop_index(op.f("ix_listing_newest_key"), table_name="listing")
    op.drop_index("ix_listing_category_ids", table_name="listing", postgresql_using="gin")
    op.drop_index(op.f("ix_listing_brand_id"), table_name="listing")
    op.drop_index(op.f("ix_listing_best_selling_key"), table_name="listing")
    op.drop_table("listing")
    op.drop_index(op.f("ix_product_category_id"), table_name="product")
    op.drop_index(op.f("ix_product_brand_id"), table_name="product")
    op.drop_table("product")
    op.drop_table("category_fan_out")
    op.drop_index(op.f("ix_category_attribute_attribute_id"), table_name="category_attribute")
    op.drop_table("category_attribute")
    op.drop_table("warehouse")
    op.drop_table("synonym_set")
    op.drop_table("seller")
    op.drop_table("search_term")
    op.drop_index("ix_outbox_event_waiting", table_name="outbox_event", postgresql_where=sa.text("relayed_at IS NULL"))
    op.drop_index(
        "ix_outbox_event_relayed_at", table_name="outbox_event", postgresql_where=sa.text("relayed_at IS NOT NULL")
    )
    op.drop_table("outbox_event")
    op.drop_index(op.f("ix_listing_tombstone_version"), table_name="listing_tombstone")
    op.drop_table("listing_tombstone")
    op.drop_table("listing_consumer")
    op.drop_table("index_state")
    op.drop_table("import_run")
    op.drop_table("feed_failure")
    op.drop_index(op.f("ix_category_parent_id_position"), table_name="category")
    op.drop_index("ix_category_ancestor_ids", table_name="category", postgresql_using="gin")
    op.drop_table("category")
    op.drop_table("brand")
    op.drop_table("attribute")

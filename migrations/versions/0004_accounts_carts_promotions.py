"""Accounts and their sessions, promotions and taxes, carts, wishlists and notifications."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "promotion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("basis_points", sa.BigInteger(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("buy_quantity", sa.BigInteger(), nullable=True),
        sa.Column("get_quantity", sa.BigInteger(), nullable=True),
        sa.Column("minimum_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("category_ids", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("brand_ids", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("product_ids", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("needs_coupon", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_combinable", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("priority", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("most_uses", sa.BigInteger(), nullable=True),
        sa.Column("uses", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("budget_minor", sa.BigInteger(), nullable=True),
        sa.Column("spent_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("most_uses_per_customer", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(kind = 'amount') = (amount_minor IS NOT NULL) AND amount_minor > 0", name=op.f("ck_promotion_amount")
        ),
        sa.CheckConstraint(
            "(kind = 'buy_x_get_y') = (buy_quantity IS NOT NULL) AND (kind = 'buy_x_get_y') = (get_quantity IS NOT NULL) AND buy_quantity > 0 AND get_quantity > 0",
            name=op.f("ck_promotion_quantities"),
        ),
        sa.CheckConstraint(
            "(kind IN ('percentage', 'buy_x_get_y')) = (basis_points IS NOT NULL) AND (basis_points IS NULL OR basis_points BETWEEN 1 AND 10000)",
            name=op.f("ck_promotion_basis_points"),
        ),
        sa.CheckConstraint(
            "kind IN ('percentage', 'amount', 'buy_x_get_y', 'free_delivery')", name=op.f("ck_promotion_kind")
        ),
        sa.CheckConstraint("0 <= spent_minor AND spent_minor <= budget_minor", name=op.f("ck_promotion_spent")),
        sa.CheckConstraint("0 <= uses AND uses <= most_uses", name=op.f("ck_promotion_uses")),
        sa.CheckConstraint("minimum_minor >= 0", name=op.f("ck_promotion_minimum")),
        sa.CheckConstraint("most_uses_per_customer > 0", name=op.f("ck_promotion_most_uses_per_customer")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_promotion_window")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion")),
    )
    op.create_index(
        "ix_promotion_automatic",
        "promotion",
        ["id"],
        unique=False,
        postgresql_where=sa.text("is_active AND NOT needs_coupon"),
    )
    op.create_table(
        "tax_rate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("postal_prefix", sa.Text(), server_default="", nullable=False),
        sa.Column("tax_class", sa.Text(), server_default="standard", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rate_ppm", sa.BigInteger(), nullable=False),
        sa.Column("applies_to_delivery", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("0 <= rate_ppm AND rate_ppm <= 1000000", name=op.f("ck_tax_rate_rate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_rate")),
        sa.UniqueConstraint(
            "country", "postal_prefix", "tax_class", name=op.f("uq_tax_rate_country_postal_prefix_tax_class")
        ),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_key", sa.Text(), nullable=True),
        sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("password_version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), server_default="customer", nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(role = 'seller') = (seller_id IS NOT NULL)", name=op.f("ck_account_seller")),
        sa.CheckConstraint("role IN ('customer', 'seller', 'operator')", name=op.f("ck_account_role")),
        sa.CheckConstraint("(email IS NULL) = (email_key IS NULL)", name=op.f("ck_account_email")),
        sa.CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name=op.f("ck_account_issuer")),
        sa.CheckConstraint(
            "issuer IS NOT NULL OR (email_key IS NOT NULL AND password_hash IS NOT NULL)",
            name=op.f("ck_account_way_in"),
        ),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_account_seller_id_seller")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email_key", name=op.f("uq_account_email_key")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_account_issuer_subject")),
    )
    op.create_index(op.f("ix_account_seller_id"), "account", ["seller_id"], unique=False)
    op.create_table(
        "category_tax_class",
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("tax_class", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["category.id"],
            name=op.f("fk_category_tax_class_category_id_category"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("category_id", name=op.f("pk_category_tax_class")),
    )
    op.create_table(
        "coupon",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("most_uses", sa.BigInteger(), nullable=True),
        sa.Column("uses", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("0 <= uses AND uses <= most_uses", name=op.f("ck_coupon_uses")),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotion.id"], name=op.f("fk_coupon_promotion_id_promotion"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon")),
        sa.UniqueConstraint("code_key", name=op.f("uq_coupon_code_key")),
    )
    op.create_index(op.f("ix_coupon_promotion_id"), "coupon", ["promotion_id"], unique=False)
    op.create_table(
        "account_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "end_reason IN ('logout', 'revoked', 'reused', 'password_changed')",
            name=op.f("ck_account_session_end_reason"),
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_account_session_ended_at")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_session_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_session")),
    )
    op.create_index(op.f("ix_account_session_account_id_id"), "account_session", ["account_id", "id"], unique=False)
    op.create_index(op.f("ix_account_session_expires_at"), "account_session", ["expires_at"], unique=False)
    op.create_table(
        "address",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("company", sa.Text(), nullable=True),
        sa.Column("line1", sa.Text(), nullable=False),
        sa.Column("line2", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("is_default", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_address_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
    )
    op.create_index(op.f("ix_address_account_id_id"), "address", ["account_id", "id"], unique=False)
    op.create_index(
        "uq_address_default", "address", ["account_id"], unique=True, postgresql_where=sa.text("is_default")
    )
    op.create_table(
        "cart",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (merged_into_id IS NULL)", name=op.f("ck_cart_ended_at")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_cart_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart")),
    )
    op.create_index(op.f("ix_cart_account_id"), "cart", ["account_id"], unique=False)
    op.create_index(op.f("ix_cart_expires_at"), "cart", ["expires_at"], unique=False)
    op.create_table(
        "cart_merge",
        sa.Column("guest_cart_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_cart_merge_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("guest_cart_id", name=op.f("pk_cart_merge")),
    )
    op.create_index(op.f("ix_cart_merge_account_id"), "cart_merge", ["account_id"], unique=False)
    op.create_index(op.f("ix_cart_merge_merged_at"), "cart_merge", ["merged_at"], unique=False)
    op.create_table(
        "coupon_hold",
        sa.Column("coupon_id", sa.Uuid(), nullable=False),
        sa.Column("cart_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["coupon_id"], ["coupon.id"], name=op.f("fk_coupon_hold_coupon_id_coupon"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("coupon_id", "cart_id", name=op.f("pk_coupon_hold")),
    )
    op.create_index(op.f("ix_coupon_hold_cart_id"), "coupon_hold", ["cart_id"], unique=False)
    op.create_index(op.f("ix_coupon_hold_held_until"), "coupon_hold", ["held_until"], unique=False)
    op.create_table(
        "promotion_use",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("coupon_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_promotion_use_amount")),
        sa.ForeignKeyConstraint(["coupon_id"], ["coupon.id"], name=op.f("fk_promotion_use_coupon_id_coupon")),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotion.id"], name=op.f("fk_promotion_use_promotion_id_promotion")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion_use")),
        sa.UniqueConstraint("order_id", "promotion_id", name=op.f("uq_promotion_use_order_id_promotion_id")),
    )
    op.create_index(
        op.f("ix_promotion_use_promotion_id_account_id"), "promotion_use", ["promotion_id", "account_id"], unique=False
    )
    op.create_table(
        "wishlist",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("share_key", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_wishlist_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wishlist")),
        sa.UniqueConstraint("share_key", name=op.f("uq_wishlist_share_key")),
    )
    op.create_index(op.f("ix_wishlist_account_id_id"), "wishlist", ["account_id", "id"], unique=False)
    op.create_table(
        "notification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("before_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('back_in_stock', 'price_dropped')", name=op.f("ck_notification_kind")),
        sa.CheckConstraint(
            "kind <> 'price_dropped' OR num_nonnulls(price_minor, before_minor, currency) = 3",
            name=op.f("ck_notification_prices"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_notification_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_notification_variant_id_variant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint(
            "account_id",
            "kind",
            "variant_id",
            "event_id",
            name=op.f("uq_notification_account_id_kind_variant_id_event_id"),
        ),
    )
    op.create_index(op.f("ix_notification_account_id_id"), "notification", ["account_id", "id"], unique=False)
    op.create_index(op.f("ix_notification_created_at"), "notification", ["created_at"], unique=False)
    op.create_index(op.f("ix_notification_variant_id"), "notification", ["variant_id"], unique=False)
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["account_id"],
        unique=False,
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_table(
        "refresh_token",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["account_session.id"],
            name=op.f("fk_refresh_token_session_id_account_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_refresh_token")),
    )
    op.create_index(
        op.f("ix_refresh_token_session_id_used_at"), "refresh_token", ["session_id", "used_at"], unique=False
    )
    op.create_table(
        "wishlist_item",
        sa.Column("wishlist_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("alerts_stock", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("was_available", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("alerts_price", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("watched_minor", sa.BigInteger(), nullable=True),
        sa.Column("watched_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_wishlist_item_variant_id_variant"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["wishlist_id"], ["wishlist.id"], name=op.f("fk_wishlist_item_wishlist_id_wishlist"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("wishlist_id", "variant_id", name=op.f("pk_wishlist_item")),
    )
    op.create_index(op.f("ix_wishlist_item_variant_id"), "wishlist_item", ["variant_id"], unique=False)
    op.create_index(
        op.f("ix_wishlist_item_wishlist_id_added_at_variant_id"),
        "wishlist_item",
        ["wishlist_id", "added_at", "variant_id"],
        unique=False,
    )
    op.create_index(
        "ix_wishlist_item_alerts",
        "wishlist_item",
        ["variant_id", "was_available"],
        unique=False,
        postgresql_where=sa.text("alerts_stock OR alerts_price"),
    )
    op.add_column("offer", sa.Column("most_per_customer", sa.BigInteger(), nullable=True))
    op.create_check_constraint(op.f("ck_offer_most_per_customer"), "offer", "most_per_customer > 0")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_offer_most_per_customer"), "offer")
    op.drop_column("offer", "most_per_customer")
    op.drop_index("ix_wishlist_item_alerts", table_name="wishlist_item")
    op.drop_index(op.f("ix_wishlist_item_wishlist_id_added_at_variant_id"), table_name="wishlist_item")
    op.drop_index(op.f("ix_wishlist_item_variant_id"), table_name="wishlist_item")
    op.drop_table("wishlist_item")
    op.drop_index(op.f("ix_refresh_token_session_id_used_at"), table_name="refresh_token")
    op.drop_table("refresh_token")
    op.drop_index("ix_notification_unread", table_name="notification")
    op.drop_index(op.f("ix_notification_variant_id"), table_name="notification")
    op.drop_index(op.f("ix_notification_created_at"), table_name="notification")
    op.drop_index(op.f("ix_notification_account_id_id"), table_name="notification")
    op.drop_table("notification")
    op.drop_index(op.f("ix_wishlist_account_id_id"), table_name="wishlist")
    op.drop_table("wishlist")
    op.drop_index(op.f("ix_promotion_use_promotion_id_account_id"), table_name="promotion_use")
    op.drop_table("promotion_use")
    op.drop_index(op.f("ix_coupon_hold_held_until"), table_name="coupon_hold")
    op.drop_index(op.f("ix_coupon_hold_cart_id"), table_name="coupon_hold")
    op.drop_table("coupon_hold")
    op.drop_index(op.f("ix_cart_merge_merged_at"), table_name="cart_merge")
    op.drop_index(op.f("ix_cart_merge_account_id"), table_name="cart_merge")
    op.drop_table("cart_merge")
    op.drop_index(op.f("ix_cart_expires_at"), table_name="cart")
    op.drop_index(op.f("ix_cart_account_id"), table_name="cart")
    op.drop_table("cart")
    op.drop_index("uq_address_default", table_name="address", postgresql_where=sa.text("is_default"))
    op.drop_index(op.f("ix_address_account_id_id"), table_name="address")
    op.drop_table("address")
    op.drop_index(op.f("ix_account_session_expires_at"), table_name="account_session")
    op.drop_index(op.f("ix_account_session_account_id_id"), table_name="account_session")
    op.drop_table("account_session")
    op.drop_index(op.f("ix_coupon_promotion_id"), table_name="coupon")
    op.drop_table("coupon")
    op.drop_table("category_tax_class")
    op.drop_index(op.f("ix_account_seller_id"), table_name="account")
    op.drop_table("account")
    op.drop_table("tax_rate")
    op.drop_index(
        "ix_promotion_automatic", table_name="promotion", postgresql_where=sa.text("is_active AND NOT needs_coupon")
    )
    op.drop_table("promotion")

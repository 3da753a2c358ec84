"""The stock ledger, reservations, receipts, delivery, messages, and positions of events."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("outbox_position")))
    op.create_table(
        "carrier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("countries", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier")),
        sa.UniqueConstraint("code", name=op.f("uq_carrier_code")),
    )
    op.create_table(
        "delivery_lane",
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("warehouse_id", sa.Uuid(), nullable=False),
        sa.Column("method_id", sa.Uuid(), nullable=False),
        sa.Column("distance_km", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("min_days", sa.Integer(), nullable=False),
        sa.Column("max_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("zone_id", "warehouse_id", "method_id", name=op.f("pk_delivery_lane")),
    )
    op.create_table(
        "delivery_matrix",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_delivery_matrix_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_matrix")),
    )
    op.create_table(
        "delivery_zone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_zone")),
        sa.UniqueConstraint("country", "code", name=op.f("uq_delivery_zone_country_code")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("input_hash", sa.Text(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_index(op.f("ix_idempotency_key_created_at"), "idempotency_key", ["created_at"], unique=False)
    op.create_table(
        "inbox_message",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "message_id", name=op.f("pk_inbox_message")),
    )
    op.create_index(op.f("ix_inbox_message_handled_at"), "inbox_message", ["handled_at"], unique=False)
    op.create_table(
        "inventory_ledger_entry",
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("warehouse_id", sa.Uuid(), nullable=False),
        sa.Column("on_hand_change", sa.BigInteger(), nullable=False),
        sa.Column("reserved_change", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reference_id", sa.Uuid(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "reason IN ('opening', 'set', 'receipt', 'reservation', 'confirmation', 'release', 'expiry', 'transfer_out', 'transfer_in', 'counted', 'damaged', 'lost', 'found', 'returned', 'other')",
            name=op.f("ck_inventory_ledger_entry_reason"),
        ),
        sa.CheckConstraint(
            "on_hand_change <> 0 OR reserved_change <> 0", name=op.f("ck_inventory_ledger_entry_change")
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_inventory_ledger_entry")),
    )
    op.create_index(
        op.f("ix_inventory_ledger_entry_variant_id_warehouse_id_sequence"),
        "inventory_ledger_entry",
        ["variant_id", "warehouse_id", "sequence"],
        unique=False,
    )
    op.create_table(
        "inventory_reconciliation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("levels_checked", sa.BigInteger(), nullable=False),
        sa.Column("discrepancies", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_reconciliation")),
    )
    op.create_table(
        "live_cursor",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_live_cursor")),
    )
    op.create_table(
        "parked_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parked_message")),
        sa.UniqueConstraint("sequence", name=op.f("uq_parked_message_sequence")),
    )
    op.create_index(
        "ix_parked_message_key",
        "parked_message",
        ["consumer", "key", "sequence"],
        unique=False,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_index(
        "ix_parked_message_resolved_at",
        "parked_message",
        ["resolved_at"],
        unique=False,
        postgresql_where=sa.text("resolved_at IS NOT NULL"),
    )
    op.create_index(
        "uq_parked_message_waiting",
        "parked_message",
        ["consumer", "message_id"],
        unique=True,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_table(
        "publication",
        sa.Column("broker", sa.Text(), nullable=False),
        sa.Column("memory", sa.Text(), nullable=True),
        sa.Column("run", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("safe_position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("marked_position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("broker", name=op.f("pk_publication")),
    )
    op.create_table(
        "reservation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), server_default="held", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("extensions", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(status = 'held') = (ended_at IS NULL)", name=op.f("ck_reservation_ended_at")),
        sa.CheckConstraint(
            "status IN ('held', 'confirmed', 'released', 'expired')", name=op.f("ck_reservation_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
    )
    op.create_index(
        "ix_reservation_due", "reservation", ["expires_at"], unique=False, postgresql_where=sa.text("status = 'held'")
    )
    op.create_table(
        "delivery_method",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("crosses_borders", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_delivery_method_carrier_id_carrier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_method")),
        sa.UniqueConstraint("carrier_id", "code", name=op.f("uq_delivery_method_carrier_id_code")),
    )
    op.create_table(
        "postal_code",
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["zone_id"], ["delivery_zone.id"], name=op.f("fk_postal_code_zone_id_delivery_zone")),
        sa.PrimaryKeyConstraint("country", "code", name=op.f("pk_postal_code")),
    )
    op.create_index(op.f("ix_postal_code_zone_id"), "postal_code", ["zone_id"], unique=False)
    op.create_table(
        "reservation_line",
        sa.Column("reservation_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("wanted", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "wanted > 0 AND 0 <= quantity AND quantity <= wanted", name=op.f("ck_reservation_line_quantity")
        ),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservation.id"], name=op.f("fk_reservation_line_reservation_id_reservation")
        ),
        sa.PrimaryKeyConstraint("reservation_id", "variant_id", name=op.f("pk_reservation_line")),
    )
    op.create_table(
        "allocation",
        sa.Column("reservation_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("warehouse_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_allocation_quantity")),
        sa.ForeignKeyConstraint(
            ["reservation_id", "variant_id"],
            ["reservation_line.reservation_id", "reservation_line.variant_id"],
            name=op.f("fk_allocation_reservation_id_variant_id_reservation_line"),
        ),
        sa.PrimaryKeyConstraint("reservation_id", "variant_id", "warehouse_id", name=op.f("pk_allocation")),
    )
    op.create_index(
        op.f("ix_allocation_variant_id_warehouse_id"), "allocation", ["variant_id", "warehouse_id"], unique=False
    )
    op.create_table(
        "delivery_rate",
        sa.Column("method_id", sa.Uuid(), nullable=False),
        sa.Column("up_to_km", sa.BigInteger(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("min_days", sa.BigInteger(), nullable=False),
        sa.Column("max_days", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("0 <= min_days AND min_days <= max_days", name=op.f("ck_delivery_rate_days")),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_delivery_rate_price_minor")),
        sa.CheckConstraint("up_to_km > 0", name=op.f("ck_delivery_rate_up_to_km")),
        sa.ForeignKeyConstraint(
            ["method_id"],
            ["delivery_method.id"],
            name=op.f("fk_delivery_rate_method_id_delivery_method"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("method_id", "up_to_km", name=op.f("pk_delivery_rate")),
    )
    op.create_table(
        "supplier_receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("warehouse_id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouse.id"], name=op.f("fk_supplier_receipt_warehouse_id_warehouse")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_receipt")),
        sa.UniqueConstraint("source", "reference", name=op.f("uq_supplier_receipt_source_reference")),
    )
    op.create_index(op.f("ix_supplier_receipt_warehouse_id"), "supplier_receipt", ["warehouse_id"], unique=False)
    op.create_table(
        "supplier_receipt_line",
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_supplier_receipt_line_quantity")),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["supplier_receipt.id"], name=op.f("fk_supplier_receipt_line_receipt_id_supplier_receipt")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_supplier_receipt_line_variant_id_variant")
        ),
        sa.PrimaryKeyConstraint("receipt_id", "variant_id", name=op.f("pk_supplier_receipt_line")),
    )
    op.add_column("inventory_level", sa.Column("low_stock_units", sa.BigInteger(), nullable=True))
    op.drop_constraint(op.f("fk_inventory_level_variant_id_variant"), "inventory_level", type_="foreignkey")
    op.create_foreign_key(
        op.f("fk_inventory_level_variant_id_variant"), "inventory_level", "variant", ["variant_id"], ["id"]
    )
    op.add_column("listing", sa.Column("warehouse_ids", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False))
    op.create_index("ix_listing_warehouse_ids", "listing", ["warehouse_ids"], unique=False, postgresql_using="gin")
    op.create_table(
        "warehouse_fan_out",
        sa.Column("warehouse_id", sa.Uuid(), nullable=False),
        sa.Column("last_product_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["warehouse_id"],
            ["warehouse.id"],
            name=op.f("fk_warehouse_fan_out_warehouse_id_warehouse"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("warehouse_id", name=op.f("pk_warehouse_fan_out")),
    )
    op.add_column("index_state", sa.Column("layout", sa.BigInteger(), nullable=True))
    op.add_column("outbox_event", sa.Column("position", sa.BigInteger(), nullable=True))
    op.create_index("ix_outbox_event_key", "outbox_event", ["key", "position"], unique=False)
    op.create_index(
        "ix_outbox_event_unplaced",
        "outbox_event",
        ["sequence"],
        unique=False,
        postgresql_where=sa.text("position IS NULL"),
    )
    op.create_unique_constraint(op.f("uq_outbox_event_position"), "outbox_event", ["position"])
    op.create_check_constraint(
        op.f("ck_outbox_event_size"), "outbox_event", "octet_length(key || payload::text) <= 800000"
    )
    op.add_column("warehouse", sa.Column("seller_id", sa.Uuid(), nullable=True))
    op.add_column("warehouse", sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False))
    op.create_index(op.f("ix_warehouse_seller_id"), "warehouse", ["seller_id"], unique=False)
    op.create_foreign_key(op.f("fk_warehouse_seller_id_seller"), "warehouse", "seller", ["seller_id"], ["id"])
    op.create_check_constraint(op.f("ck_inventory_level_low_stock_units"), "inventory_level", "low_stock_units >= 0")
    op.create_check_constraint(op.f("ck_variant_status"), "variant", "status IN ('active', 'archived')")
    # The ledger begins with what is there, and from then on is only added to.
    op.execute(
        """
        INSERT INTO inventory_ledger_entry (variant_id, warehouse_id, on_hand_change, reserved_change, reason)
        SELECT variant_id, warehouse_id, on_hand, reserved, 'opening' FROM inventory_level
        WHERE on_hand <> 0 OR reserved <> 0
        """
    )
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append only', TG_TABLE_NAME;
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON inventory_ledger_entry
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
        """
    )
    op.execute("INSERT INTO delivery_matrix (id, version) VALUES (1, 0)")
    op.execute(
        """
        UPDATE listing SET warehouse_ids = stocked.ids FROM (
            SELECT v.product_id, array_agg(DISTINCT l.warehouse_id) AS ids
            FROM inventory_level l JOIN variant v ON v.id = l.variant_id
            WHERE v.status = 'active' AND l.on_hand > l.reserved GROUP BY v.product_id
        ) stocked WHERE stocked.product_id = listing.product_id
        """
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_variant_status"), "variant", type_="check")
    op.drop_constraint(op.f("ck_inventory_level_low_stock_units"), "inventory_level", type_="check")
    op.drop_constraint(op.f("fk_warehouse_seller_id_seller"), "warehouse", type_="foreignkey")
    op.drop_index(op.f("ix_warehouse_seller_id"), table_name="warehouse")
    op.drop_column("warehouse", "is_active")
    op.drop_column("warehouse", "seller_id")
    op.drop_constraint(op.f("ck_outbox_event_size"), "outbox_event", type_="check")
    op.drop_constraint(op.f("uq_outbox_event_position"), "outbox_event", type_="unique")
    op.drop_index("ix_outbox_event_unplaced", table_name="outbox_event", postgresql_where=sa.text("position IS NULL"))
    op.drop_index("ix_outbox_event_key", table_name="outbox_event")
    op.drop_column("outbox_event", "position")
    op.drop_table("warehouse_fan_out")
    op.drop_column("index_state", "layout")
    op.drop_index("ix_listing_warehouse_ids", table_name="listing", postgresql_using="gin")
    op.drop_column("listing", "warehouse_ids")
    op.drop_constraint(op.f("fk_inventory_level_variant_id_variant"), "inventory_level", type_="foreignkey")
    op.create_foreign_key(
        op.f("fk_inventory_level_variant_id_variant"),
        "inventory_level",
        "variant",
        ["variant_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.drop_column("inventory_level", "low_stock_units")
    op.drop_table("supplier_receipt_line")
    op.drop_index(op.f("ix_supplier_receipt_warehouse_id"), table_name="supplier_receipt")
    op.drop_table("supplier_receipt")
    op.drop_table("delivery_rate")
    op.drop_index(op.f("ix_allocation_variant_id_warehouse_id"), table_name="allocation")
    op.drop_table("allocation")
    op.drop_table("reservation_line")
    op.drop_index(op.f("ix_postal_code_zone_id"), table_name="postal_code")
    op.drop_table("postal_code")
    op.drop_table("delivery_method")
    op.drop_index("ix_reservation_due", table_name="reservation", postgresql_where=sa.text("status = 'held'"))
    op.drop_table("reservation")
    op.drop_index(
        "uq_parked_message_waiting", table_name="parked_message", postgresql_where=sa.text("resolved_at IS NULL")
    )
    op.drop_index(
        "ix_parked_message_resolved_at",
        table_name="parked_message",
        postgresql_where=sa.text("resolved_at IS NOT NULL"),
    )
    op.drop_index("ix_parked_message_key", table_name="parked_message", postgresql_where=sa.text("resolved_at IS NULL"))
    op.drop_table("parked_message")
    op.drop_table("publication")
    op.drop_table("live_cursor")
    op.drop_table("inventory_reconciliation")
    op.drop_index(
        op.f("ix_inventory_ledger_entry_variant_id_warehouse_id_sequence"), table_name="inventory_ledger_entry"
    )
    op.drop_table("inventory_ledger_entry")
    op.drop_index(op.f("ix_inbox_message_handled_at"), table_name="inbox_message")
    op.drop_table("inbox_message")
    op.drop_index(op.f("ix_idempotency_key_created_at"), table_name="idempotency_key")
    op.drop_table("idempotency_key")
    op.drop_table("delivery_zone")
    op.drop_table("delivery_matrix")
    op.drop_table("delivery_lane")
    op.drop_table("carrier")
    op.execute("DROP FUNCTION refuse_change()")
    op.execute(sa.schema.DropSequence(sa.Sequence("outbox_position")))

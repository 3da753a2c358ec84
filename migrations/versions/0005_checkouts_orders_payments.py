"""Checkouts, orders in partitions, payments, refunds, gift cards and store credit."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision: str = '0005'
down_revision: str | None = '0004'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('gift_card',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code_hash', sa.LargeBinary(), nullable=False),
    sa.Column('last_signs', sa.Text(), nullable=False),
    sa.Column('balance_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('is_active', sa.Boolean(), server_default='true', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('balance_minor >= 0', name=op.f('ck_gift_card_balance')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gift_card')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_gift_card_code_hash'))
    )
    op.create_table('order_event',
    sa.Column('sequence', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.Column('cause', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=True),
    sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('occurred_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('sequence', name=op.f('pk_order_event'))
    )
    op.create_index(op.f('ix_order_event_order_id_sequence'), 'order_event', ['order_id', 'sequence'], unique=False)
    op.create_table('order_line',
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('variant_id', sa.Uuid(), nullable=False),
    sa.Column('offer_id', sa.Uuid(), nullable=False),
    sa.Column('seller_id', sa.Uuid(), nullable=False),
    sa.Column('sku', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('unit_minor', sa.BigInteger(), nullable=False),
    sa.Column('discount_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('total_minor', sa.BigInteger(), nullable=False),
    sa.Column('tax_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('cancelled', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('returned', sa.BigInteger(), server_default='0', nullable=False),
    sa.CheckConstraint('cancelled + returned <= quantity', name=op.f('ck_order_line_rest')),
    sa.CheckConstraint('quantity > 0 AND cancelled >= 0 AND returned >= 0', name=op.f('ck_order_line_quantity')),
    sa.CheckConstraint('total_minor = unit_minor * quantity - discount_minor', name=op.f('ck_order_line_total')),
    sa.PrimaryKeyConstraint('order_id', 'position', name=op.f('pk_order_line'))
    )
    op.create_index(op.f('ix_order_line_seller_id'), 'order_line', ['seller_id'], unique=False)
    op.create_index(op.f('ix_order_line_variant_id'), 'order_line', ['variant_id'], unique=False)
    op.create_table('order_number',
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('checkout_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_order_number')),
    sa.UniqueConstraint('checkout_id', name=op.f('uq_order_number_checkout_id')),
    sa.UniqueConstraint('order_id', name=op.f('uq_order_number_order_id'))
    )
    op.create_table('orders',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('placed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('checkout_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('email_key', sa.Text(), nullable=False),
    sa.Column('access_key', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), server_default='created', nullable=False),
    sa.Column('reservation_id', sa.Uuid(), nullable=True),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('lines_minor', sa.BigInteger(), nullable=False),
    sa.Column('discount_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('delivery_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('added_tax_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('included_tax_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('total_minor', sa.BigInteger(), nullable=False),
    sa.Column('content', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('version', sa.BigInteger(), server_default='1', nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("status IN ('created', 'placed', 'processing', 'shipped', 'out_for_delivery', 'delivered', 'cancelled', 'expired', 'return_requested', 'returned', 'refunded')", name=op.f('ck_orders_status')),
    sa.CheckConstraint('total_minor >= 0', name=op.f('ck_orders_total')),
    sa.CheckConstraint('total_minor = lines_minor - discount_minor + delivery_minor + added_tax_minor', name=op.f('ck_orders_sum')),
    sa.PrimaryKeyConstraint('id', 'placed_at', name=op.f('pk_orders')),
    postgresql_partition_by='RANGE (placed_at)'
    )
    op.create_index(op.f('ix_orders_account_id_placed_at_id'), 'orders', ['account_id', 'placed_at', 'id'], unique=False)
    op.create_index(op.f('ix_orders_email_key_placed_at'), 'orders', ['email_key', 'placed_at'], unique=False)
    op.create_index(op.f('ix_orders_status_placed_at'), 'orders', ['status', 'placed_at'], unique=False)
    # Where a month has no partition yet, its orders are here; services/orders/partitions.py makes months ahead.
    op.execute("CREATE TABLE orders_default PARTITION OF orders DEFAULT")
    op.create_index('ix_outbox_event_account', 'outbox_event', [sa.text("(payload ->> 'account_id')"), 'position'], unique=False, postgresql_where=sa.text("(payload ->> 'account_id') IS NOT NULL"))
    op.create_table('payment_reconciliation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('attempts_checked', sa.BigInteger(), nullable=False),
    sa.Column('findings', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_reconciliation'))
    )
    op.create_table('provider_event',
    sa.Column('provider', sa.Text(), nullable=False),
    sa.Column('event_id', sa.Text(), nullable=False),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=True),
    sa.Column('payload', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('handled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('check_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('checks', sa.BigInteger(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('provider', 'event_id', name=op.f('pk_provider_event'))
    )
    op.create_index('ix_provider_event_done', 'provider_event', ['handled_at'], unique=False, postgresql_where=sa.text('handled_at IS NOT NULL'))
    op.create_index(op.f('ix_provider_event_reference'), 'provider_event', ['reference'], unique=False)
    op.create_index('ix_provider_event_waiting', 'provider_event', ['check_at'], unique=False, postgresql_where=sa.text('handled_at IS NULL'))
    op.create_table('payment_attempt',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), server_default='created', nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('refunded_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('provider', sa.Text(), nullable=True),
    sa.Column('provider_reference', sa.Text(), nullable=True),
    sa.Column('client_secret', sa.Text(), nullable=True),
    sa.Column('provider_method', sa.Text(), nullable=True),
    sa.Column('provider_customer', sa.Text(), nullable=True),
    sa.Column('saves_card', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('return_url', sa.Text(), nullable=True),
    sa.Column('gift_card_id', sa.Uuid(), nullable=True),
    sa.Column('failure_code', sa.Text(), nullable=True),
    sa.Column('failure_message', sa.Text(), nullable=True),
    sa.Column('check_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('checks', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("method IN ('card', 'gift_card', 'store_credit', 'cash_on_delivery')", name=op.f('ck_payment_attempt_method')),
    sa.CheckConstraint("status IN ('created', 'processing', 'action_required', 'promised', 'succeeded', 'failed', 'cancelled', 'refunded')", name=op.f('ck_payment_attempt_status')),
    sa.CheckConstraint('0 <= refunded_minor AND refunded_minor <= amount_minor', name=op.f('ck_payment_attempt_refunded')),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_payment_attempt_amount')),
    sa.ForeignKeyConstraint(['gift_card_id'], ['gift_card.id'], name=op.f('fk_payment_attempt_gift_card_id_gift_card')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_attempt')),
    sa.UniqueConstraint('provider', 'provider_reference', name=op.f('uq_payment_attempt_provider_provider_reference'))
    )
    op.create_index('ix_payment_attempt_due', 'payment_attempt', ['check_at'], unique=False, postgresql_where=sa.text('check_at IS NOT NULL'))
    op.create_index(op.f('ix_payment_attempt_order_id'), 'payment_attempt', ['order_id'], unique=False)
    op.create_table('balance_entry',
    sa.Column('sequence', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('gift_card_id', sa.Uuid(), nullable=True),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('change_minor', sa.BigInteger(), nullable=False),
    sa.Column('cause', sa.Text(), nullable=False),
    sa.Column('reference_id', sa.Uuid(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=True),
    sa.Column('occurred_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('(gift_card_id IS NULL) <> (account_id IS NULL)', name=op.f('ck_balance_entry_owner')),
    sa.CheckConstraint('change_minor <> 0', name=op.f('ck_balance_entry_change')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_balance_entry_account_id_account')),
    sa.ForeignKeyConstraint(['gift_card_id'], ['gift_card.id'], name=op.f('fk_balance_entry_gift_card_id_gift_card')),
    sa.PrimaryKeyConstraint('sequence', name=op.f('pk_balance_entry')),
    sa.UniqueConstraint('cause', 'reference_id', name=op.f('uq_balance_entry_cause_reference_id'))
    )
    op.create_index(op.f('ix_balance_entry_account_id_currency'), 'balance_entry', ['account_id', 'currency'], unique=False)
    op.create_index(op.f('ix_balance_entry_gift_card_id'), 'balance_entry', ['gift_card_id'], unique=False)
    op.create_table('checkout',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('cart_id', sa.Uuid(), nullable=False),
    sa.Column('cart_version', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('email', sa.Text(), nullable=True),
    sa.Column('status', sa.Text(), server_default='open', nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('total_minor', sa.BigInteger(), nullable=False),
    sa.Column('content', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('reservation_id', sa.Uuid(), nullable=True),
    sa.Column('extensions', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=True),
    sa.Column('failure_code', sa.Text(), nullable=True),
    sa.Column('version', sa.BigInteger(), server_default='1', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('check_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('checks', sa.BigInteger(), server_default='0', nullable=False),
    sa.CheckConstraint("status IN ('open', 'processing', 'action_required', 'succeeded', 'failed', 'expired')", name=op.f('ck_checkout_status')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_checkout_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checkout'))
    )
    op.create_index(op.f('ix_checkout_account_id'), 'checkout', ['account_id'], unique=False)
    op.create_index(op.f('ix_checkout_cart_id'), 'checkout', ['cart_id'], unique=False)
    op.create_index(op.f('ix_checkout_order_id'), 'checkout', ['order_id'], unique=False)
    op.create_index('ix_checkout_due', 'checkout', ['check_at'], unique=False, postgresql_where=sa.text('check_at IS NOT NULL'))
    op.create_index('uq_checkout_cart', 'checkout', ['cart_id'], unique=True, postgresql_where=sa.text("status IN ('open', 'processing', 'action_required', 'failed')"))
    op.create_table('fulfillment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('warehouse_id', sa.Uuid(), nullable=False),
    sa.Column('seller_id', sa.Uuid(), nullable=False),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('carrier', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), server_default='pending', nullable=False),
    sa.Column('tracking_number', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("status IN ('pending', 'packed', 'shipped', 'out_for_delivery', 'delivered', 'cancelled')", name=op.f('ck_fulfillment_status')),
    sa.ForeignKeyConstraint(['seller_id'], ['seller.id'], name=op.f('fk_fulfillment_seller_id_seller')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_fulfillment_warehouse_id_warehouse')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fulfillment')),
    sa.UniqueConstraint('order_id', 'number', name=op.f('uq_fulfillment_order_id_number'))
    )
    op.create_table('provider_customer',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('provider', sa.Text(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_provider_customer_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'provider', name=op.f('pk_provider_customer'))
    )
    op.create_table('refund',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('attempt_id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), server_default='pending', nullable=False),
    sa.Column('provider_reference', sa.Text(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('check_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=True),
    sa.Column('checks', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("status IN ('pending', 'succeeded', 'failed')", name=op.f('ck_refund_status')),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_refund_amount')),
    sa.ForeignKeyConstraint(['attempt_id'], ['payment_attempt.id'], name=op.f('fk_refund_attempt_id_payment_attempt')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refund')),
    sa.UniqueConstraint('attempt_id', 'reason', name=op.f('uq_refund_attempt_id_reason'))
    )
    op.create_index('ix_refund_due', 'refund', ['check_at'], unique=False, postgresql_where=sa.text('check_at IS NOT NULL'))
    op.create_index('ix_refund_failed', 'refund', ['order_id'], unique=False, postgresql_where=sa.text("status = 'failed'"))
    op.create_index(op.f('ix_refund_order_id'), 'refund', ['order_id'], unique=False)
    op.create_table('store_credit',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('balance_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.CheckConstraint('balance_minor >= 0', name=op.f('ck_store_credit_balance')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_store_credit_account_id_account')),
    sa.PrimaryKeyConstraint('account_id', 'currency', name=op.f('pk_store_credit'))
    )
    op.create_table('fulfillment_line',
    sa.Column('fulfillment_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_fulfillment_line_quantity')),
    sa.ForeignKeyConstraint(['fulfillment_id'], ['fulfillment.id'], name=op.f('fk_fulfillment_line_fulfillment_id_fulfillment'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('fulfillment_id', 'position', name=op.f('pk_fulfillment_line'))
    )


def downgrade() -> None:
    op.drop_table('fulfillment_line')
    op.drop_table('store_credit')
    op.drop_index(op.f('ix_refund_order_id'), table_name='refund')
    op.drop_index('ix_refund_failed', table_name='refund', postgresql_where=sa.text("status = 'failed'"))
    op.drop_index('ix_refund_due', table_name='refund', postgresql_where=sa.text('check_at IS NOT NULL'))
    op.drop_table('refund')
    op.drop_table('provider_customer')
    op.drop_table('fulfillment')
    op.drop_index('uq_checkout_cart', table_name='checkout', postgresql_where=sa.text("status IN ('open', 'processing', 'action_required', 'failed')"))
    op.drop_index('ix_checkout_due', table_name='checkout', postgresql_where=sa.text('check_at IS NOT NULL'))
    op.drop_index(op.f('ix_checkout_order_id'), table_name='checkout')
    op.drop_index(op.f('ix_checkout_cart_id'), table_name='checkout')
    op.drop_index(op.f('ix_checkout_account_id'), table_name='checkout')
    op.drop_table('checkout')
    op.drop_index(op.f('ix_balance_entry_gift_card_id'), table_name='balance_entry')
    op.drop_index(op.f('ix_balance_entry_account_id_currency'), table_name='balance_entry')
    op.drop_table('balance_entry')
    op.drop_index(op.f('ix_payment_attempt_order_id'), table_name='payment_attempt')
    op.drop_index('ix_payment_attempt_due', table_name='payment_attempt', postgresql_where=sa.text('check_at IS NOT NULL'))
    op.drop_table('payment_attempt')
    op.drop_index('ix_provider_event_waiting', table_name='provider_event', postgresql_where=sa.text('handled_at IS NULL'))
    op.drop_index(op.f('ix_provider_event_reference'), table_name='provider_event')
    op.drop_index('ix_provider_event_done', table_name='provider_event', postgresql_where=sa.text('handled_at IS NOT NULL'))
    op.drop_table('provider_event')
    op.drop_table('payment_reconciliation')
    op.drop_index('ix_outbox_event_account', table_name='outbox_event')
    op.drop_index(op.f('ix_orders_status_placed_at'), table_name='orders')
    op.drop_index(op.f('ix_orders_email_key_placed_at'), table_name='orders')
    op.drop_index(op.f('ix_orders_account_id_placed_at_id'), table_name='orders')
    op.drop_table('orders')
    op.drop_table('order_number')
    op.drop_index(op.f('ix_order_line_variant_id'), table_name='order_line')
    op.drop_index(op.f('ix_order_line_seller_id'), table_name='order_line')
    op.drop_table('order_line')
    op.drop_index(op.f('ix_order_event_order_id_sequence'), table_name='order_event')
    op.drop_table('order_event')
    op.drop_table('gift_card')

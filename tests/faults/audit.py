"""What must hold in Postgres alone once everything is settled: for each rule a statement that finds what breaks it."""

from collections.abc import Mapping

# Statuses of orders that the shopper has, and is to get goods for.
PLACED = ("placed", "processing", "shipped", "out_for_delivery", "delivered")
_PLACED = f"({', '.join(map(repr, PLACED))})"
_PAID = "('succeeded', 'promised', 'refunded')"

RULES: Mapping[str, str] = {
    "no checkout is stuck": """
        SELECT id, status FROM checkout WHERE status NOT IN ('succeeded', 'expired')
    """,
    "no order is stuck": "SELECT id, status FROM orders WHERE status = 'created'",
    "no payment is undecided": """
        SELECT id, method, status FROM payment_attempt
        WHERE status IN ('created', 'processing', 'action_required') OR check_at IS NOT NULL
    """,
    "no refund waits or has failed": "SELECT id, status, error FROM refund WHERE status <> 'succeeded'",
    "each webhook is handled": "SELECT event_id, type FROM provider_event WHERE handled_at IS NULL",
    "no hold is left": "SELECT id, expires_at FROM reservation WHERE status = 'held'",
    "a checkout makes one order, and names it": """
        SELECT c.id, c.status, count(o.id), count(o.id) FILTER (WHERE o.id = c.order_id)
        FROM checkout c LEFT JOIN orders o ON o.checkout_id = c.id GROUP BY c.id
        HAVING count(o.id) > 1 OR count(o.id) <> count(o.id) FILTER (WHERE o.id = c.order_id)
    """,
    "checkouts have succeeded if their orders were placed, and no others": """
        SELECT c.id, c.status, o.status, o.confirmed_at FROM checkout c LEFT JOIN orders o ON o.checkout_id = c.id
        WHERE (c.status = 'succeeded') <> (o.confirmed_at IS NOT NULL)
    """,
    "each order has its number": """
        SELECT o.id, o.number FROM orders o
        FULL JOIN order_number n ON n.order_id = o.id WHERE o.number IS DISTINCT FROM n.number
    """,
    "placed orders are paid to the cent, others not at all": f"""
        SELECT o.number, o.status, o.total_minor, coalesce(sum(a.amount_minor - a.refunded_minor), 0)
        FROM orders o LEFT JOIN payment_attempt a ON a.order_id = o.id AND a.status IN {_PAID}
            AND NOT (o.status NOT IN {_PLACED} AND a.status = 'promised')
        GROUP BY o.id, o.number, o.status, o.total_minor
        HAVING coalesce(sum(a.amount_minor - a.refunded_minor), 0)
            <> CASE WHEN o.status IN {_PLACED} THEN o.total_minor ELSE 0 END
    """,
    "a cancelled order whose money is all back says so": """
        SELECT o.number, count(r.id) FROM orders o JOIN refund r ON r.order_id = o.id
        WHERE o.status = 'cancelled' GROUP BY o.id, o.number HAVING bool_and(r.status = 'succeeded')
    """,
    "what was refunded of a payment is in its refunds": """
        SELECT a.id, a.status, a.refunded_minor, coalesce(sum(r.amount_minor), 0)
        FROM payment_attempt a LEFT JOIN refund r ON r.attempt_id = a.id
        GROUP BY a.id, a.status, a.refunded_minor HAVING a.refunded_minor <> coalesce(sum(r.amount_minor), 0)
    """,
    "gift cards have what their entries add up to": """
        SELECT g.id, g.balance_minor, sum(e.change_minor) FROM gift_card g
        LEFT JOIN balance_entry e ON e.gift_card_id = g.id GROUP BY g.id, g.balance_minor
        HAVING g.balance_minor <> coalesce(sum(e.change_minor), 0)
    """,
    "store credit is what its entries add up to": """
        SELECT c.account_id, c.balance_minor, sum(e.change_minor) FROM store_credit c
        LEFT JOIN balance_entry e ON e.account_id = c.account_id AND e.currency = c.currency
        GROUP BY c.account_id, c.currency, c.balance_minor
        HAVING c.balance_minor <> coalesce(sum(e.change_minor), 0)
    """,
    "balances lost what orders were paid with": f"""
        SELECT t.method, t.kept, s.spent FROM (
            SELECT method, sum(amount_minor - refunded_minor) AS kept FROM payment_attempt
            WHERE method IN ('gift_card', 'store_credit') AND status IN {_PAID} GROUP BY 1
        ) AS t FULL JOIN (
            SELECT CASE WHEN gift_card_id IS NULL THEN 'store_credit' ELSE 'gift_card' END AS method,
                -sum(change_minor) AS spent
            FROM balance_entry WHERE cause IN ('payment', 'refund') GROUP BY 1
        ) AS s USING (method) WHERE coalesce(t.kept, 0) <> coalesce(s.spent, 0)
    """,
    "levels are what their ledger adds up to": """
        SELECT variant_id, warehouse_id, l.on_hand, e.on_hand, l.reserved, e.reserved FROM inventory_level l
        FULL JOIN (
            SELECT variant_id, warehouse_id, sum(on_hand_change) AS on_hand, sum(reserved_change) AS reserved
            FROM inventory_ledger_entry GROUP BY 1, 2
        ) AS e USING (variant_id, warehouse_id)
        WHERE coalesce(l.on_hand, 0) <> coalesce(e.on_hand, 0) OR coalesce(l.reserved, 0) <> coalesce(e.reserved, 0)
    """,
    "what is reserved is held by somebody": """
        SELECT variant_id, warehouse_id, l.reserved, h.held FROM inventory_level l
        FULL JOIN (
            SELECT a.variant_id, a.warehouse_id, sum(a.quantity) AS held
            FROM allocation a JOIN reservation r ON r.id = a.reservation_id WHERE r.status = 'held' GROUP BY 1, 2
        ) AS h USING (variant_id, warehouse_id) WHERE coalesce(l.reserved, 0) <> coalesce(h.held, 0)
    """,
    "the stock that is gone is in placed orders": f"""
        SELECT variant_id, v.sku, gone.units, sold.units FROM (
            SELECT variant_id, -sum(on_hand_change) AS units FROM inventory_ledger_entry
            WHERE reason NOT IN ('opening', 'set', 'receipt') GROUP BY 1
        ) AS gone FULL JOIN (
            SELECT l.variant_id, sum(l.quantity - l.cancelled) AS units
            FROM order_line l JOIN orders o ON o.id = l.order_id WHERE o.status IN {_PLACED} GROUP BY 1
        ) AS sold USING (variant_id) LEFT JOIN variant v ON v.id = variant_id
        WHERE coalesce(gone.units, 0) <> coalesce(sold.units, 0)
    """,
    "placed orders have taken what was held for them": f"""
        SELECT o.number, o.status, r.status FROM orders o LEFT JOIN reservation r ON r.id = o.reservation_id
        WHERE o.status IN {_PLACED} AND r.status IS DISTINCT FROM 'confirmed'
            OR o.status = 'expired' AND r.status = 'confirmed'
    """,
    "shipments hold what placed orders have": f"""
        SELECT o.number, l.position, l.quantity - l.cancelled, coalesce(sum(s.quantity), 0)
        FROM orders o JOIN order_line l ON l.order_id = o.id
        LEFT JOIN fulfillment f ON f.order_id = o.id AND f.status <> 'cancelled'
        LEFT JOIN fulfillment_line s ON s.fulfillment_id = f.id AND s.position = l.position
        WHERE o.status IN {_PLACED} GROUP BY 1, 2, 3 HAVING l.quantity - l.cancelled <> coalesce(sum(s.quantity), 0)
    """,
    "promotions were used as often, and for as much, as they count": """
        SELECT p.name, p.uses, count(u.id), p.spent_minor, coalesce(sum(u.amount_minor), 0)
        FROM promotion p LEFT JOIN promotion_use u ON u.promotion_id = p.id GROUP BY p.id
        HAVING p.uses <> count(u.id) OR p.spent_minor <> coalesce(sum(u.amount_minor), 0)
    """,
    "coupons were used as often as they count": """
        SELECT c.code, c.uses, count(u.id) FROM coupon c LEFT JOIN promotion_use u ON u.coupon_id = c.id
        GROUP BY c.id HAVING c.uses <> count(u.id)
    """,
    "only orders that are alive have used promotions": f"""
        SELECT o.number, o.status, u.promotion_id FROM promotion_use u LEFT JOIN orders o ON o.id = u.order_id
        WHERE o.id IS NULL OR o.status NOT IN {_PLACED}
    """,
}

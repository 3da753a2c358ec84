"""The SQL read of what promotions and coupons offer to a cart: one statement, however many there are."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.promotions.codes import code_key
from services.promotions.listing import as_promotion
from services.promotions.records import CouponRecord, Offered, OfferedCoupon, OfferedPromotion, PromotionRecord
from services.unit_of_work import ReadSession

_PROMOTION = len(PromotionRecord._fields)
_COUPON = _PROMOTION + len(CouponRecord._fields)


async def find_offered(
    session: ReadSession,
    *,
    cart_id: UUID,
    account_id: UUID | None,
    coupon_codes: Sequence[str],
    currency: str,
) -> Offered:
    """What there is now for a cart: each promotion without coupon that runs, and what each of its codes opens.

    Equal codes are answered once.
    """
    values = {"cart": cart_id, "account": account_id, "currency": currency}
    return await _find(session, _RUNNING, values, coupon_codes, currency=currency)


async def find_named(
    session: ReadSession,
    *,
    cart_id: UUID,
    account_id: UUID | None,
    coupon_codes: Sequence[str],
    promotion_ids: Sequence[UUID],
) -> Offered:
    """As `find_offered`, but the promotions without coupon are those with these ids, whether they run or not."""
    values = {"cart": cart_id, "account": account_id, "promotions": list(promotion_ids)}
    return await _find(session, _NAMED, values, coupon_codes)


async def _find(
    session: ReadSession,
    statement: sa.TextClause,
    values: Mapping[str, object],
    coupon_codes: Sequence[str],
    *,
    currency: str = "",
) -> Offered:
    keys = {code: code_key(code) for code in coupon_codes}
    rows = (await session.execute(statement, {**values, "keys": sorted(set(keys.values()))})).all()
    found = {row.code_key: row for row in rows if row.code_key is not None}
    automatic = [
        OfferedPromotion(as_promotion(row), row.customer_uses)
        for row in rows
        if row.code_key is None and row.id is not None
    ]
    coupons = [_coupon(code, found.get(key)) for code, key in keys.items()]
    return Offered(automatic, coupons, rows[0].now, currency)


# A row's attributes are the statement's columns, hence Any.
def _coupon(code: str, row: Any) -> OfferedCoupon:
    if row is None:
        return OfferedCoupon(code)
    return OfferedCoupon(
        code,
        CouponRecord._make(row[_PROMOTION:_COUPON]),
        as_promotion(row),
        row.customer_uses,
        row.is_held,
        row.coupon_held_by_others,
        row.promotion_held_by_others,
    )


_PROMOTION_COLUMNS = ", ".join(f"p.{name}" for name in PromotionRecord._fields)
_COUPON_COLUMNS = ", ".join(f"c.{name} AS coupon_{name}" for name in CouponRecord._fields)
_NO_COUPON = ", ".join(f"NULL AS coupon_{name}" for name in CouponRecord._fields)
# What others hold is counted only where it matters: without a bound, anybody may have a use.
_SOURCE = f"""
    WITH clock AS MATERIALIZED (SELECT statement_timestamp() AS now),
    found AS (
        SELECT {_PROMOTION_COLUMNS}, {_NO_COUPON}, NULL AS code_key, false AS is_held,
            0 AS coupon_held_by_others, 0 AS promotion_held_by_others
        FROM clock, promotion p WHERE NOT p.needs_coupon AND %s
        UNION ALL
        SELECT {_PROMOTION_COLUMNS}, {_COUPON_COLUMNS}, c.code_key,
            EXISTS (
                SELECT FROM coupon_hold h
                WHERE h.coupon_id = c.id AND h.cart_id = :cart AND h.held_until > clock.now),
            CASE WHEN c.most_uses IS NULL THEN 0 ELSE (
                SELECT count(*) FROM coupon_hold h
                WHERE h.coupon_id = c.id AND h.cart_id <> :cart AND h.held_until > clock.now) END,
            CASE WHEN p.most_uses IS NULL THEN 0 ELSE (
                SELECT count(*) FROM coupon o JOIN coupon_hold h ON h.coupon_id = o.id
                WHERE o.promotion_id = p.id AND h.cart_id <> :cart AND h.held_until > clock.now) END
        FROM clock, coupon c JOIN promotion p ON p.id = c.promotion_id WHERE c.code_key = ANY(:keys)
    )
    SELECT found.*, clock.now, (
        SELECT count(*) FROM promotion_use u WHERE u.promotion_id = found.id AND u.account_id = :account
    ) AS customer_uses
    FROM clock LEFT JOIN found ON true
"""
_IS_RUNNING = """
    p.is_active AND p.currency = :currency
    AND (p.starts_at IS NULL OR p.starts_at <= clock.now) AND (p.ends_at IS NULL OR p.ends_at > clock.now)
"""
_KEYS = sa.bindparam("keys", type_=sa.ARRAY(sa.Text()))
_PROMOTIONS = sa.bindparam("promotions", type_=sa.ARRAY(sa.Uuid()))
_RUNNING = sa.text(_SOURCE % _IS_RUNNING).bindparams(_KEYS)
_NAMED = sa.text(_SOURCE % "p.id = ANY(:promotions)").bindparams(_KEYS, _PROMOTIONS)

"""SQL reads of promotions and coupons for operators."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from models.promotions import Coupon, Promotion, PromotionKind
from services.catalog.slices import Position, Slices
from services.promotions.records import CouponRecord, PromotionRecord
from services.unit_of_work import ReadSession

PROMOTION_COLUMNS = tuple(getattr(Promotion, name) for name in PromotionRecord._fields)
COUPON_COLUMNS = tuple(getattr(Coupon, name) for name in CouponRecord._fields)


# A row's values are the statement's columns, hence Any.
def as_promotion(row: Sequence[Any]) -> PromotionRecord:
    """The record of a row that begins with the columns of promotions."""
    record = PromotionRecord._make(row[: len(PromotionRecord._fields)])
    return record._replace(kind=PromotionKind(record.kind))


async def list_promotions(
    session: ReadSession, *, first: int, before: UUID | None = None, is_active: bool | None = None
) -> Sequence[PromotionRecord]:
    """Promotions, newest first, behind the one with the id `before`."""
    statement = sa.select(*PROMOTION_COLUMNS).order_by(Promotion.id.desc()).limit(first)
    if before is not None:
        statement = statement.where(Promotion.id < before)
    if is_active is not None:
        statement = statement.where(Promotion.is_active == is_active)
    return [as_promotion(row) for row in await session.execute(statement)]


async def find_promotions(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, PromotionRecord]:
    """Those that exist."""
    statement = sa.select(*PROMOTION_COLUMNS).where(Promotion.id == sa.any_(_IDS))
    return {row.id: as_promotion(row) for row in await session.execute(statement, {"ids": list(ids)})}


async def find_coupon_pages(
    session: ReadSession, promotion_ids: Sequence[UUID], *, first: int, after: Position | None
) -> Mapping[UUID, Sequence[CouponRecord]]:
    """A page of the coupons of each promotion, those of most uses first; `after` is (uses, id)."""
    found: dict[UUID, list[CouponRecord]] = {}
    for row in await _COUPONS.fetch(session, promotion_ids, first, after):
        record = CouponRecord._make(row)
        found.setdefault(record.promotion_id, []).append(record)
    return found


_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))
_COUPONS = Slices(*COUPON_COLUMNS, parent=Coupon.promotion_id, order=(Coupon.uses, Coupon.id), descending=True)

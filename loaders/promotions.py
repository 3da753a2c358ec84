"""Loaders of promotions and their coupons."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from loaders.batch import OptionalBatch
from loaders.pages import Pages
from services import promotions
from services.catalog.slices import Position
from services.promotions import CouponRecord, PromotionRecord
from services.unit_of_work import ReadSession


class PromotionById(OptionalBatch[UUID, PromotionRecord]):
    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, PromotionRecord]:
        return await promotions.find_promotions(session, keys)


class CouponsOfPromotion(Pages[CouponRecord]):
    """Those of most uses first; `after` is (uses, id)."""

    async def fetch_pages(
        self, session: ReadSession, parents: Sequence[UUID], first: int, after: Position | None
    ) -> Mapping[UUID, Sequence[CouponRecord]]:
        return await promotions.find_coupon_pages(session, parents, first=first, after=after)

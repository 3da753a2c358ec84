"""Fields of promotions and coupons."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from core.money import Money
from core.paging import Page
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.paging import load_page
from services.catalog.records import BrandRecord, CategoryRecord, ProductRecord
from services.promotions import CouponRecord, PromotionRecord

T = TypeVar("T")


class _WithCoupons(Protocol):
    @property
    def result(self) -> Sequence[CouponRecord] | None: ...


def amount(root: PromotionRecord, info: Info) -> Money | None:
    return _money(root, root.amount_minor)


def minimum(root: PromotionRecord, info: Info) -> Money:
    return Money(root.minimum_minor, root.currency)


def budget(root: PromotionRecord, info: Info) -> Money | None:
    return _money(root, root.budget_minor)


def spent(root: PromotionRecord, info: Info) -> Money:
    return Money(root.spent_minor, root.currency)


async def categories(root: PromotionRecord, info: Info) -> Sequence[CategoryRecord]:
    return await _those_left(info.context.loaders.category_by_id.load(key) for key in root.category_ids)


async def brands(root: PromotionRecord, info: Info) -> Sequence[BrandRecord]:
    return await _those_left(info.context.loaders.brand_by_id.load(key) for key in root.brand_ids)


async def products(root: PromotionRecord, info: Info) -> Sequence[ProductRecord]:
    return await _those_left(info.context.loaders.product_by_id.load(key) for key in root.product_ids)


def promotion(root: CouponRecord, info: Info) -> Awaitable[PromotionRecord | None]:
    return info.context.loaders.promotion_by_id.load(root.promotion_id)


def coupons(
    root: PromotionRecord, info: Info, first: First = None, after: After = None
) -> Awaitable[Page[CouponRecord]]:
    return load_page(
        info.context.loaders.coupons_of_promotion, root.id, first=first, after=after, position=_coupon_position
    )


def created(root: _WithCoupons, info: Info) -> Sequence[CouponRecord]:
    return root.result or ()


def _coupon_position(row: CouponRecord) -> tuple[int, UUID]:
    return row.uses, row.id


def _money(root: PromotionRecord, amount_minor: int | None) -> Money | None:
    return None if amount_minor is None else Money(amount_minor, root.currency)


async def _those_left(found: Iterable[Awaitable[T | None]]) -> Sequence[T]:
    """What a scope names may be gone by now."""
    return [one for one in await asyncio.gather(*found) if one is not None]

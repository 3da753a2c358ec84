"""Mutations of promotions and coupons."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import strawberry

from core.ids import decode_id_of
from resolvers.context import Info
from resolvers.filters import bounded
from resolvers.mutation import Outcome, commit
from schema.inputs.promotions import CreateCouponsInput, SaveCouponInput, SavePromotionInput
from services import promotions
from services.promotions import CouponRecord, PromotionDraft, PromotionRecord


async def save_promotion(
    info: Info, input: Annotated[SavePromotionInput, strawberry.argument(description="The promotion.")]
) -> Outcome[PromotionRecord]:
    return await commit(
        info,
        promotions.save_promotion,
        id=None if input.id is None else decode_id_of("Promotion", input.id),
        draft=_draft(input),
        currency=info.context.settings.catalog.currency,
    )


async def save_coupon(
    info: Info, input: Annotated[SaveCouponInput, strawberry.argument(description="The coupon.")]
) -> Outcome[CouponRecord]:
    return await commit(
        info,
        promotions.save_coupon,
        id=None if input.id is None else decode_id_of("Coupon", input.id),
        promotion_id=decode_id_of("Promotion", input.promotion),
        code=input.code,
        is_active=input.is_active,
        most_uses=input.most_uses,
    )


async def create_coupons(
    info: Info, input: Annotated[CreateCouponsInput, strawberry.argument(description="The coupons.")]
) -> Outcome[Sequence[CouponRecord]]:
    return await commit(
        info,
        promotions.create_coupons,
        promotion_id=decode_id_of("Promotion", input.promotion),
        count=input.count,
        prefix=input.prefix,
        most_uses=input.most_uses,
    )


def _draft(given: SavePromotionInput) -> PromotionDraft:
    return PromotionDraft(
        name=given.name,
        kind=given.kind,
        basis_points=given.basis_points,
        amount_minor=given.amount_minor,
        buy_quantity=given.buy_quantity,
        get_quantity=given.get_quantity,
        minimum_minor=given.minimum_minor,
        category_ids=_ids("Category", "categories", given.categories),
        brand_ids=_ids("Brand", "brands", given.brands),
        product_ids=_ids("Product", "products", given.products),
        needs_coupon=given.needs_coupon,
        is_combinable=given.is_combinable,
        priority=given.priority,
        starts_at=given.starts_at,
        ends_at=given.ends_at,
        is_active=given.is_active,
        most_uses=given.most_uses,
        budget_minor=given.budget_minor,
        most_uses_per_customer=given.most_uses_per_customer,
    )


def _ids(kind: str, name: str, given: Sequence[str]) -> Sequence[UUID]:
    return [decode_id_of(kind, text) for text in bounded(name, given)]

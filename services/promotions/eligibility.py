"""Whether a promotion or a coupon may be used at all, whatever is in the cart. Values in, a reason or nothing out."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.promotions.records import CouponReason, OfferedCoupon, PromotionRecord

MESSAGES: Mapping[CouponReason, str] = {
    CouponReason.UNKNOWN: "There is no coupon with this code.",
    CouponReason.NOT_ACTIVE: "This coupon is not valid at present.",
    CouponReason.NOT_STARTED: "This coupon is not valid yet.",
    CouponReason.EXPIRED: "This coupon has expired.",
    CouponReason.USED_UP: "This coupon has been used up.",
    CouponReason.ALREADY_USED: "You have used this coupon as often as one customer may.",
    CouponReason.NEEDS_SIGN_IN: "Sign in to use this coupon.",
    CouponReason.MINIMUM_NOT_REACHED: "The cart does not reach the minimum of this coupon.",
    CouponReason.NOT_APPLICABLE: "This coupon takes nothing off what is in the cart.",
    CouponReason.NOT_COMBINABLE: "This coupon cannot be combined with the other discounts of the cart.",
}


def against_promotion(
    promotion: PromotionRecord, *, customer_uses: int, held_by_others: int, account_id: UUID | None, now: datetime
) -> CouponReason | None:
    """Why a customer, or a guest without an account, may not use a promotion now."""
    if not promotion.is_active:
        return CouponReason.NOT_ACTIVE
    reason = _against_time(promotion, now) or _against_customer(promotion, account_id, customer_uses)
    is_left = _is_left(promotion.most_uses, promotion.uses + held_by_others) and has_budget(promotion, 0)
    return reason or (None if is_left else CouponReason.USED_UP)


def against_coupon(found: OfferedCoupon, *, account_id: UUID | None, now: datetime) -> CouponReason | None:
    """Why a cart may not use a code now. What others hold counts unless the cart has its own hold beside theirs."""
    if found.coupon is None or found.promotion is None:
        return CouponReason.UNKNOWN
    if not found.coupon.is_active:
        return CouponReason.NOT_ACTIVE
    reason = against_promotion(
        found.promotion,
        customer_uses=found.customer_uses,
        held_by_others=0 if found.is_held else found.promotion_held_by_others,
        account_id=account_id,
        now=now,
    )
    taken = found.coupon.uses + (0 if found.is_held else found.coupon_held_by_others)
    if reason is None and not _is_left(found.coupon.most_uses, taken):
        return CouponReason.USED_UP
    return reason


def has_budget(promotion: PromotionRecord, amount_minor: int) -> bool:
    """Whether a promotion can still give an amount: all of it, since nobody gets a part of a discount."""
    if promotion.budget_minor is None:
        return True
    left = promotion.budget_minor - promotion.spent_minor
    return left > 0 and amount_minor <= left


def _against_time(promotion: PromotionRecord, now: datetime) -> CouponReason | None:
    if promotion.starts_at is not None and now < promotion.starts_at:
        return CouponReason.NOT_STARTED
    if promotion.ends_at is not None and now >= promotion.ends_at:
        return CouponReason.EXPIRED
    return None


def _against_customer(promotion: PromotionRecord, account_id: UUID | None, uses: int) -> CouponReason | None:
    if promotion.most_uses_per_customer is None:
        return None
    if account_id is None:
        return CouponReason.NEEDS_SIGN_IN
    return CouponReason.ALREADY_USED if uses >= promotion.most_uses_per_customer else None


def _is_left(most: int | None, taken: int) -> bool:
    return most is None or taken < most

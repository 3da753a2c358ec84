"""Promotions and coupons: what makes things cheaper, for whom and how often."""

from models.promotions import PromotionKind
from services.promotions.applying import apply
from services.promotions.codes import code_key
from services.promotions.drafts import PromotionDraft
from services.promotions.holding import delete_lapsed_holds, hold_coupon, move_holds, release_coupon
from services.promotions.listing import find_coupon_pages, find_promotions, list_promotions
from services.promotions.queries import find_offered
from services.promotions.records import (
    Applied,
    CouponReason,
    CouponRecord,
    CouponRefusal,
    Discount,
    Offered,
    OfferedCoupon,
    OfferedPromotion,
    PricedLine,
    PromotionRecord,
)
from services.promotions.redeeming import give_back, redeem
from services.promotions.saving import create_coupons, save_coupon, save_promotion

__all__ = [
    "Applied",
    "CouponReason",
    "CouponRecord",
    "CouponRefusal",
    "Discount",
    "Offered",
    "OfferedCoupon",
    "OfferedPromotion",
    "PricedLine",
    "PromotionDraft",
    "PromotionKind",
    "PromotionRecord",
    "apply",
    "code_key",
    "create_coupons",
    "delete_lapsed_holds",
    "find_coupon_pages",
    "find_offered",
    "find_promotions",
    "give_back",
    "hold_coupon",
    "list_promotions",
    "move_holds",
    "redeem",
    "release_coupon",
    "save_coupon",
    "save_promotion",
]

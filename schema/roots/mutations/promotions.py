"""Mutations of promotions and coupons."""

import strawberry

from resolvers.mutations import promotions
from schema.base import resolved_by
from schema.types.promotion_payloads import CreateCouponsPayload, SaveCouponPayload, SavePromotionPayload
from services.accounts.tokens import Role


@strawberry.type(description="What can be changed of promotions.")
class PromotionMutations:
    save_promotion: SavePromotionPayload = resolved_by(
        promotions.save_promotion,
        description="Make or change a promotion; carts count by it from their next look on. Codes: BAD_NAME, "
        "BAD_DISCOUNT, BAD_PRIORITY, BAD_WINDOW, BAD_LIMIT (also below what is used or spent), PROMOTION_HAS_COUPONS, "
        "NOT_FOUND.",
        requires=Role.OPERATOR,
    )
    save_coupon: SaveCouponPayload = resolved_by(
        promotions.save_coupon,
        description="Make or change a coupon of a promotion that needs one. Codes: BAD_COUPON_CODE, BAD_LIMIT (also "
        "below what is used), COUPON_CODE_TAKEN, PROMOTION_NEEDS_NO_COUPON, NOT_FOUND.",
        requires=Role.OPERATOR,
    )
    create_coupons: CreateCouponsPayload = resolved_by(
        promotions.create_coupons,
        description="Make coupons of a promotion that needs them, with codes that nobody can guess. Codes: BAD_LIMIT, "
        "BAD_COUPON_CODE, PROMOTION_NEEDS_NO_COUPON, NOT_FOUND.",
        requires=Role.OPERATOR,
    )

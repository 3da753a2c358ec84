"""What mutations of promotions answer. `userErrors` is empty when all went well."""

import strawberry

from resolvers.fields import promotions as fields
from schema.base import field, resolved_by
from schema.types.errors import UserError
from schema.types.promotions import Coupon, Promotion


@strawberry.type(description="The promotion as it is now.")
class SavePromotionPayload:
    promotion: Promotion | None = field("The promotion; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The coupon as it is now.")
class SaveCouponPayload:
    coupon: Coupon | None = field("The coupon; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The coupons that were made.")
class CreateCouponsPayload:
    coupons: list[Coupon] = resolved_by(fields.created, description="The coupons; none if they were refused.")
    user_errors: list[UserError] = field("Why they were refused.")

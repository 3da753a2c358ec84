"""What mutations of carts answer."""

import strawberry

from schema.base import field
from schema.scalars import BigInt
from schema.types.carts import Cart, CartMergeLine
from schema.types.errors import ERROR_TYPES, UserError, error_of
from services.cart.problems import CartFull, PriceChanged, QuantityLimited, StaleCart, TooManyCoupons


@strawberry.type(description="The cart has changed since the version that was given.")
class StaleCartError(UserError):
    version: str = field("The version that it has now.")
    is_type_of = error_of(StaleCart)


@strawberry.type(description="More than is allowed.")
class LimitError(UserError):
    limit: int = field("How many are.")
    is_type_of = error_of(QuantityLimited, CartFull, TooManyCoupons)


@strawberry.type(description="A price is no longer the one that the shopper has seen.")
class PriceChangedError(UserError):
    amount_minor: BigInt = field("The price now, in minor units.")
    is_type_of = error_of(PriceChanged)


@strawberry.type(description="The cart with what was added.")
class AddCartLinesPayload:
    cart: Cart | None = field("The cart; null if nothing was added.", attribute="result")
    user_errors: list[UserError] = field("Why nothing was added.")


@strawberry.type(description="The cart with other quantities.")
class UpdateCartLinesPayload:
    cart: Cart | None = field("The cart; null if nothing was changed.", attribute="result")
    user_errors: list[UserError] = field("Why nothing was changed.")


@strawberry.type(description="The cart without the lines.")
class RemoveCartLinesPayload:
    cart: Cart | None = field("The cart; null if nothing was removed.", attribute="result")
    user_errors: list[UserError] = field("Why nothing was removed.")


@strawberry.type(description="The cart with lines put aside.")
class SaveForLaterPayload:
    cart: Cart | None = field("The cart; null if nothing was put aside.", attribute="result")
    user_errors: list[UserError] = field("Why nothing was put aside.")


@strawberry.type(description="The cart with lines that are to be bought again.")
class MoveToCartPayload:
    cart: Cart | None = field("The cart; null if nothing was moved.", attribute="result")
    user_errors: list[UserError] = field("Why nothing was moved.")


@strawberry.type(description="The cart with prices agreed to.")
class AcceptPriceChangesPayload:
    cart: Cart | None = field("The cart; null if nothing was agreed to.", attribute="result")
    user_errors: list[UserError] = field("Why nothing was agreed to.")


@strawberry.type(description="The cart with its destination.")
class SetCartDestinationPayload:
    cart: Cart | None = field("The cart; null if the destination was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The cart with its coupons.")
class ApplyCouponPayload:
    cart: Cart | None = field("The cart; null if the coupon was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The cart with its coupons.")
class RemoveCouponPayload:
    cart: Cart | None = field("The cart; null if nothing was removed.", attribute="result")
    user_errors: list[UserError] = field("Why nothing was removed.")


@strawberry.type(description="The customer's cart with what the guest's had, and what became of each line.")
class MergeCartPayload:
    cart: Cart | None = field("The customer's cart; null if nothing was merged.")
    report: list[CartMergeLine] | None = field("Each line of the guest's cart, in their order; null if refused.")
    user_errors: list[UserError] = field("Why nothing was merged.")


ERROR_TYPES += [StaleCartError, LimitError, PriceChangedError]

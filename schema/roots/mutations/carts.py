"""Mutations of carts."""

import strawberry

from resolvers.mutations import carts
from schema.base import resolved_by
from schema.rates import RateLimit
from schema.types.cart_payloads import (
    AcceptPriceChangesPayload,
    AddCartLinesPayload,
    ApplyCouponPayload,
    MergeCartPayload,
    MoveToCartPayload,
    RemoveCartLinesPayload,
    RemoveCouponPayload,
    SaveForLaterPayload,
    SetCartDestinationPayload,
    UpdateCartLinesPayload,
)
from services.accounts.tokens import Role

# Who changes a cart that others change all the time is told UNAVAILABLE at the top, to try again.
_CART = "CART_NOT_FOUND, CART_ENDED, STALE_CART, TOO_MANY_ATTEMPTS (new carts from one address)."
_LINES = "NOTHING_NAMED, LINE_NOT_FOUND, "


@strawberry.type(description="What can be changed of carts.")
class CartMutations:
    add_cart_lines: AddCartLinesPayload = resolved_by(
        carts.add_cart_lines,
        description="Add units of variants to a cart, all or nothing; without a cart, to the customer's own or to a "
        "new one. Codes: NOTHING_NAMED, BAD_QUANTITY, NOT_FOUND, NOT_SOLD, OUT_OF_STOCK (an OutOfStockError), "
        "QUANTITY_LIMITED and CART_FULL (a LimitError), " + _CART,
        cost=20,
        rates=(RateLimit(most=120, seconds=60),),
    )
    update_cart_lines: UpdateCartLinesPayload = resolved_by(
        carts.update_cart_lines,
        description="Give lines other quantities, all or nothing. Fewer units are always possible. Codes: "
        + _LINES
        + "NAMED_TWICE, BAD_QUANTITY, NOT_SOLD, OUT_OF_STOCK, QUANTITY_LIMITED, "
        + _CART,
        cost=20,
        rates=(RateLimit(most=120, seconds=60),),
    )
    remove_cart_lines: RemoveCartLinesPayload = resolved_by(
        carts.remove_cart_lines,
        description="Remove lines, all or nothing. Codes: " + _LINES + _CART,
        cost=20,
        rates=(RateLimit(most=120, seconds=60),),
    )
    save_for_later: SaveForLaterPayload = resolved_by(
        carts.save_for_later,
        description="Put lines aside: they stay, and are not bought. Codes: " + _LINES + "QUANTITY_LIMITED, " + _CART,
        cost=20,
        rates=(RateLimit(most=120, seconds=60),),
    )
    move_to_cart: MoveToCartPayload = resolved_by(
        carts.move_to_cart,
        description="Put lines that were put aside back among those to be bought. Codes: "
        + _LINES
        + "NOT_SOLD, OUT_OF_STOCK, QUANTITY_LIMITED, "
        + _CART,
        cost=20,
        rates=(RateLimit(most=120, seconds=60),),
    )
    accept_price_changes: AcceptPriceChangesPayload = resolved_by(
        carts.accept_price_changes,
        description="Agree to the prices that the shopper has seen. Codes: PRICE_CHANGED (a PriceChangedError), "
        "NAMED_TWICE, " + _LINES + _CART,
        cost=20,
        rates=(RateLimit(most=120, seconds=60),),
    )
    set_cart_destination: SetCartDestinationPayload = resolved_by(
        carts.set_cart_destination,
        description="Say where the cart goes to, so that delivery and taxes are known. Codes: BAD_COUNTRY, "
        "BAD_POSTAL_CODE, " + _CART,
        cost=20,
        rates=(RateLimit(most=120, seconds=60),),
    )
    apply_coupon: ApplyCouponPayload = resolved_by(
        carts.apply_coupon,
        description="Give the cart a coupon, and keep a use of it for the cart for a while. Whether it takes something "
        "off then, the cart's `coupons` say. Codes: COUPON_UNKNOWN, COUPON_NOT_ACTIVE, COUPON_NOT_STARTED, "
        "COUPON_EXPIRED, COUPON_USED_UP, COUPON_ALREADY_USED, COUPON_NEEDS_SIGN_IN, COUPON_NOT_APPLICABLE, "
        "TOO_MANY_COUPONS, " + _CART,
        cost=20,
        rates=(RateLimit(most=20, seconds=300, guarded=True),),
    )
    remove_coupon: RemoveCouponPayload = resolved_by(
        carts.remove_coupon,
        description="Take a coupon from the cart. Codes: COUPON_NOT_APPLIED, " + _CART,
        cost=20,
        rates=(RateLimit(most=120, seconds=60),),
    )
    merge_cart: MergeCartPayload = resolved_by(
        carts.merge_cart,
        description="Put what a guest's cart has into the customer's own, and end the guest's. A repeat answers with "
        "the report of the first time. `login` does it, too, if it is given the cart. Codes: CART_NOT_FOUND, "
        "CART_ENDED (it went into another account's cart), NOT_A_GUEST_CART, UNAVAILABLE (try again).",
        requires=(Role.CUSTOMER, Role.SELLER, Role.OPERATOR),
    )

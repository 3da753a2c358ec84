"""Coupons of carts. A use is kept for the cart in Postgres first; then the code goes into the cart.

A crash between the two leaves a use that is kept for nobody, until its time is over; never a coupon that counts twice.
"""

from dataclasses import replace
from uuid import UUID

from core.problems import Rejected
from services import promotions
from services.cart.carts import Carts, Use
from services.cart.content import decode
from services.cart.facts import Facts
from services.cart.problems import CouponNotApplied, TooManyCoupons
from services.cart.records import Cart, CartCoupon
from services.promotions.problems import COUPON_PROBLEMS

_LONGEST_CODE = 40


async def apply_coupon(carts: Carts, use: Use, code: str) -> Cart:
    """Give the cart a coupon; one that it has already stays, and its use is kept for longer.

    Whether it takes something off depends on what is in the cart, and is said with its price. Raises `Rejected`:
    COUPON_NOT_APPLICABLE for a cart with nothing to buy, TOO_MANY_COUPONS, those of `promotions.hold_coupon`, and
    those of `Carts.change`.
    """
    settings, key, use = carts.settings, promotions.code_key(code), use.named()
    cart = await carts.get(use)
    if not cart.active:
        reason = promotions.CouponReason.NOT_APPLICABLE
        message = "A coupon is for a cart with something to buy."
        raise Rejected(COUPON_PROBLEMS[reason](message=message, path=("code",), coupon=code[:_LONGEST_CODE]))
    is_there = any(coupon.code == key for coupon in cart.coupons)
    if not is_there and len(cart.coupons) >= settings.cart.most_coupons:
        raise _too_many(settings.cart.most_coupons)
    async with carts.database.unit() as unit:
        await promotions.hold_coupon(
            unit,
            cart_id=cart.id,
            account_id=cart.account_id,
            code=code,
            currency=settings.catalog.currency,
            minutes=settings.cart.coupon_hold_minutes,
        )

    def change(cart: Cart, _facts: Facts) -> Cart:
        if any(coupon.code == key for coupon in cart.coupons):
            return cart
        if len(cart.coupons) >= settings.cart.most_coupons:
            raise _too_many(settings.cart.most_coupons)
        return replace(cart, coupons=[*cart.coupons, CartCoupon(key, carts.clock())])

    try:
        return await carts.change(use, change)
    except Rejected:
        await _release(carts, cart.id, code)
        raise


async def remove_coupon(carts: Carts, use: Use, code: str) -> Cart:
    """Take a coupon from the cart, and let others have its use. Raises `Rejected`: COUPON_NOT_APPLIED, those of
    `Carts.change`."""
    key = promotions.code_key(code)

    def change(cart: Cart, _facts: Facts) -> Cart:
        left = [coupon for coupon in cart.coupons if coupon.code != key]
        if len(left) == len(cart.coupons):
            raise Rejected(CouponNotApplied(message="The cart does not have this coupon.", path=("code",)))
        return replace(cart, coupons=left)

    cart = await carts.change(use, change)
    await _release(carts, cart.id, code)
    return cart


async def _release(carts: Carts, cart_id: UUID, code: str) -> None:
    """Let others have the use that is kept for a cart, unless the cart has the coupon: another request applied it."""
    found = (await carts.store.find([cart_id])).get(cart_id)
    key = promotions.code_key(code)
    if found is not None and any(coupon.code == key for coupon in decode(found).coupons):
        return
    async with carts.database.unit() as unit:
        await promotions.release_coupon(unit, cart_id=cart_id, code=code)


def _too_many(limit: int) -> Rejected:
    message = f"A cart has at most {limit} coupons."
    return Rejected(TooManyCoupons(message=message, path=("code",), limit=limit))

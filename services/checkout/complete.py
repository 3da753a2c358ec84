"""From a checkout to an order: `completeCheckout`. The phases are those of `paying`."""

from core.problems import Rejected, Unavailable
from models.checkouts import CheckoutStatus
from services.cart import Cart, Shopper
from services.checkout.paying import Payment, charge, finish, open_customer, start
from services.checkout.problems import CartChanged
from services.checkout.records import CheckoutRecord
from services.checkout.till import Till
from services.idempotency import Attempt


async def complete(till: Till, shopper: Shopper, wanted: Payment, *, attempt: Attempt) -> CheckoutRecord:
    """Pay a checkout, once for each key; the checkout as it is then: PROCESSING, ACTION_REQUIRED, SUCCEEDED or FAILED.

    A key that comes again, also while the first is at it or after it has died, gets the present state. Raises
    `Rejected`: CHECKOUT_NOT_FOUND, CHECKOUT_EXPIRED, CHECKOUT_NOT_OPEN, STALE_CHECKOUT, CART_CHANGED, and what
    `paying.start` raises; `Unavailable` if the provider has to know the account and cannot be asked.
    """
    checkout = await till.get(wanted.checkout_id, shopper)
    if checkout.status is CheckoutStatus.OPEN:
        await _refuse_changed_cart(till, checkout)
    await open_customer(till, shopper, wanted.tenders, checkout.email)
    attempts = await start(till, shopper, wanted, attempt=attempt, allowed=(CheckoutStatus.OPEN, CheckoutStatus.FAILED))
    charged = await charge(till, attempts)
    return await finish(till, charged or await till.get(wanted.checkout_id, shopper))


async def _refuse_changed_cart(till: Till, checkout: CheckoutRecord) -> None:
    """Raises `Rejected` (CART_CHANGED) if the cart would buy something else now. Where carts cannot be reached, what
    was agreed to counts."""
    try:
        cart = await till.carts.load(checkout.cart_id)
    except Unavailable:
        return
    except Rejected:
        cart = None
    if cart is not None and cart.merging_into is None and _is_same(cart, checkout):
        return
    message = "The cart has changed since this checkout was begun. Begin another."
    raise Rejected(CartChanged(message=message, path=("checkout",)))


def _is_same(cart: Cart, checkout: CheckoutRecord) -> bool:
    """Whether the cart would be bought as it was. A cart that was lost and put back has another version, no more."""
    if str(cart.version or "") == checkout.cart_version:
        return True
    there = {(line.id, line.offer_id, line.quantity) for line in cart.active}
    used = {one.coupon_code for one in checkout.content.discounts if one.coupon_code is not None}
    frozen = {(line.line_id, line.offer_id, line.quantity) for line in checkout.content.lines}
    return there == frozen and used <= {coupon.code for coupon in cart.coupons}

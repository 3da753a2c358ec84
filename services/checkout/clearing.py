"""After an order is placed: what was bought leaves the cart. The cart is in another store than the order, so this comes
after the commit; the checkout's timer says that it is still to be done, and doing it twice does no more."""

from collections.abc import Sequence
from uuid import UUID

from services.cart import Carts, take_out
from services.checkout.points import Point, reached
from services.checkout.queries import find_uncleared, stop_timer
from services.checkout.records import CheckoutRecord


async def clear(carts: Carts, checkout: CheckoutRecord) -> None:
    """Take the lines of a placed checkout out of its cart, and write down that it is done. Raises `Unavailable`.

    Of an order that was cancelled meanwhile the timer stays, since it waits for the money, too.
    """
    await take_bought(carts, checkout)
    async with carts.database.unit() as unit:
        await stop_timer(unit, checkout, unless_cancelled=True)


async def take_bought(carts: Carts, checkout: CheckoutRecord) -> None:
    """Take the lines of a placed checkout out of its cart, and the coupons that it has used. Raises `Unavailable`."""
    bought = {line.line_id: line.quantity for line in checkout.content.lines}
    coupons = {one.coupon_code for one in checkout.content.discounts if one.coupon_code is not None}
    await take_out(carts, checkout.cart_id, bought, coupons)
    reached(Point.COMPLETE_CLEARED)


async def clear_waiting(carts: Carts, cart_ids: Sequence[UUID]) -> None:
    """Take out of carts what their placed orders have left in them. Raises `Unavailable`."""
    if not cart_ids:
        return
    async with carts.database.read() as session:
        waiting = await find_uncleared(session, cart_ids)
    for checkout in waiting:
        await clear(carts, checkout)

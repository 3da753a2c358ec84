"""Taking out of a cart what was bought from it. May be repeated: what was bought goes once, however often it is asked.

A line of which more units are there than were bought, since somebody added some meanwhile, goes on with the rest as a
new line, so that a repeat does not find the old one.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from uuid import UUID

from core.ids import new_id
from core.problems import Contended, Rejected
from services.cart.carts import Carts
from services.cart.merging import find_merge
from services.cart.records import Cart

_MOST_TRIES = 20


def without(cart: Cart, bought: Mapping[UUID, int], coupons: Collection[str]) -> Cart:
    """The cart without so many units of these lines, by their ids, and without coupons that were used. Pure."""
    lines = []
    for line in cart.lines:
        rest = line.quantity - bought.get(line.id, 0)
        if line.id not in bought:
            lines.append(line)
        elif rest > 0:
            lines.append(line._replace(id=new_id(), quantity=rest))
    left = [coupon for coupon in cart.coupons if coupon.code not in coupons]
    return replace(cart, lines=lines, coupons=left)


async def take_out(carts: Carts, cart_id: UUID, bought: Mapping[UUID, int], coupons: Collection[str]) -> None:
    """Take what was bought out of a cart, or out of the cart that it has been merged into; if neither is there, there
    is nothing to do. Raises `Unavailable` as `Carts`."""
    for _ in range(_MOST_TRIES):
        cart = await _find(carts, cart_id)
        if cart is None or await carts.write(cart, without(cart, bought, coupons)) is not None:
            return
    raise Contended("carts", "Others change this cart all the time.")


async def _find(carts: Carts, cart_id: UUID) -> Cart | None:
    """The cart, or the one that it has gone into, where its lines have the same ids."""
    try:
        cart = await carts.load(cart_id)
    except Rejected:
        async with carts.database.read() as session:
            merge = await find_merge(session, cart_id)
        return None if merge is None else await carts.load(merge.account_id)
    if cart is None or cart.merging_into is None:
        return cart
    return await carts.load(cart.merging_into)

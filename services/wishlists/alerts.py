"""Asking to be told of a variant, and no longer."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.problems import NotFound, Rejected
from services.catalog.prices import find_buy_boxes
from services.inventory.queries import find_availability_of_variants
from services.unit_of_work import UnitOfWork
from services.wishlists.events import AlertRequested
from services.wishlists.items import find_on_sale
from services.wishlists.lists import lock
from services.wishlists.records import WishlistRecord


class AlertWish(NamedTuple):
    """What is to be told of a variant from now on; None leaves it as it is."""

    variant_id: UUID
    back_in_stock: bool | None = None
    price_drop: bool | None = None


async def save_alerts(
    unit: UnitOfWork, *, account_id: UUID, wishlist_id: UUID, wishes: Sequence[AlertWish], currency: str
) -> WishlistRecord:
    """The list with these alerts. What comes is measured against the stock and the price of now.

    Stock that comes in while this unit is open is not seen by it, nor are its alerts by whoever hears of that stock.
    So what is asked for is an event, too: whoever hears that one sees both. Raises `Rejected` (NOT_FOUND).
    """
    found = await lock(unit, account_id=account_id, wishlist_id=wishlist_id)
    session = unit.session
    last = {wish.variant_id: wish for wish in wishes}
    offers = await find_buy_boxes(session, list(last), currency=currency)
    available = await find_availability_of_variants(session, list(last))
    on_sale = await find_on_sale(session, list(last))
    values = {
        "list": wishlist_id,
        "currency": currency,
        "ids": list(last),
        "stock": [wish.back_in_stock for wish in last.values()],
        "price": [wish.price_drop for wish in last.values()],
        "available": [on_sale.get(one, False) and one in available and available[one].in_stock for one in last],
        "prices": [offers[one].price_minor if one in offers else None for one in last],
    }
    known = set((await session.scalars(_SAVE, values)).all())
    if missing := [place for place, wish in enumerate(wishes) if wish.variant_id not in known]:
        raise Rejected(*map(_missing, missing))
    asked = [wish.variant_id for wish in last.values() if wish.back_in_stock or wish.price_drop]
    unit.publish(*map(AlertRequested, asked))
    return found


def _missing(place: int) -> NotFound:
    message, path = "This variant is not on the wishlist.", ("items", str(place), "variant")
    return NotFound(message=message, path=path, kind="WishlistItem")


# What is remembered is set when an alert is turned on; of one that is on, only what is told changes it (watching.py).
_SAVE = sa.text(
    """
    UPDATE wishlist_item AS item SET
        was_available = CASE WHEN wish.stock AND NOT item.alerts_stock THEN wish.available ELSE item.was_available END,
        alerts_stock = COALESCE(wish.stock, item.alerts_stock),
        watched_minor = CASE WHEN NOT wish.price OR item.alerts_price THEN item.watched_minor
            WHEN item.currency = :currency THEN wish.present ELSE NULL END,
        watched_at = CASE WHEN wish.price AND NOT item.alerts_price THEN now() ELSE item.watched_at END,
        alerts_price = COALESCE(wish.price, item.alerts_price)
    FROM unnest(:ids, :stock, :price, :available, :prices) AS wish (variant_id, stock, price, available, present)
    WHERE item.wishlist_id = :list AND item.variant_id = wish.variant_id
    RETURNING item.variant_id
    """
).bindparams(
    sa.bindparam("list", type_=sa.Uuid()),
    sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid())),
    sa.bindparam("stock", type_=sa.ARRAY(sa.Boolean())),
    sa.bindparam("price", type_=sa.ARRAY(sa.Boolean())),
    sa.bindparam("available", type_=sa.ARRAY(sa.Boolean())),
    sa.bindparam("prices", type_=sa.ARRAY(sa.BigInteger())),
)

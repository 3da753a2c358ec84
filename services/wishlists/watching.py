"""Telling those who asked for it that a variant is back in stock, or costs less.

Events say which variant, not what became of it: the state of now is read, so events may come late, twice or in another
order. What each item has last heard is compared with it and kept in the same statement, for all lists at once.
"""

from uuid import UUID

import sqlalchemy as sa

from models.wishlists import NotificationKind
from services.catalog.prices import find_buy_boxes
from services.inventory.queries import find_availability_of_variants
from services.notifications import News, notify
from services.unit_of_work import UnitOfWork
from services.wishlists.items import find_on_sale

# As long as the law of many countries looks back for the price that a reduction is measured against.
_REMEMBERED_DAYS = 30


async def lock_watched(unit: UnitOfWork, variant_id: UUID) -> bool:
    """Whether anybody wants to hear of a variant that is on sale. Nobody else looks at it then until the unit ends.

    Two that looked at once would see two states, and write down the older one last.
    """
    session = await unit.session.connection()
    if not await session.scalar(_IS_WATCHED, {"variant": variant_id}):
        return False
    await session.execute(_LOCK, {"variant": variant_id})
    return (await find_on_sale(session, [variant_id])).get(variant_id, False)


async def tell_back_in_stock(unit: UnitOfWork, variant_id: UUID, *, event_id: UUID) -> None:
    """Take note of whether a variant can be had, and tell whoever last heard that it cannot."""
    available = await find_availability_of_variants(await unit.session.connection(), [variant_id])
    in_stock = variant_id in available and available[variant_id].in_stock
    accounts = (await unit.session.scalars(_NOTE_STOCK, {"variant": variant_id, "in_stock": in_stock})).all()
    if in_stock and accounts:
        await notify(unit, News(NotificationKind.BACK_IN_STOCK, variant_id, event_id), dict.fromkeys(accounts))


async def tell_price_drop(unit: UnitOfWork, variant_id: UUID, *, event_id: UUID, currency: str) -> None:
    """Tell whoever has not heard of a price as low as the present one.

    Each lower price is told once. A price that has risen and falls again is told when it falls below what was told
    before, or if that is more than 30 days ago and another event has shown the higher price since.
    """
    offers = await find_buy_boxes(await unit.session.connection(), [variant_id], currency=currency)
    if variant_id not in offers:
        return
    price = offers[variant_id].price
    values = {"variant": variant_id, "price": price.amount_minor, "currency": currency, "days": _REMEMBERED_DAYS}
    before: dict[UUID, int] = {}
    for account_id, watched in await unit.session.execute(_NOTE_PRICE, values):
        # An account may have the variant on several lists: the lowest price is the one that it heard of last.
        if watched is not None and watched > price.amount_minor:
            before[account_id] = min(watched, before.get(account_id, watched))
    if before:
        await notify(unit, News(NotificationKind.PRICE_DROPPED, variant_id, event_id, price), before)


_VARIANT = sa.bindparam("variant", type_=sa.Uuid())
_IS_WATCHED = sa.text(
    "SELECT EXISTS (SELECT 1 FROM wishlist_item WHERE variant_id = :variant AND (alerts_stock OR alerts_price))"
).bindparams(_VARIANT)
_LOCK = sa.text(
    "SELECT pg_advisory_xact_lock(hashtextextended('wishlists.watching:' || CAST(:variant AS text), 0))"
).bindparams(_VARIANT)
_NOTE_STOCK = sa.text(
    """
    UPDATE wishlist_item AS item SET was_available = :in_stock FROM wishlist
    WHERE item.variant_id = :variant AND item.alerts_stock AND item.was_available = NOT :in_stock
        AND wishlist.id = item.wishlist_id
    RETURNING wishlist.account_id
    """
).bindparams(_VARIANT)
_NOTE_PRICE = sa.text(
    """
    WITH before AS MATERIALIZED (
        SELECT item.wishlist_id, item.watched_minor, wishlist.account_id
        FROM wishlist_item AS item JOIN wishlist ON wishlist.id = item.wishlist_id
        WHERE item.variant_id = :variant AND item.alerts_price AND item.currency = :currency
            AND (item.watched_minor IS NULL OR item.watched_minor > :price OR (
                item.watched_minor < :price AND item.watched_at < now() - make_interval(days => :days)))
        ORDER BY item.wishlist_id FOR UPDATE OF item
    )
    UPDATE wishlist_item AS item SET watched_minor = :price, watched_at = now() FROM before
    WHERE item.variant_id = :variant AND item.wishlist_id = before.wishlist_id
    RETURNING before.account_id, before.watched_minor
    """
).bindparams(_VARIANT, sa.bindparam("price", type_=sa.BigInteger()), sa.bindparam("days", type_=sa.Integer()))

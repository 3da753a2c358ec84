"""Telling those who asked for it that a variant is back in stock, or costs less.

Events say which variants, not what became of them: the state of now is read, so events may come late, twice or in
another order. What each item has last heard is compared with it and kept in the same statement, for all lists at once.
"""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from core.money import Money
from models.wishlists import NotificationKind
from services.catalog.prices import find_buy_boxes
from services.inventory.queries import find_availability_of_variants
from services.notifications import News, notify
from services.unit_of_work import UnitOfWork
from services.wishlists.items import find_on_sale

# As long as the law of many countries looks back for the price that a reduction is measured against.
_REMEMBERED_DAYS = 30
# Variants share this many locks: one event may concern all that a warehouse has, and Postgres keeps room for some
# thousand locks.
_LOCKS = 1024


class Scope(StrEnum):
    """Whose variants an event concerns; the values are where its payload says which."""

    VARIANT = "variant_id"
    PRODUCT = "product_id"
    WAREHOUSE = "warehouse_id"


async def lock_watched(unit: UnitOfWork, scope: Scope, id: UUID) -> Sequence[UUID]:
    """The variants of which anybody wants to hear. Nobody else looks at them then until the unit ends.

    Two that looked at once would see two states, and write down the older one last.
    """
    watched = (await unit.session.scalars(_WATCHED[scope], {"id": id})).all()
    if watched:
        await unit.session.execute(_LOCK, {"variants": watched, "locks": _LOCKS})
    return watched


async def tell_back_in_stock(unit: UnitOfWork, variant_ids: Sequence[UUID], *, event_id: UUID) -> None:
    """Take note of which variants can be had, and tell whoever last heard that one cannot.

    What is not on sale cannot be had, whatever is in stock: else what sells out meanwhile would come back unnoticed.
    """
    session = unit.session
    available = await find_availability_of_variants(session, variant_ids)
    on_sale = await find_on_sale(session, variant_ids)
    in_stock = [on_sale.get(one, False) and one in available and available[one].in_stock for one in variant_ids]
    telling: dict[News, dict[UUID, None]] = {}
    for row in await session.execute(_NOTE_STOCK, {"variants": variant_ids, "in_stock": in_stock}):
        if row.was_available:
            news = News(NotificationKind.BACK_IN_STOCK, row.variant_id, event_id)
            telling.setdefault(news, {})[row.account_id] = None
    await notify(unit, telling)


async def tell_price_drop(unit: UnitOfWork, variant_ids: Sequence[UUID], *, event_id: UUID, currency: str) -> None:
    """Tell whoever has not heard of a price as low as the present one of a variant that is on sale.

    Each lower price is told once. A price that has risen and falls again is told when it falls below what was told
    before, or if that is more than 30 days ago and another event has shown the higher price since.
    """
    session = unit.session
    on_sale = await find_on_sale(session, variant_ids)
    offers = await find_buy_boxes(session, [one for one in variant_ids if on_sale.get(one)], currency=currency)
    prices = [offer.price_minor for offer in offers.values()]
    values = {"variants": list(offers), "prices": prices, "currency": currency, "days": _REMEMBERED_DAYS}
    telling: dict[News, dict[UUID, int]] = {}
    for row in await session.execute(_NOTE_PRICE, values):
        if row.before_minor is not None and row.before_minor > row.watched_minor:
            news = News(NotificationKind.PRICE_DROPPED, row.variant_id, event_id, Money(row.watched_minor, currency))
            before = telling.setdefault(news, {})
            # An account may have the variant on several lists: the lowest price is the one that it heard of last.
            before[row.account_id] = min(row.before_minor, before.get(row.account_id, row.before_minor))
    await notify(unit, telling)


_VARIANTS = sa.bindparam("variants", type_=sa.ARRAY(sa.Uuid()))
_OF_SCOPE = {
    Scope.VARIANT: ":id",
    Scope.PRODUCT: "SELECT id FROM variant WHERE product_id = :id",
    Scope.WAREHOUSE: "SELECT variant_id FROM inventory_level WHERE warehouse_id = :id",
}
_WATCHED = {
    scope: sa.text(
        f"""
        SELECT DISTINCT variant_id FROM wishlist_item
        WHERE (alerts_stock OR alerts_price) AND variant_id IN ({variants})
        """
    ).bindparams(sa.bindparam("id", type_=sa.Uuid()))
    for scope, variants in _OF_SCOPE.items()
}
# In one order, so that two who lock many do not wait for each other.
_LOCK = sa.text(
    """
    SELECT pg_advisory_xact_lock(hashtext('wishlists.watching'), number) FROM (
        SELECT DISTINCT abs(hashtext(CAST(variant_id AS text)) % :locks) AS number
        FROM unnest(:variants) AS one (variant_id) ORDER BY number
    ) AS numbers
    """
).bindparams(_VARIANTS, sa.bindparam("locks", type_=sa.Integer()))
_NOTE_STOCK = sa.text(
    """
    UPDATE wishlist_item AS item SET was_available = present.in_stock
    FROM unnest(:variants, :in_stock) AS present (variant_id, in_stock), wishlist
    WHERE item.variant_id = present.variant_id AND item.alerts_stock AND item.was_available = NOT present.in_stock
        AND wishlist.id = item.wishlist_id
    RETURNING item.variant_id, item.was_available, wishlist.account_id
    """
).bindparams(_VARIANTS, sa.bindparam("in_stock", type_=sa.ARRAY(sa.Boolean())))
_NOTE_PRICE = sa.text(
    """
    WITH before AS MATERIALIZED (
        SELECT item.wishlist_id, item.variant_id, item.watched_minor, wishlist.account_id, present.price
        FROM unnest(:variants, :prices) AS present (variant_id, price)
        JOIN wishlist_item AS item ON item.variant_id = present.variant_id
        JOIN wishlist ON wishlist.id = item.wishlist_id
        WHERE item.alerts_price AND item.currency = :currency
            AND (item.watched_minor IS NULL OR item.watched_minor > present.price OR (
                item.watched_minor < present.price AND item.watched_at < now() - make_interval(days => :days)))
        ORDER BY item.wishlist_id, item.variant_id FOR UPDATE OF item
    )
    UPDATE wishlist_item AS item SET watched_minor = before.price, watched_at = now() FROM before
    WHERE item.wishlist_id = before.wishlist_id AND item.variant_id = before.variant_id
    RETURNING item.variant_id, item.watched_minor, before.watched_minor AS before_minor, before.account_id
    """
).bindparams(
    _VARIANTS, sa.bindparam("prices", type_=sa.ARRAY(sa.BigInteger())), sa.bindparam("days", type_=sa.Integer())
)

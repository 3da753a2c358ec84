"""Putting variants on a wishlist and taking them off. A variant is on a list once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from core.problems import NotFound, Problem, Rejected
from services.catalog.prices import find_buy_boxes
from services.catalog.queries import find_products, find_variants
from services.inventory.reservations.problems import NotSold
from services.unit_of_work import ReadSession, UnitOfWork
from services.wishlists.lists import lock
from services.wishlists.problems import TooManyItems
from services.wishlists.records import WishlistRecord

MOST_ITEMS = 500
_UUIDS = sa.ARRAY(sa.Uuid())


async def add_items(
    unit: UnitOfWork, *, account_id: UUID, wishlist_id: UUID, variant_ids: Sequence[UUID], currency: str
) -> WishlistRecord:
    """The list with these variants and what they cost now; those that are on it stay as they are.

    Raises `Rejected`: NOT_FOUND, NOT_SOLD, TOO_MANY_ITEMS.
    """
    found = await lock(unit, account_id=account_id, wishlist_id=wishlist_id)
    session = unit.session
    if problems := await _check(session, variant_ids):
        raise Rejected(*problems)
    offers = await find_buy_boxes(session, variant_ids, currency=currency)
    wanted = list(dict.fromkeys(variant_ids))
    prices = [offers[one].price_minor if one in offers else None for one in wanted]
    await session.execute(_ADD, {"list": wishlist_id, "ids": wanted, "prices": prices, "currency": currency})
    if (await session.scalar(_COUNT, {"list": wishlist_id}) or 0) > MOST_ITEMS:
        message = f"A wishlist has at most {MOST_ITEMS} items."
        raise Rejected(TooManyItems(message=message, path=("variants",)))
    return found


async def remove_items(
    unit: UnitOfWork, *, account_id: UUID, wishlist_id: UUID, variant_ids: Sequence[UUID]
) -> WishlistRecord:
    """The list without these variants; those that are not on it are none the less. Raises `Rejected` (NOT_FOUND)."""
    found = await lock(unit, account_id=account_id, wishlist_id=wishlist_id)
    await unit.session.execute(_REMOVE, {"list": wishlist_id, "ids": variant_ids})
    return found


async def find_on_sale(session: ReadSession, variant_ids: Sequence[UUID]) -> Mapping[UUID, bool]:
    """Whether each variant is on sale, as its product is. Those that do not exist are left out."""
    variants = await find_variants(session, variant_ids)
    products = await find_products(session, [row.product_id for row in variants])
    active = {row.id for row in products if row.status == "active"}
    return {row.id: row.status == "active" and row.product_id in active for row in variants}


async def _check(session: ReadSession, variant_ids: Sequence[UUID]) -> Sequence[Problem]:
    on_sale = await find_on_sale(session, variant_ids)
    problems: list[Problem] = []
    for place, variant_id in enumerate(variant_ids):
        path = ("variants", str(place))
        if variant_id not in on_sale:
            problems.append(NotFound(message="There is no such variant.", path=path, kind="Variant"))
        elif not on_sale[variant_id]:
            problems.append(NotSold(message="This variant is not for sale.", path=path))
    return problems


_ADD = sa.text(
    """
    INSERT INTO wishlist_item (wishlist_id, variant_id, price_minor, currency)
    SELECT :list, one.variant_id, one.price_minor, :currency
    FROM unnest(:ids, :prices) AS one (variant_id, price_minor) ON CONFLICT DO NOTHING
    """
).bindparams(
    sa.bindparam("ids", type_=_UUIDS),
    sa.bindparam("prices", type_=sa.ARRAY(sa.BigInteger())),
    sa.bindparam("list", type_=sa.Uuid()),
)
_COUNT = sa.text("SELECT count(*) FROM wishlist_item WHERE wishlist_id = :list")
_REMOVE = sa.text("DELETE FROM wishlist_item WHERE wishlist_id = :list AND variant_id = ANY(:ids)").bindparams(
    sa.bindparam("ids", type_=_UUIDS)
)

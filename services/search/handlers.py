"""What search does when something happened: list the products again, or queue all products of a category for that."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalog.events import CategoryChanged, PriceChanged, ProductChanged
from services.inventory.events import StockChanged
from services.outbox import WaitingEvent
from services.reviews.events import RatingChanged
from services.search.projection import LARGEST_BATCH, Projected, draw_version, project
from services.unit_of_work import UnitOfWork

_OF_PRODUCTS = {ProductChanged.type, PriceChanged.type, StockChanged.type, RatingChanged.type}


def one_projection(events: Sequence[WaitingEvent]) -> Sequence[WaitingEvent]:
    """The longest beginning of `events` that fits into one projection; many events of one product are one."""
    products: set[str] = set()
    for position, event in enumerate(events):
        # As text: an event that nobody can read fails when it is handled, alone.
        product_id = str(event.payload.get("product_id")) if event.type in _OF_PRODUCTS else None
        if product_id is not None:
            if len(products) == LARGEST_BATCH and product_id not in products:
                return events[:position]
            products.add(product_id)
    return events


def product_of(event: WaitingEvent) -> UUID | None:
    """The product that lists differently because of the event; None if there is none, or more than one."""
    return UUID(event.payload["product_id"]) if event.type in _OF_PRODUCTS else None


async def list_again(unit: UnitOfWork, events: Sequence[WaitingEvent], *, currency: str) -> Projected | None:
    """Project the products of these events, and queue those of changed categories; None if no product is among them.

    Doing it twice only costs time. The unit must have no earlier statement that its snapshot could be older than.
    """
    categories = {UUID(event.payload["category_id"]) for event in events if event.type == CategoryChanged.type}
    if categories:
        await unit.session.execute(_QUEUE, {"ids": list(categories)})
    products = [product_id for event in events if (product_id := product_of(event)) is not None]
    if not products:
        return None
    version = await draw_version(unit)
    return await project(unit, list(dict.fromkeys(products)), version=version, currency=currency)


async def continue_fan_out(unit: UnitOfWork, *, currency: str, limit: int = LARGEST_BATCH) -> Projected | None:
    """Project the next page of products of a changed category; None if no category waits.

    How far it came is committed with the page. A category that changes meanwhile starts from its first product.
    """
    if (await unit.session.execute(_NEXT_CATEGORY)).first() is None:
        # The usual case, several times a second: neither the lock is taken nor a version used up.
        return None
    version = await draw_version(unit)
    waiting = (await unit.session.execute(_NEXT_CATEGORY)).first()
    if waiting is None:
        return None
    values = {"category": waiting.category_id, "after": waiting.last_product_id or UUID(int=0), "limit": limit}
    products = (await unit.session.execute(_NEXT_PRODUCTS, values)).scalars().all()
    if len(products) < limit:
        await unit.session.execute(_CATEGORY_DONE, {"category": waiting.category_id})
    else:
        await unit.session.execute(_CATEGORY_AT, {"category": waiting.category_id, "last": products[-1]})
    return await project(unit, products, version=version, currency=currency)


async def count_waiting_categories(connection: AsyncConnection) -> int:
    """Changed categories whose products are not all projected yet."""
    return int((await connection.execute(sa.text("SELECT count(*) FROM category_fan_out"))).scalar_one())


_QUEUE = sa.text(
    """
    INSERT INTO category_fan_out (category_id) SELECT id FROM category WHERE id = ANY(CAST(:ids AS uuid[]))
    ON CONFLICT (category_id) DO UPDATE SET last_product_id = NULL
    """
)
_NEXT_CATEGORY = sa.text("SELECT category_id, last_product_id FROM category_fan_out ORDER BY category_id LIMIT 1")
_NEXT_PRODUCTS = sa.text(
    """
    SELECT p.id FROM product p JOIN category c ON c.id = p.category_id
    WHERE c.ancestor_ids @> ARRAY[CAST(:category AS uuid)] AND p.id > :after
    ORDER BY p.id LIMIT :limit
    """
)
_CATEGORY_DONE = sa.text("DELETE FROM category_fan_out WHERE category_id = :category")
_CATEGORY_AT = sa.text("UPDATE category_fan_out SET last_product_id = :last WHERE category_id = :category")

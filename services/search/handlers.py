"""What search does when something happened: list the products again, or queue all products of a category or warehouse
for that (fan_out.py)."""

from collections.abc import Sequence
from uuid import UUID

from services.catalog.events import CategoryChanged, PriceChanged, ProductChanged
from services.inventory.events import StockChanged, WarehouseChanged
from services.outbox import WaitingEvent
from services.reviews.events import RatingChanged
from services.search.fan_out import queue_fan_out
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
    """Project the products of these events, and queue those of changed categories and warehouses; None if no product
    is among them.

    Doing it twice only costs time. The unit must have no earlier statement that its snapshot could be older than.
    """
    categories = {UUID(event.payload["category_id"]) for event in events if event.type == CategoryChanged.type}
    warehouses = {UUID(event.payload["warehouse_id"]) for event in events if event.type == WarehouseChanged.type}
    await queue_fan_out(unit, category_ids=list(categories), warehouse_ids=list(warehouses))
    products = [product_id for event in events if (product_id := product_of(event)) is not None]
    if not products:
        return None
    version = await draw_version(unit)
    return await project(unit, list(dict.fromkeys(products)), version=version, currency=currency)

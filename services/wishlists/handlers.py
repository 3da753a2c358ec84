"""What wishlists do when stock, prices, products or warehouses have changed, or somebody has asked to hear of them."""

from functools import partial
from uuid import UUID

from services.catalog.events import PriceChanged, ProductChanged
from services.inventory.events import StockChanged, WarehouseChanged
from services.messaging import Consumer, Envelope
from services.unit_of_work import UnitOfWork
from services.wishlists.events import AlertRequested
from services.wishlists.watching import Scope, lock_watched, tell_back_in_stock, tell_price_drop

_SCOPES = {
    StockChanged.type: Scope.VARIANT,
    PriceChanged.type: Scope.VARIANT,
    AlertRequested.type: Scope.VARIANT,
    ProductChanged.type: Scope.PRODUCT,
    WarehouseChanged.type: Scope.WAREHOUSE,
}


def consumer(*, topic_prefix: str, currency: str) -> Consumer:
    """Hears of what shoppers asked to be told."""
    return Consumer(
        "wishlists",
        tuple(f"{topic_prefix}.{context}" for context in ("catalog", "inventory", "wishlists")),
        dict.fromkeys(_SCOPES, 1),
        partial(hear, currency=currency),
    )


async def hear(unit: UnitOfWork, envelope: Envelope, *, currency: str) -> None:
    """Tell whoever wants to hear of it; a number of statements that does not grow with how many those are."""
    scope = _SCOPES[envelope.type]
    watched = await lock_watched(unit, scope, UUID(envelope.payload[scope]))
    if not watched:
        return
    if envelope.type != PriceChanged.type:
        await tell_back_in_stock(unit, watched, event_id=envelope.id)
    if envelope.type not in (StockChanged.type, WarehouseChanged.type):
        await tell_price_drop(unit, watched, event_id=envelope.id, currency=currency)

"""What wishlists do when stock or prices have changed, or somebody has asked to hear of them."""

from functools import partial
from uuid import UUID

from services.catalog.events import PriceChanged
from services.inventory.events import StockChanged
from services.messaging import Consumer, Envelope
from services.unit_of_work import UnitOfWork
from services.wishlists.events import AlertRequested
from services.wishlists.watching import lock_watched, tell_back_in_stock, tell_price_drop


def consumer(*, topic_prefix: str, currency: str) -> Consumer:
    """Hears of what shoppers asked to be told."""
    return Consumer(
        "wishlists",
        tuple(f"{topic_prefix}.{context}" for context in ("catalog", "inventory", "wishlists")),
        {StockChanged.type: 1, PriceChanged.type: 1, AlertRequested.type: 1},
        partial(hear, currency=currency),
    )


async def hear(unit: UnitOfWork, envelope: Envelope, *, currency: str) -> None:
    """Tell whoever wants to hear of it; a number of statements that does not grow with how many those are."""
    variant_id = UUID(envelope.payload["variant_id"])
    if not await lock_watched(unit, variant_id):
        return
    if envelope.type != PriceChanged.type:
        await tell_back_in_stock(unit, variant_id, event_id=envelope.id)
    if envelope.type != StockChanged.type:
        await tell_price_drop(unit, variant_id, event_id=envelope.id, currency=currency)

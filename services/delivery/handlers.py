"""What delivery does when stock's side of the store has changed."""

from uuid import UUID

from services.delivery.matrix import Scope, enqueue_recompute
from services.inventory.events import WarehouseChanged
from services.messaging import Consumer, Envelope
from services.unit_of_work import UnitOfWork


def consumer(*, topic_prefix: str) -> Consumer:
    """Hears of warehouses that are new, have moved, or were opened or closed."""
    return Consumer("delivery", (f"{topic_prefix}.inventory",), {WarehouseChanged.type: 1}, hear)


async def hear(unit: UnitOfWork, envelope: Envelope) -> None:
    """Have the lanes of the warehouse computed again. An event that came before, or late, does no harm."""
    await enqueue_recompute(unit, Scope(warehouses=[UUID(envelope.payload["warehouse_id"])]))

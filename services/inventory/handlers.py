"""What stock does when suppliers announce what they have delivered."""

from services.inventory.movements import Mover, receive
from services.inventory.receipt_texts import read_receipt
from services.messaging import Consumer, Envelope
from services.unit_of_work import UnitOfWork

RECEIPT_ANNOUNCED = "supplier.receipt_announced"
_ACTOR = "supplier"


def consumer(*, receipts_topic: str) -> Consumer:
    """Hears of suppliers' receipts. One with an unknown SKU is parked, and can be replayed once the SKU exists."""
    return Consumer("receipts", (receipts_topic,), {RECEIPT_ANNOUNCED: 1}, hear)


async def hear(unit: UnitOfWork, envelope: Envelope) -> None:
    """Count the receipt; one that was counted before changes nothing. Raises `Rejected` as `receive` does."""
    await receive(unit, read_receipt(envelope.payload), by=Mover(_ACTOR))

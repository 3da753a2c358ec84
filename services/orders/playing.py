"""Plays warehouse and carrier, for a shop that nobody works in: the demo's. Shipments move on by themselves."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from models.orders import Fulfillment, FulfillmentStatus
from services.orders.fulfilling import TARGETS, Moved, move_fulfillment
from services.orders.queries import FULFILLMENT_COLUMNS
from services.orders.records import FulfillmentRecord
from services.orders.states import fulfillment_actions
from services.unit_of_work import ReadSession, UnitOfWork

PLAYER = "demo"
_MOVING = [
    FulfillmentStatus.PENDING.value,
    FulfillmentStatus.PACKED.value,
    FulfillmentStatus.SHIPPED.value,
    FulfillmentStatus.OUT_FOR_DELIVERY.value,
]


async def list_due(session: ReadSession, *, step: timedelta, limit: int) -> Sequence[FulfillmentRecord]:
    """Shipments that have been where they are for a step, those that wait the longest first."""
    statement = (
        sa.select(*FULFILLMENT_COLUMNS)
        .where(Fulfillment.status.in_(_MOVING), Fulfillment.updated_at <= sa.func.now() - step)
        .order_by(Fulfillment.updated_at)
        .limit(limit)
    )
    return [FulfillmentRecord._make(row) for row in await session.execute(statement)]


async def play(unit: UnitOfWork, shipment: FulfillmentRecord) -> Moved:
    """Move a shipment one step on from where it was seen; once, if two do it. Raises `Rejected` if its order is not
    under way."""
    (action,) = fulfillment_actions(shipment.state)
    to = TARGETS[action]
    tracking = _tracking(shipment.id) if to is FulfillmentStatus.SHIPPED else None
    return await move_fulfillment(unit, shipment.id, to=to, actor=PLAYER, tracking_number=tracking)


def _tracking(key: UUID) -> str:
    return f"DEMO{key.int % 10**10:010}"

"""Moving shipments, and the order with them. Each move is made once: a repeat of the last one answers the same."""

import re
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.problems import NotFound, Rejected
from models.orders import Fulfillment, FulfillmentStatus, OrderStatus
from services import payments
from services.orders.changing import Reason, change, lock
from services.orders.problems import BadTrackingNumber, IllegalMove
from services.orders.queries import FULFILLMENT_COLUMNS, find_fulfillments
from services.orders.records import FulfillmentRecord, OrderRecord
from services.orders.states import (
    UNDER_WAY,
    OrderAction,
    find_fulfillment_move,
    refusal,
    status_of,
)
from services.unit_of_work import UnitOfWork

_TRACKING = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{0,63}")
# Where an action leads a shipment to.
TARGETS = {
    OrderAction.PACK: FulfillmentStatus.PACKED,
    OrderAction.SHIP: FulfillmentStatus.SHIPPED,
    OrderAction.TAKE_OUT: FulfillmentStatus.OUT_FOR_DELIVERY,
    OrderAction.DELIVER: FulfillmentStatus.DELIVERED,
}


class Moved(NamedTuple):
    """A shipment and its order, as a move left them."""

    fulfillment: FulfillmentRecord
    order: OrderRecord


async def move_fulfillment(
    unit: UnitOfWork,
    fulfillment_id: UUID,
    *,
    to: FulfillmentStatus,
    actor: str | None,
    tracking_number: str | None = None,
) -> Moved:
    """The shipment where it is now, and the order that follows from it. What is there already changes nothing.

    Raises `Rejected`: NOT_FOUND, ILLEGAL_MOVE, BAD_TRACKING_NUMBER.
    """
    _check_tracking(to, tracking_number)
    order_id = await unit.session.scalar(_ORDER_OF, {"id": fulfillment_id})
    if order_id is None:
        raise Rejected(missing())
    # The order is the lock of its shipments.
    order = await lock(unit, order_id)
    shipments = {one.id: one for one in (await find_fulfillments(unit.session, [order_id]))[order_id]}
    found = shipments[fulfillment_id]
    if found.status == to and tracking_number in (None, found.tracking_number):
        return Moved(found, order)
    _check(order, found, to)
    moved = await _write(unit, found, to, tracking_number)
    status = status_of(FulfillmentStatus(one.status) for one in (shipments | {moved.id: moved}).values())
    details = {"fulfillment": str(moved.id), "number": moved.number, "trackingNumber": moved.tracking_number}
    reason = Reason(f"fulfillment.{to}", actor, details)
    if status is OrderStatus.DELIVERED:
        await payments.collect_cash(unit, order_id)
    return Moved(moved, await change(unit, order, status, reason))


def missing() -> NotFound:
    """What is said of a shipment that does not exist."""
    return NotFound(message="There is no such shipment.", path=("fulfillment",), kind="Fulfillment")


def _check(order: OrderRecord, found: FulfillmentRecord, to: FulfillmentStatus) -> None:
    if OrderStatus(order.status) not in UNDER_WAY:
        raise Rejected(refusal(order))
    # A shipment is cancelled with its order, and not by itself.
    if to not in TARGETS.values() or find_fulfillment_move(found.state, to) is None:
        message = f"The shipment is {found.status.replace('_', ' ')}; this is not possible then."
        raise Rejected(IllegalMove(message=message, path=("fulfillment",), status=found.status))


def _check_tracking(to: FulfillmentStatus, tracking_number: str | None) -> None:
    if tracking_number is None:
        return
    if to is not FulfillmentStatus.SHIPPED or not _TRACKING.fullmatch(tracking_number):
        message = "A tracking number has 1 to 64 letters, digits, spaces and hyphens, and comes with shipping."
        raise Rejected(BadTrackingNumber(message=message, path=("trackingNumber",)))


async def _write(
    unit: UnitOfWork, found: FulfillmentRecord, to: FulfillmentStatus, tracking_number: str | None
) -> FulfillmentRecord:
    values = {"status": to.value, "tracking_number": tracking_number or found.tracking_number}
    statement = sa.update(Fulfillment).where(Fulfillment.id == found.id).values(values)
    row = (await unit.session.execute(statement.returning(*FULFILLMENT_COLUMNS))).one()
    return FulfillmentRecord._make(row)


_ORDER_OF = sa.select(Fulfillment.order_id).where(Fulfillment.id == sa.bindparam("id"))

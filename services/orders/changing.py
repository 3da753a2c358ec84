"""Changing an order that is there: each change is a row of its history, a new version and an event.

Whoever changes an order has locked it, so its history is one chain, in the order of `sequence`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.ids import made_at
from core.problems import NotFound, Rejected
from models.orders import Fulfillment, FulfillmentStatus, Order, OrderEvent, OrderStatus
from services.orders import letters
from services.orders.drafts import FulfillmentDraft
from services.orders.events import OrderChanged
from services.orders.queries import ORDER_COLUMNS, find_fulfillments, is_order
from services.orders.records import OrderRecord
from services.orders.states import check_move, has_left, refusal
from services.orders.writing import add_shipments
from services.unit_of_work import UnitOfWork


class Reason(NamedTuple):
    """Why an order changes, and who asked for it; `details` is a JSON object that depends on the cause, hence Any."""

    cause: str
    actor: str | None = None
    details: Mapping[str, Any] | None = None


async def lock(unit: UnitOfWork, order_id: UUID) -> OrderRecord:
    """The order, which nobody else changes until the unit ends. Raises `Rejected` (NOT_FOUND)."""
    row = (await unit.session.execute(_LOCK, {"key": order_id, "at": made_at(order_id)})).one_or_none()
    if row is None:
        raise Rejected(missing())
    return OrderRecord._make(row)


async def place(
    unit: UnitOfWork, order: OrderRecord, shipments: Sequence[FulfillmentDraft], *, cause: str
) -> OrderRecord:
    """The order, which this unit has locked, PLACED now that it is paid: with its shipments, and confirmed to its buyer
    by a letter. Raises `Rejected` (ILLEGAL_MOVE)."""
    check_move(order, OrderStatus.PLACED)
    placed = await change(unit, order, OrderStatus.PLACED, Reason(cause))
    await add_shipments(unit, order.id, shipments)
    await letters.enqueue_confirmation(unit, order.id)
    return placed


async def move(
    unit: UnitOfWork,
    order: OrderRecord,
    *,
    to: OrderStatus,
    cause: str,
    actor: str | None,
    details: Mapping[str, Any] | None = None,  # a JSON object
) -> OrderRecord:
    """The order, which this unit has locked, in its new status, which is not PLACED: that is for `place`. The shipments
    of one that is cancelled are cancelled with it.

    Raises `Rejected` (ILLEGAL_MOVE) where `services.orders.states` has no such move, or where a shipment of a cancelled
    order is on its way.
    """
    check_move(order, to)
    if to is OrderStatus.CANCELLED:
        await _cancel_shipments(unit, order)
    return await change(unit, order, to, Reason(cause, actor, details))


async def note(
    unit: UnitOfWork,
    order: OrderRecord,
    *,
    cause: str,
    actor: str | None,
    details: Mapping[str, Any] | None = None,  # a JSON object
) -> OrderRecord:
    """The order, which this unit has locked, with something more in its history, where it was."""
    return await change(unit, order, OrderStatus(order.status), Reason(cause, actor, details))


async def hold_by(unit: UnitOfWork, order_id: UUID, reservation_id: UUID) -> None:
    """Say that another reservation holds the order's units: the one before it has ended by itself."""
    statement = sa.update(Order).where(is_order(order_id)).values(reservation_id=reservation_id)
    await unit.session.execute(statement)


async def change(unit: UnitOfWork, order: OrderRecord, to: OrderStatus, reason: Reason) -> OrderRecord:
    """Write one change of an order that this unit has locked, and that may be changed so."""
    statement = _CONFIRM if to is OrderStatus.PLACED and order.confirmed_at is None else _CHANGE
    values = {"key": order.id, "at": made_at(order.id), "status": to.value}
    changed = OrderRecord._make((await unit.session.execute(statement, values)).one())
    await record(unit, changed, before=order.status, reason=reason)
    return changed


async def record(unit: UnitOfWork, order: OrderRecord, *, before: str, reason: Reason) -> None:
    """Write into the history how the order has become what it is, and tell it."""
    event = {
        "order_id": order.id,
        "before": before,
        "after": order.status,
        "cause": reason.cause,
        "actor": reason.actor,
        "details": dict(reason.details or {}),
    }
    await unit.session.execute(_TELL, event)
    unit.publish(OrderChanged(order.id, order.account_id, before, order.status, reason.cause, order.version))


def missing() -> NotFound:
    """What is said of an order that does not exist, or that is not the caller's to see."""
    return NotFound(message="There is no such order.", path=("order",), kind="Order")


async def _cancel_shipments(unit: UnitOfWork, order: OrderRecord) -> None:
    found = (await find_fulfillments(unit.session, [order.id])).get(order.id, ())
    if has_left(FulfillmentStatus(one.status) for one in found):
        raise Rejected(refusal(order))
    if found:
        cancel = sa.update(Fulfillment).where(Fulfillment.order_id == order.id)
        await unit.session.execute(cancel.values(status=FulfillmentStatus.CANCELLED.value))


_IS_ORDER = sa.and_(Order.id == sa.bindparam("key"), Order.placed_at == sa.bindparam("at"))
_LOCK = sa.select(*ORDER_COLUMNS).where(_IS_ORDER).with_for_update()
_CHANGE = sa.update(Order).where(_IS_ORDER).values(version=Order.version + 1).returning(*ORDER_COLUMNS)
_CONFIRM = _CHANGE.values(confirmed_at=sa.func.now())
_TELL = sa.insert(OrderEvent)

"""SQL reads of orders; each is one statement for many keys, and reads of each order's partition alone."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.ids import made_at
from models.orders import Fulfillment, FulfillmentLine, Order, OrderEvent, OrderLine, OrderNumber
from services.catalog.slices import Position, Slices
from services.orders.records import (
    FulfillmentLineRecord,
    FulfillmentRecord,
    OrderEventRecord,
    OrderLineRecord,
    OrderRecord,
)
from services.unit_of_work import ReadSession

Reading = ReadSession
ORDER_COLUMNS = tuple(getattr(Order, name) for name in OrderRecord._fields)
FULFILLMENT_COLUMNS = tuple(getattr(Fulfillment, name) for name in FulfillmentRecord._fields)
_UUIDS, _TIMES = sa.ARRAY(sa.Uuid()), sa.ARRAY(sa.DateTime(timezone=True))
_IDS = sa.bindparam("ids", type_=_UUIDS)


def is_order(order_id: UUID) -> sa.ColumnElement[bool]:
    """The condition that picks one order, with its time: so that one partition is read. None for what is no order's
    id, which is false of all rows."""
    return sa.and_(Order.id == order_id, Order.placed_at == made_at(order_id))


def _by_key() -> sa.Select[Any]:
    """Orders by id and time. What is limited is not merged with the rest of the statement, so each key is looked up
    by itself, in its partition, however many there are."""
    given = sa.func.unnest(_IDS, sa.bindparam("times", type_=_TIMES)).table_valued(
        sa.column("id", sa.Uuid()), sa.column("placed_at", sa.DateTime(timezone=True)), name="given"
    )
    keys = given.render_derived()
    one = (
        sa.select(*ORDER_COLUMNS)
        .where(Order.id == keys.c.id, Order.placed_at == keys.c.placed_at)
        .limit(sa.literal_column("1"))
        .lateral("one")
    )
    return sa.select(*one.c).select_from(keys.join(one, sa.true()))


BY_KEY = _by_key()
_LINES = (
    sa.select(*(getattr(OrderLine, name) for name in OrderLineRecord._fields))
    .where(OrderLine.order_id == sa.any_(_IDS))
    .order_by(OrderLine.order_id, OrderLine.position)
)
_FULFILLMENTS = (
    sa.select(*FULFILLMENT_COLUMNS)
    .where(Fulfillment.order_id == sa.any_(_IDS))
    .order_by(Fulfillment.order_id, Fulfillment.number)
)
_FULFILLMENT_LINES = (
    sa.select(FulfillmentLine.fulfillment_id, Fulfillment.order_id, FulfillmentLine.position, FulfillmentLine.quantity)
    .join(Fulfillment, Fulfillment.id == FulfillmentLine.fulfillment_id)
    .where(FulfillmentLine.fulfillment_id == sa.any_(_IDS))
    .order_by(FulfillmentLine.fulfillment_id, FulfillmentLine.position)
)
_EVENTS = sa.select(*(getattr(OrderEvent, name) for name in OrderEventRecord._fields))
_EVENTS_OF = _EVENTS.where(OrderEvent.order_id == sa.any_(_IDS)).order_by(OrderEvent.order_id, OrderEvent.sequence)
_EVENT_SLICES = Slices(
    *(getattr(OrderEvent, name) for name in OrderEventRecord._fields),
    parent=OrderEvent.order_id,
    order=(OrderEvent.sequence, OrderEvent.order_id),
)


async def find_orders(session: Reading, ids: Sequence[UUID]) -> Mapping[UUID, OrderRecord]:
    """The orders that exist, by id."""
    times = {id: at for id in ids if (at := made_at(id)) is not None}
    rows = await session.execute(BY_KEY, {"ids": list(times), "times": list(times.values())})
    return {row.id: OrderRecord._make(row) for row in rows}


async def find_order(session: Reading, order_id: UUID) -> OrderRecord | None:
    return (await find_orders(session, [order_id])).get(order_id)


async def find_order_by_number(session: Reading, number: str) -> OrderRecord | None:
    """The order with this number, as `services.orders.numbers.read_number` writes it."""
    order_id = await session.scalar(sa.select(OrderNumber.order_id).where(OrderNumber.number == number))
    return None if order_id is None else await find_order(session, order_id)


async def find_order_of_checkout(session: Reading, checkout_id: UUID) -> OrderRecord | None:
    order_id = await session.scalar(sa.select(OrderNumber.order_id).where(OrderNumber.checkout_id == checkout_id))
    return None if order_id is None else await find_order(session, order_id)


async def find_lines(session: Reading, order_ids: Sequence[UUID]) -> Mapping[UUID, list[OrderLineRecord]]:
    """The lines of orders, by position."""
    found: dict[UUID, list[OrderLineRecord]] = {}
    for row in await session.execute(_LINES, {"ids": order_ids}):
        found.setdefault(row.order_id, []).append(OrderLineRecord._make(row))
    return found


async def find_fulfillments(session: Reading, order_ids: Sequence[UUID]) -> Mapping[UUID, list[FulfillmentRecord]]:
    """The shipments of orders, by number."""
    found: dict[UUID, list[FulfillmentRecord]] = {}
    for row in await session.execute(_FULFILLMENTS, {"ids": order_ids}):
        found.setdefault(row.order_id, []).append(FulfillmentRecord._make(row))
    return found


async def find_fulfillment_lines(
    session: Reading, fulfillment_ids: Sequence[UUID]
) -> Mapping[UUID, list[FulfillmentLineRecord]]:
    """What is in shipments, by the position of the order's line."""
    found: dict[UUID, list[FulfillmentLineRecord]] = {}
    for row in await session.execute(_FULFILLMENT_LINES, {"ids": fulfillment_ids}):
        found.setdefault(row.fulfillment_id, []).append(FulfillmentLineRecord._make(row))
    return found


async def find_events(session: Reading, order_ids: Sequence[UUID]) -> Mapping[UUID, list[OrderEventRecord]]:
    """All that happened to orders, in order."""
    found: dict[UUID, list[OrderEventRecord]] = {}
    for row in await session.execute(_EVENTS_OF, {"ids": order_ids}):
        found.setdefault(row.order_id, []).append(OrderEventRecord._make(row))
    return found


async def find_event_pages(
    session: ReadSession, parents: Sequence[UUID], *, first: int, after: Position | None
) -> Mapping[UUID, list[OrderEventRecord]]:
    """Up to `first` events of each order behind `after` (sequence, order), in order."""
    found: dict[UUID, list[OrderEventRecord]] = {}
    for row in await _EVENT_SLICES.fetch(session, parents, first, after):
        record = OrderEventRecord._make(row)
        found.setdefault(record.order_id, []).append(record)
    return found

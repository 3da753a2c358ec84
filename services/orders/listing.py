"""Lists of orders, newest first: an account's own, and those that operators look for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.ids import made_at
from models.orders import Order, OrderNumber, OrderStatus
from services.orders.queries import ORDER_COLUMNS
from services.orders.records import OrderRecord
from services.unit_of_work import ReadSession

_TEXTS = sa.ARRAY(sa.Text())


class OrderFilter(NamedTuple):
    """Which of an account's orders: in one of these statuses, made at `placed_after` or later and earlier than
    `placed_before`. Whatever is empty or None excludes nothing."""

    statuses: Sequence[OrderStatus] = ()
    placed_after: datetime | None = None
    placed_before: datetime | None = None


class OrderSearch(NamedTuple):
    """Which of all orders. `number` and `email_key` are as orders keep them."""

    status: OrderStatus | None = None
    number: str | None = None
    email_key: str | None = None


async def list_orders(
    session: ReadSession, account_id: UUID, chosen: OrderFilter, *, first: int, after: UUID | None
) -> Sequence[OrderRecord]:
    """An account's orders, older than `after`."""
    statement = _behind(sa.select(*ORDER_COLUMNS).where(Order.account_id == account_id), after)
    if chosen.statuses:
        statuses = sa.literal([status.value for status in chosen.statuses], _TEXTS)
        statement = statement.where(Order.status == sa.any_(statuses))
    if chosen.placed_after is not None:
        statement = statement.where(Order.placed_at >= chosen.placed_after)
    if chosen.placed_before is not None:
        statement = statement.where(Order.placed_at < chosen.placed_before)
    statement = statement.order_by(Order.placed_at.desc(), Order.id.desc()).limit(first)
    return [OrderRecord._make(row) for row in await session.execute(statement)]


async def search_orders(
    session: ReadSession, wanted: OrderSearch, *, first: int, after: UUID | None
) -> Sequence[OrderRecord]:
    """All orders that are wanted, older than `after`."""
    statement = sa.select(*ORDER_COLUMNS)
    if wanted.number is not None:
        of_number = sa.select(OrderNumber.order_id).where(OrderNumber.number == wanted.number)
        order_id = await session.scalar(of_number)
        statement = statement.where(Order.id == order_id, Order.placed_at == (order_id and made_at(order_id)))
    if wanted.status is not None:
        statement = statement.where(Order.status == wanted.status.value)
    if wanted.email_key is not None:
        statement = statement.where(Order.email_key == wanted.email_key)
    # Ids are in the order of their times; which of the two is written decides which index gives the rows in order.
    is_narrowed = wanted.status is not None or wanted.email_key is not None
    order = (Order.placed_at.desc(), Order.id.desc()) if is_narrowed else (Order.id.desc(),)
    statement = _behind(statement, after).order_by(*order).limit(first)
    return [OrderRecord._make(row) for row in await session.execute(statement)]


# Rows of the columns above, hence Any.
def _behind(statement: sa.Select[Any], after: UUID | None) -> sa.Select[Any]:
    """Only orders older than `after`; its time says which partitions need not be looked into."""
    if after is None:
        return statement
    return statement.where(Order.placed_at <= made_at(after), Order.id < after)

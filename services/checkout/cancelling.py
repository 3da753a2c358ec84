"""Cancelling an order as long as its shopper may: everything that it holds or has taken is given back."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.names import is_readable
from core.problems import Contended, Rejected
from models.orders import OrderStatus
from services import idempotency, orders, payments, promotions
from services.checkout.ending import CANCELLED, end
from services.checkout.points import Point, reached
from services.checkout.problems import BadReason
from services.checkout.queries import Locked, lock_of_order, set_timer
from services.checkout.settling import REFUNDED_AFTER
from services.checkout.stopping import stop_open
from services.checkout.till import Till
from services.idempotency import Attempt
from services.inventory import reservations
from services.orders import FulfillmentStatus, OrderAction, OrderRecord, Policy, Who
from services.unit_of_work import UnitOfWork

LONGEST_REASON = 500
_MOST_TRIES = 3


class Cancellation(NamedTuple):
    """Which order is to be cancelled, who asks, and what they say."""

    order_id: UUID
    who: Who
    reason: str | None = None


async def cancel_order(till: Till, wanted: Cancellation, *, attempt: Attempt) -> OrderRecord:
    """The order, CANCELLED: units are on their shelves again, promotions are unused, and all money goes back. Once for
    each key; the caller has seen to it that `who` may see the order.

    A payment that is open is cancelled at the provider first; if it has succeeded meanwhile, the order is placed and
    cancelled then. Raises `Rejected`: BAD_REASON, NOT_FOUND, ILLEGAL_MOVE; `Unavailable` where the provider does not
    answer; `Contended` if payments are begun again and again meanwhile.
    """
    _check_reason(wanted.reason)
    async with till.database.read() as session:
        before = await idempotency.find(session, attempt)
        order = await orders.find_order(session, wanted.order_id)
    if order is None:
        raise Rejected(orders.missing())
    if before is not None:
        return order
    for _ in range(_MOST_TRIES):
        if order.status == OrderStatus.CREATED:
            await stop_open(till, wanted.order_id)
        with suppress(_StillOpenError):
            async with till.database.unit() as unit:
                if await idempotency.claim(unit, attempt) is None:
                    await _cancel(unit, till, wanted)
                    await idempotency.record(unit, attempt, {"order": wanted.order_id})
                cancelled = await orders.lock(unit, wanted.order_id)
            reached(Point.CANCEL_COMMITTED)
            return cancelled
    raise Contended("orders", "This order is paid again and again while it is cancelled.")


class _StillOpenError(Exception):
    """A payment was begun after the others were stopped."""


async def _cancel(unit: UnitOfWork, till: Till, wanted: Cancellation) -> None:
    locked = await lock_of_order(unit, wanted.order_id)
    order = await orders.lock(unit, wanted.order_id)
    await _check(unit, till, order, wanted.who)
    details = {} if wanted.reason is None else {"reason": wanted.reason}
    if locked is not None and order.status == OrderStatus.CREATED:
        if any(one.is_open for one in await payments.lock_attempts(unit, order.id)):
            raise _StillOpenError
        await end(unit, locked.checkout, why=CANCELLED, actor=till.actor, details=details)
        return
    cause = f"cancelled.by_{wanted.who}"
    await payments.give_back(unit, order.id, reason="order_cancelled")
    await promotions.give_back(unit, order_id=order.id)
    await orders.move(unit, order, to=OrderStatus.CANCELLED, cause=cause, actor=till.actor, details=details)
    reached(Point.CANCEL_MOVED)
    if locked is not None:
        await _put_back(unit, till, locked)


async def _put_back(unit: UnitOfWork, till: Till, locked: Locked) -> None:
    """The units go back on their shelves, and somebody looks whether the money has gone back."""
    if locked.checkout.reservation_id is not None:
        await reservations.put_back(
            unit,
            reservation_id=locked.checkout.reservation_id,
            actor=till.actor,
            low_stock_units=till.settings.inventory.low_stock_units,
        )
    await set_timer(unit, locked.checkout.id, locked.at + REFUNDED_AFTER)


def _check_reason(reason: str | None) -> None:
    """Raises `Rejected` (BAD_REASON)."""
    shown = " ".join((reason or "").split())
    if len(reason or "") > LONGEST_REASON or (shown and not is_readable(shown, most=LONGEST_REASON)):
        message = f"A reason has up to {LONGEST_REASON} characters that can be printed."
        raise Rejected(BadReason(message=message, path=("reason",)))


async def _check(unit: UnitOfWork, till: Till, order: OrderRecord, who: Who) -> None:
    """Raises `Rejected` (ILLEGAL_MOVE) unless `who` may cancel the order now."""
    shipments = (await orders.find_fulfillments(unit.session, [order.id])).get(order.id, ())
    left = orders.has_left(FulfillmentStatus(one.status) for one in shipments)
    minutes = till.settings.orders.cancel_minutes
    policy = Policy(None if minutes is None else timedelta(minutes=minutes))
    now: datetime = (await unit.session.execute(sa.select(sa.func.now()))).scalar_one()
    orders.check_action(order, OrderAction.CANCEL, who, policy, now=now, has_left=left)

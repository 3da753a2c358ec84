"""The end of a checkout that becomes no order: what it holds and what it has used goes back to where it came from."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from core.problems import Rejected
from models.checkouts import CheckoutStatus
from models.orders import OrderStatus
from services import orders, payments, promotions
from services.checkout.points import Point, reached
from services.checkout.queries import change
from services.checkout.records import CheckoutRecord
from services.inventory import reservations
from services.unit_of_work import UnitOfWork

EXPIRED, REPLACED, CANCELLED = "EXPIRED", "REPLACED", "CANCELLED"


async def end(
    unit: UnitOfWork,
    checkout: CheckoutRecord,
    *,
    why: str,
    actor: str | None,
    keeps_units: bool = False,
    details: Mapping[str, Any] | None = None,  # a JSON object
) -> CheckoutRecord:
    """End a checkout that this unit has locked and that nothing has paid: units, promotions, gift cards and credit are
    given back, and its order is over: EXPIRED, or CANCELLED by whoever asked for it. A repeat changes nothing.

    No payment of it is open any more: the caller has seen to that at the provider. `keeps_units` leaves the units to
    the caller, who has another use for them. `details` go into the order's history.
    """
    if not checkout.is_live:
        return checkout
    if checkout.order_id is not None:
        await payments.give_back(unit, checkout.order_id, reason=f"checkout_{why.lower()}")
        await promotions.give_back(unit, order_id=checkout.order_id)
        to = OrderStatus.EXPIRED if why == EXPIRED else OrderStatus.CANCELLED
        cause = f"checkout.{why.lower()}"
        order = await orders.lock(unit, checkout.order_id)
        await orders.move(unit, order, to=to, cause=cause, actor=actor, details=details)
    if not keeps_units:
        await let_go(unit, checkout, actor=actor)
    reached(Point.EXPIRE_RELEASED)
    # An order that was cancelled is REFUNDED as soon as what was taken for it is back: a worker looks.
    check_at = None if checkout.order_id is None or why == EXPIRED else sa.func.now()
    return await change(unit, checkout, status=CheckoutStatus.EXPIRED, failure_code=why, check_at=check_at, checks=0)


async def let_go(unit: UnitOfWork, checkout: CheckoutRecord, *, actor: str | None) -> None:
    """Give back the units of a checkout, unless its hold has ended by itself."""
    if checkout.reservation_id is None:
        return
    try:
        await reservations.release(unit, reservation_id=checkout.reservation_id, actor=actor)
    except Rejected:
        # It has expired, which gives the same units back. The refusal comes before anything is written.
        return

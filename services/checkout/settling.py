"""Doing what `deciding` says, in one transaction: the one place where payments become placed orders, or money back.

Whoever has learnt something of a payment calls `settle`: a completion, a webhook, a worker. Twice is as once.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from core.problems import Rejected
from core.settings import Settings
from models.checkouts import CheckoutStatus
from models.orders import OrderStatus
from ports.payments import Intent
from services import orders, payments, promotions
from services.checkout.deciding import Act, Decision, decide
from services.checkout.holding import Hold, keep_hold
from services.checkout.points import Point, reached
from services.checkout.queries import Locked, change, lock_of_order, set_timer
from services.checkout.quoting import redeemable
from services.checkout.records import CheckoutRecord, Content
from services.inventory import reservations
from services.orders import FulfillmentDraft, OrderRecord
from services.payments import AttemptRecord
from services.unit_of_work import UnitOfWork

OUT_OF_STOCK = "OUT_OF_STOCK"
_SOLD_OUT = "stock.gone"
# Refunds are on their way; how they went is looked at after this, and after longer pauses.
REFUNDED_AFTER = timedelta(seconds=2)


class LockedOrder(NamedTuple):
    """An order with the checkout that made it, neither of which anybody else changes until the unit ends."""

    locked: Locked
    order: OrderRecord


class _Case(NamedTuple):
    """All that is locked of one order, and what is to be done with it."""

    locked: Locked
    order: OrderRecord
    decision: Decision
    settings: Settings

    @property
    def checkout(self) -> CheckoutRecord:
        return self.locked.checkout


async def lock_order(unit: UnitOfWork, order_id: UUID) -> LockedOrder | None:
    """Lock an order's checkout and then the order, as whoever changes its attempts does first. None for an order that
    no checkout has made."""
    locked = await lock_of_order(unit, order_id)
    return None if locked is None else LockedOrder(locked, await orders.lock(unit, order_id))


async def settle(
    unit: UnitOfWork, found: LockedOrder, attempts: Sequence[AttemptRecord], *, settings: Settings
) -> CheckoutRecord:
    """Bring an order to where its payments, all of which are locked, have brought it; its checkout then."""
    locked, order = found
    decision = decide(OrderStatus(order.status), attempts, order.total_minor)
    return await _ACTS[decision.act](unit, _Case(locked, order, decision, settings))


async def settle_order(unit: UnitOfWork, order_id: UUID, *, settings: Settings) -> CheckoutRecord | None:
    """Lock an order and settle it. None if no checkout has made it."""
    found = await lock_order(unit, order_id)
    if found is None:
        return None
    return await settle(unit, found, await payments.lock_attempts(unit, order_id), settings=settings)


async def learn(
    unit: UnitOfWork, attempt: AttemptRecord, intent: Intent | None, *, settings: Settings
) -> CheckoutRecord | None:
    """Record how the provider says that an attempt stands, and settle its order; its checkout then. An attempt that the
    provider knows nothing of is abandoned. None if no checkout has made the order."""
    found = await lock_order(unit, attempt.order_id)
    attempts = {one.id: one for one in await payments.lock_attempts(unit, attempt.order_id)}
    if intent is None:
        attempts[attempt.id] = await payments.abandon(unit, attempt.id)
    else:
        attempts[attempt.id] = await payments.record(unit, attempt.id, intent, locked=attempts[attempt.id])
    reached(Point.COMPLETE_RECORDED)
    return None if found is None else await settle(unit, found, list(attempts.values()), settings=settings)


async def _place(unit: UnitOfWork, case: _Case) -> CheckoutRecord:
    """Take the units for good and place the order; or give the money back, if they can be had no more."""
    if case.checkout.status is CheckoutStatus.FAILED:
        # A refused payment may have given its promotions back to the cart.
        return await _reinstate(unit, case)
    try:
        hold = await _hold(unit, case)
    except Rejected:
        return await _cancel(unit, case, cause=_SOLD_OUT)
    return await _take(unit, case, hold)


async def _hold(unit: UnitOfWork, case: _Case) -> Hold:
    return await keep_hold(unit, case.checkout, hold=timedelta(minutes=1), settings=case.settings)


async def _take(unit: UnitOfWork, case: _Case, hold: Hold) -> CheckoutRecord:
    """Take the units that are held for good, and place the order."""
    checkout = hold.checkout
    await reservations.confirm_locked(unit, hold.reservation, actor=None)
    reached(Point.SETTLE_CONFIRMED)
    is_late = case.order.status == OrderStatus.EXPIRED
    cause = "payment.succeeded_late" if is_late else "payment.succeeded"
    await orders.place(unit, case.order, shipments(checkout.content), cause=cause)
    await _give_back_surplus(unit, case)
    reached(Point.SETTLE_PLACED)
    return await change(
        unit, checkout, status=CheckoutStatus.SUCCEEDED, failure_code=None, check_at=case.locked.at, checks=0
    )


async def _reinstate(unit: UnitOfWork, case: _Case) -> CheckoutRecord:
    """Place an order that was paid after its time, or after a refusal. Discounts stay as they were agreed to; those
    whose promotions are used up meanwhile are not counted, and it is said in the order's history."""
    try:
        # Without units, promotions are let go again: giving back begins with balances, which come before them.
        async with unit.session.begin_nested():
            gone = await _redeem(unit, case)
            hold = await _hold(unit, case)
    except Rejected:
        return await _cancel(unit, case, cause=_SOLD_OUT)
    if gone:
        await orders.note(unit, case.order, cause="promotions.ended", actor=None, details={"codes": gone})
    return await _take(unit, case, hold)


async def _redeem(unit: UnitOfWork, case: _Case) -> Sequence[str]:
    """Count the discounts' uses, unless that was done; why not, if they cannot be."""
    try:
        await promotions.redeem(
            unit,
            order_id=case.order.id,
            cart_id=case.checkout.cart_id,
            account_id=case.order.account_id,
            discounts=redeemable(case.checkout.content),
        )
    except Rejected as refusal:
        return [one.code for one in refusal.problems]
    return ()


async def _wait(unit: UnitOfWork, case: _Case) -> CheckoutRecord:
    await _give_back_surplus(unit, case)
    wanted = CheckoutStatus.ACTION_REQUIRED if case.decision.needs_shopper else CheckoutStatus.PROCESSING
    if case.checkout.status is wanted:
        return case.checkout
    return await change(unit, case.checkout, status=wanted, failure_code=None)


async def _fail(unit: UnitOfWork, case: _Case) -> CheckoutRecord:
    """Give back what other tenders have paid or promised. The order may be paid again while its units are held."""
    await payments.give_back(unit, case.order.id, reason="payment.failed")
    reached(Point.SETTLE_GIVEN_BACK)
    if case.checkout.status is CheckoutStatus.FAILED:
        return case.checkout
    details = {"code": case.decision.failure}
    await orders.note(unit, case.order, cause="payment.failed", actor=None, details=details)
    return await change(unit, case.checkout, status=CheckoutStatus.FAILED, failure_code=case.decision.failure)


async def _cancel(unit: UnitOfWork, case: _Case, *, cause: str = "payment.too_late") -> CheckoutRecord:
    """Give back all that was paid for an order that will not be."""
    await payments.give_back(unit, case.order.id, reason=cause)
    reached(Point.SETTLE_GIVEN_BACK)
    await promotions.give_back(unit, order_id=case.order.id)
    await orders.move(unit, case.order, to=OrderStatus.CANCELLED, cause=cause, actor=None)
    return await change(
        unit,
        case.checkout,
        status=CheckoutStatus.EXPIRED,
        failure_code=OUT_OF_STOCK if cause == _SOLD_OUT else case.checkout.failure_code,
        check_at=case.locked.at + REFUNDED_AFTER,
        checks=0,
    )


async def _finish(unit: UnitOfWork, case: _Case) -> CheckoutRecord:
    await orders.move(unit, case.order, to=OrderStatus.REFUNDED, cause="payment.refunded", actor=None)
    return case.checkout


async def _only_give_back(unit: UnitOfWork, case: _Case) -> CheckoutRecord:
    await _give_back_surplus(unit, case)
    return case.checkout


async def _give_back_surplus(unit: UnitOfWork, case: _Case) -> None:
    """What pays for nothing goes back."""
    if case.decision.surplus:
        reason = f"surplus_{case.decision.act}"
        refunds = await payments.give_back(unit, case.order.id, reason=reason, amounts=case.decision.surplus)
        # Without a new refund there is nothing to wait for: a timer would come back to the same for ever.
        if refunds and case.order.status == OrderStatus.CANCELLED:
            await set_timer(unit, case.checkout.id, case.locked.at + REFUNDED_AFTER)


def shipments(content: Content) -> Sequence[FulfillmentDraft]:
    """The shipments that the groups become."""
    drafts = []
    for group in content.groups:
        units: Mapping[int, int] = {piece.position: piece.quantity for piece in group.pieces}
        chosen = group.chosen
        assert chosen is not None, "what is paid has a way to come"
        drafts.append(FulfillmentDraft(group.warehouse_id, group.seller_id, chosen.method, chosen.carrier, units))
    return drafts


_ACTS: Mapping[Act, Callable[[UnitOfWork, _Case], Awaitable[CheckoutRecord]]] = {
    Act.NOTHING: _only_give_back,
    Act.WAIT: _wait,
    Act.PLACE: _place,
    Act.FAIL: _fail,
    Act.REINSTATE: _reinstate,
    Act.CANCEL: _cancel,
    Act.FINISH: _finish,
}

"""What workers do for orders that nobody drives: payments without an answer, checkouts whose time is over, carts that
still have what was bought, refunds that an order waits for.

What is due is claimed in one transaction, which sets its timer anew; the provider is asked outside of any; what it says
is settled in another. So two workers do not do the same, one that dies leaves it to others, and one order that cannot
be brought to its end is in nobody's way.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar
from uuid import UUID

import structlog

from core.problems import Unavailable
from models.checkouts import CheckoutStatus
from models.orders import OrderStatus
from models.payments import PaymentStatus
from services import orders, payments
from services.checkout.clearing import take_bought
from services.checkout.ending import EXPIRED, end
from services.checkout.points import Point, reached
from services.checkout.queries import (
    claim_due,
    find_checkout,
    find_checkout_of_order,
    lock,
    set_timer,
    stop_timer,
)
from services.checkout.records import CheckoutRecord
from services.checkout.settling import learn, lock_order, settle_order
from services.checkout.stopping import stop, stop_open
from services.checkout.till import Till
from services.payments import AttemptRecord
from services.unit_of_work import UnitOfWork

_AT_ONCE = 50
# Most of the time is spent waiting for the provider; each that settles has a connection of the pool.
_TOGETHER = 8
T = TypeVar("T")

log = structlog.get_logger(__name__)


async def settle_due(till: Till, *, limit: int = _AT_ONCE) -> bool:
    """Do all of it once, as workers do in turn; True if more may be due. Raises `Unavailable`."""
    done = [await hear_notices(till), await check_due(till, limit=limit), await end_due(till, limit=limit)]
    return await refund_due(till) or any(done)


async def hear_notices(till: Till) -> bool:
    """Handle what the provider has told, and settle the orders that it concerns in the same transactions; True if more
    may wait."""

    async def lock(unit: UnitOfWork, order_id: UUID) -> None:
        reached(Point.WEBHOOK_TAKEN)
        await lock_order(unit, order_id)

    async def go_on(unit: UnitOfWork, order_id: UUID) -> None:
        reached(Point.WEBHOOK_RECORDED)
        await settle_order(unit, order_id, settings=till.settings)

    return await payments.work_notices(till.database, till.provider, lock=lock, on_recorded=go_on)


async def refund_due(till: Till) -> bool:
    """Ask the provider for the refunds that are due; True if more may be."""
    more = await payments.work_refunds(till.database, till.provider)
    reached(Point.REFUND_WORKED)
    return more


async def check_due(till: Till, *, limit: int = _AT_ONCE) -> bool:
    """Ask the provider about up to `limit` attempts that are due; True if more may be."""
    async with till.database.unit() as unit:
        claimed = await payments.claim_due(unit, limit=limit)
    if claimed:
        reached(Point.CHECK_CLAIMED)
    await _each("attempt", claimed, lambda one: _check(till, one))
    return len(claimed) == limit


async def end_due(till: Till, *, limit: int = _AT_ONCE) -> bool:
    """Do what is left to do of up to `limit` checkouts whose timers are past; True if more may be."""
    async with till.database.unit() as unit:
        claimed = await claim_due(unit, limit=limit)
    if claimed:
        reached(Point.EXPIRE_CLAIMED)
    await _each("checkout", claimed, lambda id: _attend(till, id))
    return len(claimed) == limit


async def _each(kind: str, claimed: Sequence[T], work: Callable[[T], Awaitable[None]]) -> None:
    """Do each, a few at a time and whatever becomes of the others. What failed is due again later."""
    turns = asyncio.Semaphore(_TOGETHER)
    unavailable: list[Unavailable] = []

    async def attempt(one: T) -> None:
        try:
            async with turns:
                await work(one)
        except Unavailable as error:
            unavailable.append(error)
        except Exception:
            log.exception("not_settled", kind=kind, id=str(getattr(one, "id", one)))

    await asyncio.gather(*map(attempt, claimed))
    if unavailable:
        raise unavailable[0]


async def _check(till: Till, attempt: AttemptRecord) -> None:
    """Ask how an attempt stands and settle its order; one that its order does not wait for is stopped first.

    An intent of which the provider knows nothing was never made: its call was longer ago than any call takes. Should
    it arrive all the same, it is a payment that comes late.
    """
    if not await _is_wanted(till, attempt):
        await stop(till, attempt)
        return
    intent = await payments.ask(till.provider, attempt)
    reached(Point.CHECK_ASKED)
    async with till.database.unit() as unit:
        await learn(unit, attempt, intent, settings=till.settings)


async def _is_wanted(till: Till, attempt: AttemptRecord) -> bool:
    async with till.database.read() as session:
        checkout = await find_checkout_of_order(session, attempt.order_id)
    return checkout is not None and checkout.is_paying


async def _attend(till: Till, id: UUID) -> None:
    async with till.database.read() as session:
        checkout = await find_checkout(session, id)
    if checkout is None:
        return
    if checkout.is_live:
        await _expire(till, checkout)
    else:
        await _tidy(till, checkout)


async def _expire(till: Till, checkout: CheckoutRecord) -> None:
    """End a checkout whose time is over: its payments first, at the provider; if one has succeeded, it is placed. A
    call that may be under way is waited for."""
    if checkout.order_id is not None:
        if await _is_under_way(till, checkout.id, checkout.order_id):
            return
        await stop_open(till, checkout.order_id)
        reached(Point.EXPIRE_CANCELLED)
    async with till.database.unit() as unit:
        locked = await lock(unit, checkout.id)
        if locked is None or not locked.checkout.is_live:
            return
        if not locked.is_over:
            # It was prolonged meanwhile.
            await set_timer(unit, checkout.id, locked.checkout.expires_at)
        elif not await _has_open(unit, locked.checkout):
            await end(unit, locked.checkout, why=EXPIRED, actor=None)


async def _is_under_way(till: Till, id: UUID, order_id: UUID) -> bool:
    """Whether somebody may be just charging a card, of which the provider knows nothing yet; the checkout's timer is
    then set to when nobody can be any more."""
    async with till.database.unit() as unit:
        locked = await lock(unit, id)
        attempts = (await payments.find_attempts(unit.session, [order_id])).get(order_id, ())
        fresh = [one.check_at for one in attempts if one.status is PaymentStatus.CREATED and not one.checks]
        until = max((at for at in fresh if at is not None), default=None)
        if locked is None or until is None or until <= locked.at:
            return False
        await set_timer(unit, id, until)
        return True


async def _has_open(unit: UnitOfWork, checkout: CheckoutRecord) -> bool:
    """Whether a payment has been begun since its payments were stopped."""
    if checkout.order_id is None:
        return False
    attempts = await payments.lock_attempts(unit, checkout.order_id)
    return any(one.is_open for one in attempts)


async def _tidy(till: Till, checkout: CheckoutRecord) -> None:
    """What is left of a checkout that has ended: lines in the cart, and money that is on its way back."""
    if checkout.status is CheckoutStatus.SUCCEEDED:
        await take_bought(till.carts, checkout)
    if checkout.order_id is None:
        return
    async with till.database.unit() as unit:
        await settle_order(unit, checkout.order_id, settings=till.settings)
        order = await orders.lock(unit, checkout.order_id)
        if order.status == OrderStatus.CANCELLED and await _waits_for_money(unit, checkout):
            return
        await stop_timer(unit, checkout)


async def _waits_for_money(unit: UnitOfWork, checkout: CheckoutRecord) -> bool:
    assert checkout.order_id is not None, "the order is cancelled"
    refunds = (await payments.find_refunds(unit.session, [checkout.order_id])).get(checkout.order_id, ())
    return any(one.status == "pending" for one in refunds)

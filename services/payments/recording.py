"""Writing down how the provider says that an attempt stands, in any order and as often as it is told; and the timers
of attempts that have not ended."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert

from core.ids import new_id
from models.payments import PaymentAttempt, PaymentStatus, Refund
from ports.payments import Intent
from services.payments.queries import (
    change_attempt,
    lock_attempt,
)
from services.payments.records import OPEN, AttemptRecord
from services.payments.states import AMOUNT_MISMATCH, Step, step
from services.unit_of_work import UnitOfWork

# An attempt that goes on is asked about after this, and after longer pauses from time to time.
_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(minutes=5)
# One that was abandoned is asked about once more after this: its call may have been made late by a process that was
# killed before it could tell.
_LATE_LOOK = timedelta(minutes=10)

log = structlog.get_logger(__name__)


async def record(
    unit: UnitOfWork, attempt_id: UUID, intent: Intent, *, locked: AttemptRecord | None = None
) -> AttemptRecord:
    """The attempt as it is now that the provider has said how its intent stands. May be repeated, in any order. It is
    locked here, unless the caller has done so.

    An intent over another amount or currency makes it FAILED with the code AMOUNT_MISMATCH, and what it took goes back
    in full. Checkout and order are locked before.
    """
    attempt = locked or await lock_attempt(unit, attempt_id)
    found = step(attempt, intent)
    values: dict[str, Any] = {}
    if intent.reference and attempt.provider_reference is None:
        values |= {"provider_reference": intent.reference}
    if found is not None:
        values |= _values(attempt, intent, found)
        if found.surplus_minor:
            await _give_back_surplus(unit, attempt, intent, found.surplus_minor)
    elif not attempt.is_open and attempt.check_at is not None:
        values |= {"check_at": None}
    if not values:
        return attempt
    return await change_attempt(unit, attempt_id, values)


async def collect_cash(unit: UnitOfWork, order_id: UUID) -> None:
    """What was promised at the door has been paid there. The order is locked before."""
    promised = sa.and_(PaymentAttempt.order_id == order_id, PaymentAttempt.status == PaymentStatus.PROMISED)
    statement = sa.update(PaymentAttempt).where(promised)
    await unit.session.execute(statement.values(status=PaymentStatus.SUCCEEDED, updated_at=sa.func.now()))


async def abandon(unit: UnitOfWork, attempt_id: UUID) -> AttemptRecord:
    """The attempt now that it will not be made any more and that the provider knows no intent of it: CANCELLED, if it
    had not ended. Should the call arrive all the same, `record` believes what it took.

    It is asked about once more, late, and its first timer stays if that has not come yet: the call may be under way by
    somebody who dies before he can tell of it.
    """
    attempt = await lock_attempt(unit, attempt_id)
    values: dict[str, Any] = {"status": PaymentStatus.CANCELLED} if attempt.is_open else {}
    if attempt.checks and (attempt.is_open or attempt.check_at is not None):
        is_last = not attempt.is_open and attempt.checks > 1
        values["check_at"] = None if is_last else sa.func.now() + _LATE_LOOK
    return await change_attempt(unit, attempt_id, values) if values else attempt


def _values(attempt: AttemptRecord, intent: Intent, found: Step) -> Mapping[str, Any]:
    is_open = found.status in OPEN
    return {
        "status": found.status,
        "client_secret": intent.client_secret if found.status is PaymentStatus.ACTION_REQUIRED else None,
        "failure_code": found.failure_code,
        "failure_message": found.failure_message,
        "check_at": sa.func.now() + pause(attempt.checks) if is_open else None,
    }


def pause(checks: int) -> timedelta:
    """How long to wait before an attempt or a refund that was asked about so often is asked about again."""
    return min(_FIRST_PAUSE * (1 << min(checks, 10)), _LONGEST_PAUSE)


async def _give_back_surplus(unit: UnitOfWork, attempt: AttemptRecord, intent: Intent, amount_minor: int) -> None:
    log.error("payment_amount_differs", attempt=str(attempt.id), ours=attempt.amount, theirs=intent.amount)
    values = {
        "id": new_id(),
        "attempt_id": attempt.id,
        "order_id": attempt.order_id,
        "amount_minor": amount_minor,
        "currency": intent.received.currency,
        "reason": AMOUNT_MISMATCH.lower(),
    }
    await unit.session.execute(insert(Refund).values(values).on_conflict_do_nothing())


async def claim_due(unit: UnitOfWork, *, limit: int) -> Sequence[AttemptRecord]:
    """Up to `limit` attempts that are due to be asked about, of those that nobody else asks about: their timers are
    set anew, so whoever dies over them leaves them to be asked about later."""
    due = (
        sa.select(PaymentAttempt.id, PaymentAttempt.checks)
        .where(PaymentAttempt.check_at <= sa.func.now())
        .order_by(PaymentAttempt.check_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = []
    for attempt_id, checks in (await unit.session.execute(due)).all():
        claimed.append(
            await change_attempt(
                unit, attempt_id, {"check_at": sa.func.now() + pause(checks + 1), "checks": checks + 1}
            )
        )
    return claimed


async def make_due(unit: UnitOfWork, attempt_ids: Sequence[UUID]) -> None:
    """Have attempts asked about at once, also such that have ended."""
    statement = sa.update(PaymentAttempt).where(PaymentAttempt.id.in_(attempt_ids)).values(check_at=sa.func.now())
    await unit.session.execute(statement)

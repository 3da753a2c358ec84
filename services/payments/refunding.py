"""Refunds at the provider: asked for until it has said how they end, each under the key that its row makes.

Three phases for each: its timer is set anew and committed, the provider is called, and what it says is committed. A
worker that is killed in between leaves a refund that is due again later, under the same key.
"""

from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
import structlog

from core.money import Money
from models.payments import PaymentAttempt, PaymentStatus, Refund, RefundStatus
from ports.payments import IntentStatus, PaymentProvider, RefundResult, Refused
from services.payments.queries import REFUND_COLUMNS, as_refund, change_attempt, lock_attempt
from services.payments.recording import pause
from services.payments.records import AttemptRecord, RefundRecord
from services.payments.states import AMOUNT_MISMATCH
from services.unit_of_work import Database, UnitOfWork

_AT_ONCE = 20
# What the provider says of a refund that it will never make.
_FOR_GOOD = "charge_disputed"
# One that was refused for another reason is asked for again after this, and after longer pauses from time to time.
_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(hours=6)

log = structlog.get_logger(__name__)


class _Due(NamedTuple):
    """A refund to be asked for, and the intent that it is of."""

    refund: RefundRecord
    intent: str


async def work_refunds(database: Database, provider: PaymentProvider, *, limit: int = _AT_ONCE) -> bool:
    """Ask for up to `limit` refunds that are due; True if more may be. Raises `Unavailable` where the provider does not
    answer; what it was asked for is due again later, and others come first then."""
    for _ in range(limit):
        async with database.unit() as unit:
            due = await _claim(unit, provider.name)
        if due is None:
            return False
        result = await _ask(provider, due)
        async with database.unit() as unit:
            await settle_refund(unit, due.refund, result)
    return True


async def _claim(unit: UnitOfWork, provider: str) -> _Due | None:
    """One that is due, of those that nobody else asks for."""
    statement = (
        sa.select(Refund.id, Refund.checks, PaymentAttempt.provider_reference)
        .join(PaymentAttempt, PaymentAttempt.id == Refund.attempt_id)
        .where(Refund.check_at <= sa.func.now())
        .where(PaymentAttempt.provider == provider, PaymentAttempt.provider_reference.is_not(None))
        .order_by(Refund.check_at)
        .limit(1)
        .with_for_update(skip_locked=True, of=Refund)
    )
    found = (await unit.session.execute(statement)).one_or_none()
    if found is None:
        return None
    # Longer than the provider is waited for, so that no two ask for one refund at once.
    later = sa.func.now() + pause(found.checks + 2)
    changed = await _change(unit, found.id, {"check_at": later, "checks": found.checks + 1})
    return _Due(changed, found.provider_reference)


async def _ask(provider: PaymentProvider, due: _Due) -> RefundResult:
    refund = due.refund
    amount = Money(refund.amount_minor, refund.currency)
    try:
        return await provider.refund(due.intent, amount, key=f"refund:{refund.id}")
    except Refused as refusal:
        return await _refused(provider, due, refusal)


async def _refused(provider: PaymentProvider, due: _Due, refusal: Refused) -> RefundResult:
    """What a refusal means: somebody has given all of it back by other means, less is left than should go back, or
    the cardholder takes it back through the bank; anything else, such as an empty account, may pass."""
    message = f"{refusal.code}: {refusal.message}"
    intent = await provider.find(due.intent)
    if intent is not None and intent.status is IntentStatus.SUCCEEDED:
        if intent.refunded == intent.received:
            return RefundResult("", is_final=True, has_failed=False, message=message)
        left = intent.received.amount_minor - intent.refunded.amount_minor
        if due.refund.amount_minor > left or refusal.code == _FOR_GOOD:
            return RefundResult("", is_final=True, has_failed=True, message=message)
    log.warning("refund_refused", refund=str(due.refund.id), order=str(due.refund.order_id), reason=message)
    return RefundResult("", is_final=False, has_failed=False, message=message)


async def make_refunds_due(unit: UnitOfWork, attempt_id: UUID, *, also_done: bool = False) -> None:
    """Have the refunds of an attempt that wait asked about at once; `also_done`: those that have succeeded as well,
    which the cardholder's bank may have sent back."""
    asked = Refund.status == RefundStatus.PENDING
    if also_done:
        done = sa.and_(Refund.status == RefundStatus.SUCCEEDED, Refund.provider_reference.is_not(None))
        asked = sa.or_(asked, done)
    statement = sa.update(Refund).where(Refund.attempt_id == attempt_id, asked)
    await unit.session.execute(statement.values(check_at=sa.func.now()))


async def settle_refund(unit: UnitOfWork, refund: RefundRecord, result: RefundResult) -> RefundRecord:
    """The refund as it is now that the provider has said how it stands; a repeat changes nothing.

    One that has failed for good, be it after it had succeeded, gives the attempt its money back to refund, and is an
    operator's to look at. One that was refused for now is asked for again, after longer and longer pauses.
    """
    attempt = await lock_attempt(unit, refund.attempt_id)
    statement = sa.select(*REFUND_COLUMNS).where(Refund.id == refund.id).with_for_update()
    current = as_refund((await unit.session.execute(statement)).one())
    if current.status is RefundStatus.FAILED:
        return current
    reference = result.reference or current.provider_reference
    values: dict[str, Any] = {"provider_reference": reference, "error": result.message}
    if result.has_failed:
        log.error("refund_failed", refund=str(refund.id), order=str(refund.order_id), reason=result.message)
        values |= {"status": RefundStatus.FAILED, "check_at": None}
        if current.reason != AMOUNT_MISMATCH.lower():
            await _take_back(unit, attempt, current.amount_minor)
    elif result.is_final or current.status is RefundStatus.SUCCEEDED:
        values |= {"status": RefundStatus.SUCCEEDED, "check_at": None}
    elif not result.reference:
        later = min(_FIRST_PAUSE * (1 << min(current.checks, 20)), _LONGEST_PAUSE)
        values |= {"check_at": sa.func.now() + later}
    changed = await _change(unit, refund.id, values)
    if changed.status is RefundStatus.SUCCEEDED and attempt.status is PaymentStatus.SUCCEEDED:
        await _finish(unit, attempt.id, attempt.amount_minor)
    return changed


async def _take_back(unit: UnitOfWork, attempt: AttemptRecord, amount_minor: int) -> None:
    """What did not go back is the store's to give back again."""
    is_refunded = attempt.status is PaymentStatus.REFUNDED
    status = PaymentStatus.SUCCEEDED if is_refunded else attempt.status
    await change_attempt(unit, attempt.id, {"refunded_minor": attempt.refunded_minor - amount_minor, "status": status})


async def _finish(unit: UnitOfWork, attempt_id: UUID, amount_minor: int) -> None:
    """The attempt is REFUNDED once all of it has gone back."""
    statement = sa.select(sa.func.coalesce(sa.func.sum(Refund.amount_minor), 0)).where(
        Refund.attempt_id == attempt_id, Refund.status == RefundStatus.SUCCEEDED
    )
    if (await unit.session.execute(statement)).scalar_one() == amount_minor:
        await change_attempt(unit, attempt_id, {"status": PaymentStatus.REFUNDED})


# The values of any columns, hence Any.
async def _change(unit: UnitOfWork, refund_id: UUID, values: dict[str, Any]) -> RefundRecord:
    statement = (
        sa.update(Refund)
        .where(Refund.id == refund_id)
        .values(updated_at=sa.func.now(), **values)
        .returning(*REFUND_COLUMNS)
    )
    return as_refund((await unit.session.execute(statement)).one())

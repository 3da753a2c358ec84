"""SQL reads of attempts and refunds."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from models.payments import PaymentAttempt, PaymentMethod, PaymentStatus, Refund, RefundStatus
from services.payments.records import AttemptRecord, RefundRecord, UnsettledCounts
from services.statements import filled
from services.unit_of_work import ReadSession, UnitOfWork

ATTEMPT_COLUMNS = tuple(getattr(PaymentAttempt, name) for name in AttemptRecord._fields)
REFUND_COLUMNS = tuple(getattr(Refund, name) for name in RefundRecord._fields)
_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))
# A call is over before the attempt is asked about: longer than the provider is waited for (20 s) lies between.
FIRST_CHECK = timedelta(seconds=30)
CALLED_WITHIN = timedelta(seconds=8)


# A row's values are the statement's columns, hence Any.
def as_attempt(row: Sequence[Any]) -> AttemptRecord:
    """The record of a row of `ATTEMPT_COLUMNS`."""
    record = AttemptRecord._make(row)
    return record._replace(method=PaymentMethod(record.method), status=PaymentStatus(record.status))


# As above.
def as_refund(row: Sequence[Any]) -> RefundRecord:
    """The record of a row of `REFUND_COLUMNS`."""
    record = RefundRecord._make(row)
    return record._replace(status=RefundStatus(record.status))


async def find_attempts(session: ReadSession, order_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[AttemptRecord]]:
    """The attempts of each order, oldest first."""
    found: dict[UUID, list[AttemptRecord]] = {}
    for row in await session.execute(_ATTEMPTS, {"ids": list(order_ids)}):
        found.setdefault(row.order_id, []).append(as_attempt(row))
    return found


async def find_attempts_by_id(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, AttemptRecord]:
    """Those that exist."""
    return {row.id: as_attempt(row) for row in await session.execute(_ATTEMPTS_BY_ID, {"ids": list(ids)})}


async def find_by_reference(session: ReadSession, provider: str, reference: str) -> AttemptRecord | None:
    """The attempt that an intent is known to belong to."""
    row = (await session.execute(_BY_REFERENCE, {"by": provider, "reference": reference})).one_or_none()
    return None if row is None else as_attempt(row)


async def find_refunds(session: ReadSession, order_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[RefundRecord]]:
    """The refunds of each order, oldest first."""
    found: dict[UUID, list[RefundRecord]] = {}
    for row in await session.execute(_REFUNDS, {"ids": list(order_ids)}):
        found.setdefault(row.order_id, []).append(as_refund(row))
    return found


async def lock_attempts(unit: UnitOfWork, order_id: UUID) -> Sequence[AttemptRecord]:
    """All attempts of an order, oldest first, locked until the unit ends; its checkout and order are locked before."""
    return [as_attempt(row) for row in await unit.session.execute(_LOCK_OF_ORDER, {"key": order_id})]


async def lock_attempt(unit: UnitOfWork, attempt_id: UUID) -> AttemptRecord:
    """One attempt, locked until the unit ends."""
    return as_attempt((await unit.session.execute(_LOCK, {"key": attempt_id})).one())


async def may_be_charged(session: ReadSession, attempt_id: UUID) -> bool:
    """Whether an attempt's card may still be charged, asked just before the call: nobody has asked about the attempt
    or ended it, and there is time for the whole call before somebody does.

    A process that was frozen after it had written the attempt down must not charge it when it wakes: by then the
    attempt may have been abandoned, and the shopper have paid by another.
    """
    return (await session.execute(_MAY_BE_CHARGED, {"key": attempt_id})).first() is not None


async def change_attempt(unit: UnitOfWork, attempt_id: UUID, values: Mapping[str, Any]) -> AttemptRecord:
    """Write these columns of an attempt that the unit has locked, any values of them, hence Any."""
    statement, parameters = filled(_CHANGE, values)
    return as_attempt((await unit.session.execute(statement, {"key": attempt_id, **parameters})).one())


async def count_unsettled(session: ReadSession) -> UnsettledCounts:
    """What money waits for."""
    return UnsettledCounts._make((await session.execute(_COUNT_UNSETTLED)).one())


_COUNT_UNSETTLED = sa.text(
    """
    SELECT (SELECT count(*) FROM payment_attempt
            WHERE check_at IS NOT NULL AND status IN ('created', 'processing', 'action_required')),
        (SELECT count(*) FROM refund WHERE check_at IS NOT NULL AND status <> 'succeeded'),
        (SELECT count(*) FROM provider_event WHERE handled_at IS NULL)
    """
)
_KEY: sa.BindParameter[UUID] = sa.bindparam("key")
_ATTEMPT = sa.select(*ATTEMPT_COLUMNS)
_ATTEMPTS = _ATTEMPT.where(PaymentAttempt.order_id == sa.any_(_IDS)).order_by(PaymentAttempt.id)
_ATTEMPTS_BY_ID = _ATTEMPT.where(PaymentAttempt.id == sa.any_(_IDS))
_BY_REFERENCE = _ATTEMPT.where(
    PaymentAttempt.provider == sa.bindparam("by"), PaymentAttempt.provider_reference == sa.bindparam("reference")
)
_REFUNDS = sa.select(*REFUND_COLUMNS).where(Refund.order_id == sa.any_(_IDS)).order_by(Refund.id)
_LOCK = _ATTEMPT.where(PaymentAttempt.id == _KEY).with_for_update()
_LOCK_OF_ORDER = _ATTEMPT.where(PaymentAttempt.order_id == _KEY).order_by(PaymentAttempt.id).with_for_update()
_MAY_BE_CHARGED = sa.select(PaymentAttempt.id).where(
    PaymentAttempt.id == _KEY,
    PaymentAttempt.status == PaymentStatus.CREATED,
    sa.func.clock_timestamp() < PaymentAttempt.created_at + CALLED_WITHIN,
)
_CHANGE = (
    sa.update(PaymentAttempt)
    .where(PaymentAttempt.id == _KEY)
    .values(updated_at=sa.func.now())
    .returning(*ATTEMPT_COLUMNS)
)

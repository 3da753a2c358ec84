"""SQL reads of attempts and refunds."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from models.payments import PaymentAttempt, PaymentMethod, PaymentStatus, Refund, RefundStatus
from services.payments.records import AttemptRecord, RefundRecord
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
    statement = sa.select(*ATTEMPT_COLUMNS).where(PaymentAttempt.order_id == sa.any_(_IDS)).order_by(PaymentAttempt.id)
    found: dict[UUID, list[AttemptRecord]] = {}
    for row in await session.execute(statement, {"ids": list(order_ids)}):
        found.setdefault(row.order_id, []).append(as_attempt(row))
    return found


async def find_attempts_by_id(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, AttemptRecord]:
    """Those that exist."""
    statement = sa.select(*ATTEMPT_COLUMNS).where(PaymentAttempt.id == sa.any_(_IDS))
    return {row.id: as_attempt(row) for row in await session.execute(statement, {"ids": list(ids)})}


async def find_by_reference(session: ReadSession, provider: str, reference: str) -> AttemptRecord | None:
    """The attempt that an intent is known to belong to."""
    statement = sa.select(*ATTEMPT_COLUMNS).where(
        PaymentAttempt.provider == provider, PaymentAttempt.provider_reference == reference
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else as_attempt(row)


async def find_refunds(session: ReadSession, order_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[RefundRecord]]:
    """The refunds of each order, oldest first."""
    statement = sa.select(*REFUND_COLUMNS).where(Refund.order_id == sa.any_(_IDS)).order_by(Refund.id)
    found: dict[UUID, list[RefundRecord]] = {}
    for row in await session.execute(statement, {"ids": list(order_ids)}):
        found.setdefault(row.order_id, []).append(as_refund(row))
    return found


async def lock_attempts(unit: UnitOfWork, order_id: UUID) -> Sequence[AttemptRecord]:
    """All attempts of an order, oldest first, locked until the unit ends; its checkout and order are locked before."""
    statement = sa.select(*ATTEMPT_COLUMNS).where(PaymentAttempt.order_id == order_id).order_by(PaymentAttempt.id)
    return [as_attempt(row) for row in await unit.session.execute(statement.with_for_update())]


async def lock_attempt(unit: UnitOfWork, attempt_id: UUID) -> AttemptRecord:
    """One attempt, locked until the unit ends."""
    statement = sa.select(*ATTEMPT_COLUMNS).where(PaymentAttempt.id == attempt_id).with_for_update()
    return as_attempt((await unit.session.execute(statement)).one())


async def may_be_charged(session: ReadSession, attempt_id: UUID) -> bool:
    """Whether an attempt's card may still be charged, asked just before the call: nobody has asked about the attempt
    or ended it, and there is time for the whole call before somebody does.

    A process that was frozen after it had written the attempt down must not charge it when it wakes: by then the
    attempt may have been abandoned, and the shopper have paid by another.
    """
    statement = sa.select(PaymentAttempt.id).where(
        PaymentAttempt.id == attempt_id,
        PaymentAttempt.status == PaymentStatus.CREATED,
        sa.func.clock_timestamp() < PaymentAttempt.created_at + CALLED_WITHIN,
    )
    return (await session.execute(statement)).first() is not None


async def change_attempt(unit: UnitOfWork, attempt_id: UUID, values: Mapping[str, Any]) -> AttemptRecord:
    """Write these columns of an attempt that the unit has locked, any values of them, hence Any."""
    statement = (
        sa.update(PaymentAttempt)
        .where(PaymentAttempt.id == attempt_id)
        .values(updated_at=sa.func.now(), **values)
        .returning(*ATTEMPT_COLUMNS)
    )
    return as_attempt((await unit.session.execute(statement)).one())

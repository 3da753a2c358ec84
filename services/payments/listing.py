"""SQL reads of payments for operators, the newest first."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from models.payments import PaymentAttempt, PaymentReconciliation, PaymentStatus, Refund, RefundStatus
from services.payments.queries import ATTEMPT_COLUMNS, REFUND_COLUMNS, as_attempt, as_refund
from services.payments.records import AttemptRecord, PaymentReconciliationRecord, RefundRecord
from services.unit_of_work import ReadSession

_REPORT = tuple(getattr(PaymentReconciliation, name) for name in PaymentReconciliationRecord._fields)


async def list_attempts(
    session: ReadSession, *, first: int, before: UUID | None = None, status: PaymentStatus | None = None
) -> Sequence[AttemptRecord]:
    """Attempts behind the one with the id `before`."""
    statement = _page(sa.select(*ATTEMPT_COLUMNS), PaymentAttempt.id, first, before)
    if status is not None:
        statement = statement.where(PaymentAttempt.status == status)
    return [as_attempt(row) for row in await session.execute(statement)]


async def list_refunds(
    session: ReadSession, *, first: int, before: UUID | None = None, status: RefundStatus | None = None
) -> Sequence[RefundRecord]:
    """Refunds behind the one with the id `before`."""
    statement = _page(sa.select(*REFUND_COLUMNS), Refund.id, first, before)
    if status is not None:
        statement = statement.where(Refund.status == status)
    return [as_refund(row) for row in await session.execute(statement)]


async def list_reconciliations(
    session: ReadSession, *, first: int, before: UUID | None = None
) -> Sequence[PaymentReconciliationRecord]:
    """Comparisons behind the one with the id `before`."""
    statement = _page(sa.select(*_REPORT), PaymentReconciliation.id, first, before)
    return [PaymentReconciliationRecord._make(row) for row in await session.execute(statement)]


# Rows of any columns, hence Any.
def _page(statement: sa.Select[Any], key: Any, first: int, before: UUID | None) -> sa.Select[Any]:
    page = statement.order_by(key.desc()).limit(first)
    return page if before is None else page.where(key < before)

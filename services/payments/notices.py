"""What the provider tells by itself: stored once before it is answered, handled later, in any order.

A notice is a hint that something has changed, and no more: how the intent stands is asked of the provider, so a
notice that is late, doubled or out of order cannot undo anything.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert

from core.money import Money
from core.problems import Unavailable
from models.payments import ProviderEvent
from ports.payments import Intent, Notice, PaymentProvider
from services.payments.cards import ATTEMPT, closed
from services.payments.queries import find_attempts_by_id, find_by_reference
from services.payments.recording import pause, record
from services.payments.records import AttemptRecord, NoticeRecord
from services.payments.refunding import make_refunds_due
from services.payments.states import AMOUNT_MISMATCH
from services.unit_of_work import Database, ReadSession, UnitOfWork

HANDLED, NOT_OURS = "HANDLED", "NOT_OURS"
_COLUMNS = tuple(getattr(ProviderEvent, name) for name in NoticeRecord._fields)
_AT_ONCE = 50
_SIDE_BY_SIDE = 8
# One that cannot be handled is tried often, then rarely, and no more once the provider would not tell it again.
_OFTEN = 20
_RARELY = timedelta(hours=1)
_GIVEN_UP = timedelta(days=3)
_LONGEST_ERROR = 500

# What belongs to an order is locked, or what has become of it is settled, in the unit that is open.
OfOrder = Callable[[UnitOfWork, UUID], Awaitable[object]]


class _Settling(NamedTuple):
    """What is done with the order of an attempt before and after it is recorded."""

    lock: OfOrder
    on_recorded: OfOrder


class _Found(NamedTuple):
    """An attempt, how its intent stands, and over which amount that is according to the notice."""

    attempt: AttemptRecord
    intent: Intent
    told: Money | None


log = structlog.get_logger(__name__)


async def store_notice(unit: UnitOfWork, provider: str, notice: Notice) -> bool:
    """Keep a notice until it is handled; False if it is there already."""
    values = {
        "provider": provider,
        "event_id": notice.event_id,
        "type": notice.type,
        "reference": notice.reference,
        "payload": dict(notice.payload),
    }
    statement = insert(ProviderEvent).values(values).on_conflict_do_nothing().returning(ProviderEvent.event_id)
    return (await unit.session.execute(statement)).first() is not None


async def hear(database: Database, provider: PaymentProvider, body: bytes, headers: Mapping[str, str]) -> bool:
    """Store what the provider tells; False if it is stored already. Raises `BadNotice` for what it has not signed, and
    `Unavailable`."""
    notice = provider.read_notice(body, headers)
    async with database.unit() as unit:
        return await store_notice(unit, provider.name, notice)


async def work_notices(
    database: Database, provider: PaymentProvider, *, lock: OfOrder, on_recorded: OfOrder, limit: int = _AT_ONCE
) -> bool:
    """Handle up to `limit` notices that are due, the oldest first; True if more may be.

    `lock` locks checkout and order of an attempt before the attempt is locked; `on_recorded` decides in the same unit
    what follows. One that cannot be handled keeps none of the others waiting. Raises `Unavailable`.
    """
    settling = _Settling(lock, on_recorded)
    for start in range(0, limit, _SIDE_BY_SIDE):
        size = min(_SIDE_BY_SIDE, limit - start)
        async with database.unit() as unit:
            claimed: list[NoticeRecord] = []
            while len(claimed) < size and (one := await _claim(unit, provider.name)) is not None:
                claimed.append(one)
        handling = (_handle(database, provider, one, settling) for one in claimed)
        failures = [one for one in await asyncio.gather(*handling, return_exceptions=True) if one is not None]
        if failures:
            raise failures[0]
        if len(claimed) < size:
            return False
    return True


async def _claim(unit: UnitOfWork, provider: str) -> NoticeRecord | None:
    """One that is due, of those that nobody else handles; should this worker die, it is due again later."""
    due = (
        sa.select(ProviderEvent.event_id, ProviderEvent.checks)
        .where(ProviderEvent.provider == provider, ProviderEvent.handled_at.is_(None))
        .where(ProviderEvent.check_at <= sa.func.now())
        .order_by(ProviderEvent.check_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = (await unit.session.execute(due)).one_or_none()
    if found is None:
        return None
    later = pause(found.checks) if found.checks < _OFTEN else _RARELY
    statement = (
        sa.update(ProviderEvent)
        .where(ProviderEvent.provider == provider, ProviderEvent.event_id == found.event_id)
        .values(check_at=sa.func.now() + later, checks=found.checks + 1)
        .returning(*_COLUMNS)
    )
    return NoticeRecord._make((await unit.session.execute(statement)).one())


async def _handle(database: Database, provider: PaymentProvider, notice: NoticeRecord, settling: _Settling) -> None:
    try:
        found = await _look_up(database, provider, notice)
        async with database.unit() as unit:
            if await _is_waiting(unit, notice):
                outcome = NOT_OURS if found is None else await _apply(unit, notice, found, settling)
                await _change(unit, notice, {"handled_at": sa.func.now(), "outcome": outcome})
    except Unavailable:
        raise
    except Exception as error:
        log.exception("notice_not_handled", notice=notice.event_id)
        values: dict[str, Any] = {"outcome": f"{type(error).__name__}: {error}".replace("\0", "")[:_LONGEST_ERROR]}
        async with database.unit() as unit:
            # What it was a hint of is found by the attempt's timer or by reconciliation.
            if await _age(unit, notice) > _GIVEN_UP:
                values |= {"handled_at": sa.func.now()}
            await _change(unit, notice, values)


async def _age(unit: UnitOfWork, notice: NoticeRecord) -> timedelta:
    now: datetime = (await unit.session.execute(sa.select(sa.func.now()))).scalar_one()
    return now - notice.received_at


async def _is_waiting(unit: UnitOfWork, notice: NoticeRecord) -> bool:
    """Whether nobody has handled the notice; nobody does before this unit ends."""
    statement = (
        sa.select(ProviderEvent.event_id)
        .where(ProviderEvent.provider == notice.provider, ProviderEvent.event_id == notice.event_id)
        .where(ProviderEvent.handled_at.is_(None))
        .with_for_update()
    )
    return (await unit.session.execute(statement)).first() is not None


async def _look_up(database: Database, provider: PaymentProvider, notice: NoticeRecord) -> _Found | None:
    """How the intent stands that was told of; None if it is none of ours, as where several shops share an account."""
    intent = None if notice.reference is None else await provider.find(notice.reference)
    if intent is None:
        return None
    async with database.read() as session:
        attempt = await _find_attempt(session, notice.provider, intent)
    if attempt is None:
        return None
    return _Found(attempt, await closed(provider, intent), provider.told_amount(notice.payload))


async def _apply(unit: UnitOfWork, notice: NoticeRecord, found: _Found, settling: _Settling) -> str:
    """Record how the intent stands, have its order settled, and say what came of it."""
    attempt, intent = found.attempt, found.intent
    await settling.lock(unit, attempt.order_id)
    recorded = await record(unit, attempt.id, intent)
    await make_refunds_due(unit, attempt.id, also_done="refund" in notice.type)
    await settling.on_recorded(unit, attempt.order_id)
    differs = recorded.failure_code == AMOUNT_MISMATCH or _tells_another_amount(notice, found)
    return AMOUNT_MISMATCH if differs else HANDLED


async def _find_attempt(session: ReadSession, provider: str, intent: Intent) -> AttemptRecord | None:
    """The attempt of an intent, also if its call was never answered."""
    found = await find_by_reference(session, provider, intent.reference)
    if found is not None:
        return found
    try:
        named = UUID(intent.metadata.get(ATTEMPT, ""))
    except ValueError:
        return None
    return (await find_attempts_by_id(session, [named])).get(named)


def _tells_another_amount(notice: NoticeRecord, found: _Found) -> bool:
    """Whether the notice itself is about another amount or currency than was agreed to. It pays nothing then: what
    counts is the intent as the provider has it."""
    differs = found.told not in (None, found.attempt.amount)
    if differs:
        log.error("notice_amount_differs", notice=notice.event_id, attempt=str(found.attempt.id))
    return differs


# The values of any columns, hence Any.
async def _change(unit: UnitOfWork, notice: NoticeRecord, values: Mapping[str, Any]) -> None:
    statement = (
        sa.update(ProviderEvent)
        .where(ProviderEvent.provider == notice.provider, ProviderEvent.event_id == notice.event_id)
        .where(ProviderEvent.handled_at.is_(None))
        .values(**values)
    )
    await unit.session.execute(statement)


async def delete_old_notices(unit: UnitOfWork, *, older_than_days: int, limit: int) -> int:
    """Delete up to `limit` notices that were handled long ago: longer than the provider would tell them again."""
    old = (
        sa.select(ProviderEvent.provider, ProviderEvent.event_id)
        .where(ProviderEvent.handled_at < sa.func.now() - timedelta(days=older_than_days))
        .limit(limit)
    )
    statement = sa.delete(ProviderEvent).where(sa.tuple_(ProviderEvent.provider, ProviderEvent.event_id).in_(old))
    return len((await unit.session.execute(statement.returning(ProviderEvent.event_id))).all())

"""The outbox as its relay sees it: what waits, what is done, and what may be thrown away."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from models.outbox import OutboxEvent
from services.unit_of_work import UnitOfWork


class WaitingEvent(NamedTuple):
    """One committed event that has not been relayed. `payload` is the JSON object that docs/events.md describes."""

    sequence: int
    type: str
    key: str
    payload: dict[str, Any]  # JSON of a shape that depends on `type`


async def list_waiting(unit: UnitOfWork, *, limit: int) -> Sequence[WaitingEvent]:
    """The oldest waiting events by `sequence`. Whoever marks them must hold the relay's lock."""
    statement = (
        sa.select(OutboxEvent.sequence, OutboxEvent.type, OutboxEvent.key, OutboxEvent.payload)
        .where(OutboxEvent.relayed_at.is_(None))
        .order_by(OutboxEvent.sequence)
        .limit(limit)
    )
    return [WaitingEvent(*row) for row in await unit.session.execute(statement)]


async def mark_relayed(unit: UnitOfWork, events: Sequence[WaitingEvent]) -> None:
    """Record that all consumers' work for these events is in this transaction, or durably queued by it."""
    sequences = [event.sequence for event in events]
    await unit.session.execute(
        sa.text("UPDATE outbox_event SET relayed_at = now() WHERE sequence = ANY(:sequences)"),
        {"sequences": sequences},
    )


async def count_waiting(connection: AsyncConnection) -> int:
    waiting = sa.select(sa.func.count()).select_from(OutboxEvent).where(OutboxEvent.relayed_at.is_(None))
    return await connection.scalar(waiting) or 0


async def delete_relayed(unit: UnitOfWork, *, older_than_days: int, limit: int) -> int:
    """Delete up to `limit` events that were relayed more than `older_than_days` ago; returns how many."""
    statement = sa.text(
        """
        DELETE FROM outbox_event WHERE id IN (
            SELECT id FROM outbox_event
            WHERE relayed_at IS NOT NULL AND relayed_at < now() - make_interval(days => :days)
            ORDER BY relayed_at LIMIT :limit)
        RETURNING 1
        """
    )
    result = await unit.session.execute(statement, {"days": older_than_days, "limit": limit})
    return len(result.all())

"""The outbox as those see it who take events from it: what waits, in which order, and what may be thrown away.

Events get a `position` under one lock, in order of `sequence` among those that are committed by then. So positions
grow in the order of commits, and "all after the last position" misses nothing. Events of one aggregate keep the order
in which they happened: a change locks its aggregate before it publishes, so the next change of the same aggregate can
neither draw its sequence number nor commit before the first has.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from models.outbox import OutboxEvent, Publication
from services.unit_of_work import ReadSession, UnitOfWork

# Held while positions are given, so that they become visible in their order.
PLACING_LOCK = 0x656D70_0004


class WaitingEvent(NamedTuple):
    """One committed event that has not been relayed. `payload` is the JSON object that docs/events.md describes."""

    sequence: int
    type: str
    key: str
    payload: dict[str, Any]  # JSON of a shape that depends on `type`
    trace: str | None = None


class PlacedEvent(NamedTuple):
    """One committed event that has its place in the order of all events."""

    position: int
    id: UUID
    type: str
    schema_version: int
    key: str
    payload: dict[str, Any]  # JSON of a shape that depends on `type`
    occurred_at: datetime
    trace: str | None = None


class Progress(NamedTuple):
    """How far a broker has been told: all of `position` and below. `memory` and `run` are what the broker said of
    itself then; see `ports.broker.Generation`."""

    memory: str | None
    run: str | None
    position: int


class Backlog(NamedTuple):
    """What has not been told to a broker yet."""

    unplaced: int
    unpublished: int
    oldest_at: datetime | None


async def list_waiting(unit: UnitOfWork, *, limit: int) -> Sequence[WaitingEvent]:
    """The oldest waiting events by `sequence`. Whoever marks them must hold the relay's lock."""
    statement = (
        sa.select(OutboxEvent.sequence, OutboxEvent.type, OutboxEvent.key, OutboxEvent.payload, OutboxEvent.trace)
        .where(OutboxEvent.relayed_at.is_(None))
        .order_by(OutboxEvent.sequence)
        .limit(limit)
    )
    return [WaitingEvent(*row) for row in await unit.session.execute(statement)]


async def mark_relayed(unit: UnitOfWork, events: Sequence[WaitingEvent]) -> None:
    """Record that all consumers' work for these events is in this transaction, or durably queued by it."""
    await unit.session.execute(_MARK_RELAYED, {"sequences": [event.sequence for event in events]})


async def count_waiting(connection: AsyncConnection) -> int:
    waiting = sa.select(sa.func.count()).select_from(OutboxEvent).where(OutboxEvent.relayed_at.is_(None))
    return await connection.scalar(waiting) or 0


async def has_unplaced(session: ReadSession) -> bool:
    """Whether some committed event has no position yet."""
    return bool(await session.scalar(sa.text("SELECT EXISTS (SELECT 1 FROM outbox_event WHERE position IS NULL)")))


async def place(unit: UnitOfWork, *, limit: int) -> int:
    """Give up to `limit` committed events the next positions; returns how many. The unit does nothing before it."""
    # A statement of its own: what the next one sees must be no older than the lock.
    await unit.session.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": PLACING_LOCK})
    result = await unit.session.execute(_PLACE, {"limit": limit})
    return len(result.all())


async def list_placed(session: ReadSession, *, after: int, limit: int) -> Sequence[PlacedEvent]:
    """The events behind a position, in order."""
    statement = (
        sa.select(
            OutboxEvent.position,
            OutboxEvent.id,
            OutboxEvent.type,
            OutboxEvent.schema_version,
            OutboxEvent.key,
            OutboxEvent.payload,
            OutboxEvent.occurred_at,
            OutboxEvent.trace,
        )
        .where(OutboxEvent.position > after)
        .order_by(OutboxEvent.position)
        .limit(limit)
    )
    return [PlacedEvent._make(row) for row in await session.execute(statement)]


async def read_progress(session: ReadSession, broker: str) -> Progress | None:
    """How far `broker` has been told; None if it never was."""
    columns = (Publication.memory, Publication.run, Publication.position)
    row = (await session.execute(sa.select(*columns).where(Publication.broker == broker))).one_or_none()
    return None if row is None else Progress._make(row)


async def tell_all_again(unit: UnitOfWork, broker: str, *, memory: str | None, run: str | None) -> None:
    """Have all events that are kept told to `broker`, which says this of itself now."""
    await unit.session.execute(_TELL_ALL_AGAIN, {"broker": broker, "memory": memory, "run": run})


async def tell_latest_again(unit: UnitOfWork, broker: str, *, run: str | None) -> None:
    """Have the events told to `broker` again that it was told in the last hour, and at most those of the last two
    hours in which any were."""
    await unit.session.execute(_TELL_LATEST_AGAIN, {"broker": broker, "run": run})


async def advance(unit: UnitOfWork, broker: str, *, before: Progress, position: int) -> bool:
    """Move on from `before` to `position`; False if somebody else has moved meanwhile."""
    values = {"broker": broker, "after": position, **before._asdict()}
    return (await unit.session.execute(_ADVANCE, values)).first() is not None


async def count_unpublished(session: ReadSession, broker: str) -> Backlog:
    """What `broker` has not been told."""
    return Backlog._make((await session.execute(_BACKLOG, {"broker": broker})).one())


async def delete_done(unit: UnitOfWork, *, broker: str, older_than_days: int, limit: int) -> int:
    """Delete up to `limit` events that were relayed more than `older_than_days` ago, that `broker` has had for an hour
    and so is not told again after a failover, and that live subscribers have been told of; returns how many."""
    values = {"broker": broker, "days": older_than_days, "limit": limit}
    return len((await unit.session.execute(_DELETE_DONE, values)).all())


# Marking and placing lock the same rows at the same time, so both take them in the same order.
_MARK_RELAYED = sa.text(
    """
    WITH relayed AS MATERIALIZED (
        SELECT id FROM outbox_event WHERE sequence = ANY(:sequences) ORDER BY sequence FOR UPDATE
    )
    UPDATE outbox_event AS event SET relayed_at = now() FROM relayed WHERE event.id = relayed.id
    """
)
_PLACE = sa.text(
    """
    WITH waiting AS MATERIALIZED (
        SELECT id, sequence FROM outbox_event WHERE position IS NULL ORDER BY sequence LIMIT :limit FOR UPDATE
    ), placed AS MATERIALIZED (
        SELECT id, nextval('outbox_position') AS position
        FROM (SELECT id FROM waiting ORDER BY sequence OFFSET 0) AS ordered
    )
    UPDATE outbox_event AS event SET position = placed.position FROM placed WHERE event.id = placed.id
    RETURNING 1
    """
)
_TELL_ALL_AGAIN = sa.text(
    """
    INSERT INTO publication (broker, memory, run) VALUES (:broker, CAST(:memory AS text), CAST(:run AS text))
    ON CONFLICT (broker) DO UPDATE SET
        memory = excluded.memory, run = excluded.run, position = 0, safe_position = 0, marked_position = 0,
        marked_at = now()
    """
)
_TELL_LATEST_AGAIN = sa.text(
    """
    UPDATE publication SET run = CAST(:run AS text), position = safe_position, marked_position = safe_position,
        marked_at = now()
    WHERE broker = :broker
    """
)
_ADVANCE = sa.text(
    """
    UPDATE publication SET position = :after,
        safe_position = CASE WHEN old THEN marked_position ELSE safe_position END,
        marked_position = CASE WHEN old THEN position ELSE marked_position END,
        marked_at = CASE WHEN old THEN now() ELSE marked_at END
    FROM (SELECT marked_at < now() - interval '1 hour' AS old FROM publication WHERE broker = :broker) AS mark
    WHERE broker = :broker AND position = :position
        AND memory IS NOT DISTINCT FROM CAST(:memory AS text) AND run IS NOT DISTINCT FROM CAST(:run AS text)
    RETURNING 1
    """
)
_BACKLOG = sa.text(
    """
    SELECT count(*) FILTER (WHERE position IS NULL), count(*), min(occurred_at) FROM outbox_event
    WHERE position IS NULL
        OR position > COALESCE((SELECT position FROM publication WHERE broker = :broker), 0)
    """
)
_DELETE_DONE = sa.text(
    """
    DELETE FROM outbox_event WHERE id IN (
        SELECT id FROM outbox_event
        WHERE relayed_at IS NOT NULL AND relayed_at < now() - make_interval(days => :days)
            AND position <= (SELECT safe_position FROM publication WHERE broker = :broker)
            AND NOT EXISTS (SELECT 1 FROM live_cursor WHERE live_cursor.position < outbox_event.position)
        ORDER BY relayed_at LIMIT :limit)
    RETURNING 1
    """
)

"""Messages that a consumer could not handle: kept with the reason, listed, and resolved."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.problems import Rejected
from services.messaging.problems import no_such_message
from services.unit_of_work import ReadSession, UnitOfWork

_LONGEST_ERROR = 2000
_LONGEST_BODY_SHOWN = 10_000
# After they are resolved.
_KEPT_DAYS = 30
# The reasons that are not a problem's code.
BAD_ENVELOPE, NEWER_VERSION, WAITS, FAILED = "BAD_ENVELOPE", "NEWER_VERSION", "WAITS", "FAILED"


class Parking(NamedTuple):
    """A message to be parked. `type` and `key` are None where they could not be read."""

    consumer: str
    message_id: UUID
    topic: str
    type: str | None
    key: str | None
    body: bytes
    reason: str
    error: str
    attempts: int = 1


class ParkedRecord(NamedTuple):
    """A parked message as lists show it; `body` is cut at 10,000 bytes."""

    id: UUID
    sequence: int
    consumer: str
    message_id: UUID
    topic: str
    type: str | None
    key: str | None
    body: bytes
    reason: str
    error: str
    attempts: int
    parked_at: datetime
    resolved_at: datetime | None
    resolution: str | None


async def park(unit: UnitOfWork, message: Parking) -> None:
    """Keep a message that the unit has claimed; see `inbox.claim`."""
    values = {**message._asdict(), "id": new_id(), "error": storable(message.error)}
    await unit.session.execute(_PARK, values)


async def list_parked(
    session: ReadSession, *, first: int, after: int | None = None, consumer: str | None = None
) -> Sequence[ParkedRecord]:
    """Those that wait for somebody, oldest first, behind the sequence number `after`."""
    if consumer is not None and "\0" in consumer:
        return []  # Postgres has no text with it, and refuses to be asked
    values = {"first": first, "after": after or 0, "consumer": consumer}
    return [ParkedRecord._make(row) for row in await session.execute(_LIST, values)]


async def list_parked_by_id(session: ReadSession, ids: Sequence[UUID]) -> Sequence[ParkedRecord]:
    """Those of `ids` that exist, resolved or not, in the order in which they came."""
    return [ParkedRecord._make(row) for row in await session.execute(_LIST_BY_ID, {"ids": list(ids)})]


async def count_parked(session: ReadSession) -> Sequence[tuple[str, str, int]]:
    """How many wait, by consumer and reason."""
    return [(consumer, reason, count) for consumer, reason, count in await session.execute(_COUNT)]


async def discard(unit: UnitOfWork, *, ids: Sequence[UUID], actor: str) -> None:
    """Give messages up for good. Raises `Rejected` (NOT_FOUND, ALREADY_RESOLVED) and then none is."""
    values = {"ids": sorted(set(ids)), "resolution": f"discarded by {actor}"}
    done = set((await unit.session.execute(_DISCARD, values)).scalars())
    missing = [(place, key) for place, key in enumerate(ids) if key not in done]
    if missing:
        known = set((await unit.session.execute(_KNOWN, {"ids": [key for _, key in missing]})).scalars())
        raise Rejected(*(no_such_message(place, resolved=key in known) for place, key in missing))


async def delete_resolved(unit: UnitOfWork, *, limit: int) -> int:
    """Delete up to `limit` that were resolved more than 30 days ago; returns how many."""
    values = {"days": _KEPT_DAYS, "limit": limit}
    return len((await unit.session.execute(_DELETE_RESOLVED, values)).all())


def storable(text: str) -> str:
    """The text without NUL, which cannot be stored, and not too long."""
    return text.replace("\0", "")[:_LONGEST_ERROR]


_COLUMNS = f"""
    id, sequence, consumer, message_id, topic, type, key, substring(body FOR {_LONGEST_BODY_SHOWN}) AS body,
    reason, error, attempts, parked_at, resolved_at, resolution
"""
_PARK = sa.text(
    """
    INSERT INTO parked_message (id, consumer, message_id, topic, type, key, body, reason, error, attempts)
    VALUES (:id, :consumer, :message_id, :topic, :type, :key, :body, :reason, :error, :attempts)
    ON CONFLICT (consumer, message_id) WHERE resolved_at IS NULL DO NOTHING
    """
)
_LIST = sa.text(
    f"""
    SELECT {_COLUMNS} FROM parked_message
    WHERE resolved_at IS NULL AND sequence > :after
        AND (CAST(:consumer AS text) IS NULL OR consumer = CAST(:consumer AS text))
    ORDER BY sequence LIMIT :first
    """
)
_LIST_BY_ID = sa.text(f"SELECT {_COLUMNS} FROM parked_message WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY sequence")
_COUNT = sa.text(
    """
    SELECT consumer, reason, count(*) FROM parked_message WHERE resolved_at IS NULL
    GROUP BY consumer, reason ORDER BY consumer, reason
    """
)
_DISCARD = sa.text(
    """
    UPDATE parked_message SET resolved_at = now(), resolution = :resolution
    WHERE id = ANY(CAST(:ids AS uuid[])) AND resolved_at IS NULL RETURNING id
    """
)
_KNOWN = sa.text("SELECT id FROM parked_message WHERE id = ANY(CAST(:ids AS uuid[]))")
_DELETE_RESOLVED = sa.text(
    """
    DELETE FROM parked_message WHERE id IN (
        SELECT id FROM parked_message WHERE resolved_at < now() - make_interval(days => :days) LIMIT :limit)
    RETURNING 1
    """
)

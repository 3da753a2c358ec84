"""Parked messages, handled once more: when somebody asks for it, or when what they waited for is out of the way.

The row of a parked message is locked meanwhile, so that of two replays at once the second finds it resolved.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
import structlog

from core.problems import NotFound, Problem, Rejected, Unavailable
from services.messaging.envelope import BadEnvelope, Envelope, read_envelope
from services.messaging.handling import describe_failure, describe_refusal, too_new
from services.messaging.parking import BAD_ENVELOPE, FAILED, NEWER_VERSION, WAITS, storable
from services.messaging.problems import AlreadyResolved, MustWait, NoConsumer, StillFailing
from services.messaging.records import Consumer
from services.unit_of_work import Database, UnitOfWork

_RELEASED_AT_ONCE = 500

log = structlog.get_logger(__name__)


class _Waiting(NamedTuple):
    """A parked message, locked. `is_behind` if an earlier one of its key waits too."""

    id: UUID
    consumer: str
    message_id: UUID
    key: str | None
    body: bytes
    is_resolved: bool
    is_behind: bool


class _Failure(Exception):
    """The replay has failed; `reason` is kept with the message."""

    def __init__(self, reason: str, error: str) -> None:
        super().__init__(error)
        self.reason = reason
        self.error = error


async def replay_all(
    database: Database, consumers: Iterable[Consumer], ids: Sequence[UUID], *, actor: str
) -> Mapping[UUID, Problem | None]:
    """Replay messages in the order in which they came; for each, None if it is done, or why it is not.

    Each has a unit of its own. Raises `Unavailable` when a server is away; what is done by then is done.
    """
    known = {one.name: one for one in consumers}
    async with database.read() as session:
        ordered = (await session.execute(_ORDERED, {"ids": list(ids)})).scalars().all()
    found = {key: await _replay(database, known, key, actor=actor) for key in ordered}
    missing = NotFound(kind="ParkedMessage", message="There is no such parked message.")
    return {key: found.get(key, missing) for key in ids}


async def release(database: Database, consumers: Iterable[Consumer]) -> bool:
    """Replay what waits behind messages that are resolved by now; True if any was done. Raises `Unavailable`."""
    async with database.read() as session:
        ids = (await session.execute(_FREE, {"limit": _RELEASED_AT_ONCE})).scalars().all()
    if not ids:
        return False
    done = await replay_all(database, consumers, ids, actor="worker")
    return any(problem is None for problem in done.values())


async def _replay(database: Database, known: Mapping[str, Consumer], id: UUID, *, actor: str) -> Problem | None:
    try:
        async with database.unit() as unit:
            message = _Waiting._make((await unit.session.execute(_LOCK, {"id": id})).one())
            await _handle(unit, known.get(message.consumer), message)
            await unit.session.execute(_RESOLVE, {"id": id, "resolution": f"replayed by {actor}"})
        return None
    except Rejected as refusal:
        if isinstance(refusal.problems[0], AlreadyResolved | MustWait | NoConsumer):
            return refusal.problems[0]
        failure = _Failure(refusal.problems[0].code, describe_refusal(refusal))
    except Unavailable:
        raise
    except _Failure as error:
        failure = error
    except Exception as error:
        log.exception("replay_failed", message=str(id))
        failure = _Failure(FAILED, describe_failure(error))
    async with database.unit() as unit:
        values = {"id": id, "reason": failure.reason, "error": storable(failure.error)}
        await unit.session.execute(_FAILED_AGAIN, values)
    return StillFailing(message=f"{failure.reason}: {storable(failure.error)}")


async def _handle(unit: UnitOfWork, consumer: Consumer | None, message: _Waiting) -> None:
    if message.is_resolved:
        raise Rejected(AlreadyResolved(message="This message has been replayed or discarded before."))
    if consumer is None:
        raise Rejected(NoConsumer(message=f"There is no consumer {message.consumer} in this release."))
    if consumer.in_order and message.is_behind:
        raise Rejected(MustWait(message="An earlier message with this key is parked."))
    await consumer.handle(unit, _envelope(consumer, message))


def _envelope(consumer: Consumer, message: _Waiting) -> Envelope:
    try:
        envelope = read_envelope(message.body, id=message.message_id, key=message.key or "")
    except BadEnvelope as error:
        raise _Failure(BAD_ENVELOPE, str(error)) from error
    newest = consumer.versions.get(envelope.type)
    if newest is None:
        raise Rejected(NoConsumer(message=f"The consumer {consumer.name} does not hear {envelope.type}."))
    if envelope.schema_version > newest:
        raise _Failure(NEWER_VERSION, too_new(envelope, newest))
    return envelope


_ORDERED = sa.text("SELECT id FROM parked_message WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY sequence")
_LOCK = sa.text(
    """
    SELECT id, consumer, message_id, key, body, resolved_at IS NOT NULL AS is_resolved, EXISTS (
        SELECT 1 FROM parked_message AS earlier
        WHERE earlier.consumer = p.consumer AND earlier.key = p.key AND earlier.sequence < p.sequence
            AND earlier.resolved_at IS NULL
    ) AS is_behind
    FROM parked_message AS p WHERE id = :id FOR UPDATE
    """
)
_RESOLVE = sa.text(
    """
    UPDATE parked_message SET resolved_at = now(), resolution = :resolution, attempts = attempts + 1 WHERE id = :id
    """
)
_FAILED_AGAIN = sa.text(
    """
    UPDATE parked_message SET reason = :reason, error = :error, attempts = attempts + 1
    WHERE id = :id AND resolved_at IS NULL
    """
)
# All that wait by a key, where the first that is parked of the key has no other reason than to wait.
_FREE = sa.text(
    f"""
    SELECT p.id FROM parked_message AS p
    WHERE p.resolved_at IS NULL AND p.reason = '{WAITS}' AND NOT EXISTS (
        SELECT 1 FROM parked_message AS earlier
        WHERE earlier.consumer = p.consumer AND earlier.key = p.key AND earlier.sequence < p.sequence
            AND earlier.resolved_at IS NULL AND earlier.reason <> '{WAITS}')
    ORDER BY p.sequence LIMIT :limit
    """
)

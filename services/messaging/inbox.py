"""What each consumer has handled, so that a message which comes again has no effect.

A row is written in the transaction of the effects; parking a message counts as handling it. A message that comes again
after its row was swept would be handled again, so rows are kept longer than any broker keeps messages.
"""

from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from services.unit_of_work import UnitOfWork


class Claim(NamedTuple):
    """`is_first` if nobody has handled the message; `waits` if one with the same key is parked."""

    is_first: bool
    waits: bool


async def claim(unit: UnitOfWork, consumer: str, message_id: UUID, *, key: str | None = None) -> Claim:
    """Record that this unit handles the message. While another unit is at it, this waits for how that ends."""
    values = {"consumer": consumer, "message_id": message_id, "key": key}
    row = (await unit.session.execute(_CLAIM, values)).first()
    return Claim(row is not None, row is not None and bool(row.waits))


async def delete_old(unit: UnitOfWork, *, older_than_days: int, limit: int) -> int:
    """Delete up to `limit` rows that are older than `older_than_days`; returns how many."""
    return len((await unit.session.execute(_DELETE, {"days": older_than_days, "limit": limit})).all())


_CLAIM = sa.text(
    """
    INSERT INTO inbox_message (consumer, message_id) VALUES (:consumer, :message_id) ON CONFLICT DO NOTHING
    RETURNING EXISTS (
        SELECT 1 FROM parked_message AS p
        WHERE p.consumer = :consumer AND p.key = CAST(:key AS text) AND p.resolved_at IS NULL
    ) AS waits
    """
)
_DELETE = sa.text(
    """
    DELETE FROM inbox_message WHERE (consumer, message_id) IN (
        SELECT consumer, message_id FROM inbox_message
        WHERE handled_at < now() - make_interval(days => :days) LIMIT :limit)
    RETURNING 1
    """
)

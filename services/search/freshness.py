"""What has changed since a moment, for whoever keeps answers: in the order of events, and in that of listings.

Both are needed. An event says that rows have changed; what lists and searches show follows a moment later, when the
projection has seen it. Of listings only those count that the cache of products has dropped, so that whoever reads again
reads nothing older.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from services.unit_of_work import ReadSession

_CACHE_FEED = "cache"
_MOST_CHANGES = 5_000


class Moment(NamedTuple):
    """How far events (`position`) and listings (`version`) had come."""

    position: int
    version: int


class Now(NamedTuple):
    """The present moment, and the database's clock."""

    moment: Moment
    at: datetime


class Change(NamedTuple):
    """Something that changed at a moment: a listing has no `type`, an event no `version`."""

    position: int
    version: int
    type: str | None
    product_id: UUID | None
    variant_id: UUID | None


async def read_now(session: ReadSession) -> Now:
    """Where events and listings are now; one statement."""
    row = (await session.execute(_NOW, {"feed": _CACHE_FEED})).one()
    return Now(Moment(row.position, row.version), row.at)


async def list_changes(session: ReadSession, after: Moment, until: Moment) -> Sequence[Change] | None:
    """All that changed behind `after`, up to `until`; None if that is more than anybody would go through."""
    values = {**{f"after_{name}": value for name, value in after._asdict().items()}, **until._asdict()}
    rows = (await session.execute(_CHANGES, {**values, "limit": _MOST_CHANGES + 1})).all()
    return None if len(rows) > _MOST_CHANGES else [Change._make(row) for row in rows]


_NOW = sa.text(
    """
    SELECT clock_timestamp() AS at, coalesce((SELECT max(position) FROM outbox_event), 0) AS position,
        coalesce((SELECT version FROM listing_consumer WHERE name = :feed), 0) AS version
    """
)
_CHANGES = sa.text(
    """
    SELECT position, 0 AS version, type, CAST(payload ->> 'product_id' AS uuid) AS product_id,
        CAST(payload ->> 'variant_id' AS uuid) AS variant_id
    FROM outbox_event WHERE position > :after_position AND position <= :position
    UNION ALL
    SELECT 0, version, NULL, product_id, NULL FROM listing WHERE version > :after_version AND version <= :version
    UNION ALL
    SELECT 0, version, NULL, product_id, NULL FROM listing_tombstone
    WHERE version > :after_version AND version <= :version
    LIMIT :limit
    """
)

"""The log of events, read by position. Positions grow in the order of commits, so "all behind" misses nothing.

Each read is one statement, the facts of the events included: a statement sees one moment of the database, so who reads
further in the log never reads older facts.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.live.records import (
    EACH_TYPES,
    LIVE_TYPES,
    ORDER_CHANGED,
    STOCK_CHANGED,
    Batch,
    LiveEvent,
    Missed,
    account_in,
)
from services.unit_of_work import ReadSession, UnitOfWork

_CURSOR = "live"
_FACTS = f"""
    CASE e.type
        WHEN '{STOCK_CHANGED}' THEN jsonb_build_object('quantity', (
            SELECT coalesce(sum(on_hand - reserved), 0) FROM inventory_level WHERE variant_id = CAST(e.key AS uuid)))
        WHEN '{ORDER_CHANGED}' THEN e.payload
        ELSE CAST('{{}}' AS jsonb)
    END
"""
# Events that have the same of this are told as one.
_ONCE = "CASE WHEN type = ANY(:each) THEN position END"
_AFTER = sa.text(
    f"""
    WITH taken AS (
        SELECT position, type, key, payload, occurred_at FROM outbox_event
        WHERE position > :after ORDER BY position LIMIT :limit
    ), newest AS (
        SELECT DISTINCT ON (type, key, {_ONCE}) position, type, key, payload, occurred_at FROM taken
        WHERE type = ANY(:types) ORDER BY type, key, {_ONCE}, position DESC
    )
    SELECT bounds.last, bounds.taken, e.position, e.type, e.key, e.occurred_at, {_FACTS} AS facts
    FROM (SELECT max(position) AS last, count(*) AS taken FROM taken) AS bounds LEFT JOIN newest AS e ON true
    ORDER BY e.position
    """
)
_MISSED = sa.text(
    f"""
    SELECT bounds.oldest, bounds.newest, bounds.told, e.position, e.type, e.key, e.occurred_at, {_FACTS} AS facts
    FROM (
        SELECT (SELECT min(position) FROM outbox_event) AS oldest, (SELECT max(position) FROM outbox_event) AS newest,
            (SELECT position FROM live_cursor WHERE name = :cursor) AS told
    ) AS bounds
    LEFT JOIN (
        SELECT DISTINCT ON (key, {_ONCE}) position, type, key, payload, occurred_at FROM outbox_event
        WHERE type = :type AND (key = ANY(:keys) OR payload ->> 'account_id' = ANY(:accounts)) AND position > :after
        ORDER BY key, {_ONCE}, position DESC
    ) AS e ON true
    ORDER BY e.position
    """
)
_MOVE = sa.text(
    """
    INSERT INTO live_cursor AS c (name, position) VALUES (:name, :position)
    ON CONFLICT (name) DO UPDATE SET position = excluded.position WHERE c.position = :expected
    """
)


async def read_after(session: ReadSession, after: int, *, limit: int) -> Batch:
    """The next events behind a position: out of `limit` of any type, those of live types."""
    values = {"after": after, "limit": limit, "types": list(LIVE_TYPES), "each": list(EACH_TYPES)}
    rows = (await session.execute(_AFTER, values)).all()
    events = [_as_event(row) for row in rows if row.position is not None]
    last, taken = rows[0].last, rows[0].taken
    return Batch(after, after if last is None else last, events, is_full=taken == limit)


async def read_missed(session: ReadSession, after: int, *, type: str, keys: Sequence[str]) -> Missed:
    """The events about these objects behind a position, with the bounds of the log: all of them, or the last one of
    each object, as `read_after` tells them."""
    values = {
        "after": after,
        "type": type,
        "keys": [key for key in keys if account_in(key) is None],
        "accounts": [account for key in keys if (account := account_in(key)) is not None],
        "each": list(EACH_TYPES),
        "cursor": _CURSOR,
    }
    rows = (await session.execute(_MISSED, values)).all()
    events = [_as_event(row) for row in rows if row.position is not None]
    return Missed(events, rows[0].oldest, rows[0].newest, rows[0].told or 0)


async def read_position(session: ReadSession) -> int:
    """The position of the newest event that was ever placed, as far as the database still knows."""
    statement = sa.text(
        """
        SELECT greatest((SELECT max(position) FROM outbox_event), (SELECT position FROM live_cursor WHERE name = :name))
        """
    )
    return int(await session.scalar(statement, {"name": _CURSOR}) or 0)


async def read_told(session: ReadSession) -> int:
    """The position up to which web processes have been told of events."""
    statement = sa.text("SELECT position FROM live_cursor WHERE name = :name")
    return int(await session.scalar(statement, {"name": _CURSOR}) or 0)


async def move_told(unit: UnitOfWork, *, expected: int, position: int) -> None:
    """Record that web processes have been told; does nothing if the cursor is not where it was expected."""
    await unit.session.execute(_MOVE, {"name": _CURSOR, "expected": expected, "position": position})


def _as_event(row: Any) -> LiveEvent:  # of either statement above
    return LiveEvent(row.position, row.type, row.key, row.occurred_at, row.facts)

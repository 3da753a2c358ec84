"""The partitions of `orders`, one a month in UTC, made ahead of time.

Where a month has none, its orders go into the default partition, so that none is ever refused. When the month gets its
partition, they are moved there, in the same transaction.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from services.jobs import Job
from services.unit_of_work import UnitOfWork

MONTHS_AHEAD = 3
_MONTHS = 12
# Two that make partitions wait for each other here, and not in the middle.
_LOCK = 0x656D70_0005


async def make_partitions(unit: UnitOfWork, *, months_ahead: int = MONTHS_AHEAD) -> list[str]:
    """Make the partitions of this month and of the next ones that are missing; returns their names."""
    session = unit.session
    await session.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    now = (await session.execute(sa.text("SELECT now()"))).scalar_one()
    made = []
    for distance in range(months_ahead + 1):
        begin, end = month_of(now, distance), month_of(now, distance + 1)
        name = name_of(begin)
        if await session.scalar(sa.text("SELECT to_regclass(:name)"), {"name": name}) is None:
            await _make(unit, name, begin, end)
            made.append(name)
    return made


def month_of(now: datetime, distance: int) -> datetime:
    """The first moment of the month that is `distance` months after that of `now`."""
    at = now.astimezone(UTC)
    years, month = divmod(at.month - 1 + distance, _MONTHS)
    return datetime(at.year + years, month + 1, 1, tzinfo=UTC)


def name_of(begin: datetime) -> str:
    return f"orders_y{begin.year:04}m{begin.month:02}"


async def _make(unit: UnitOfWork, name: str, begin: datetime, end: datetime) -> None:
    """A table apart first, which is attached when it is full: so `orders` can be read and written meanwhile, but for
    the default partition."""
    bounds = {"begin": begin, "end": end}
    first, last = begin.isoformat(), end.isoformat()
    await unit.session.execute(sa.text(f"CREATE TABLE {name} (LIKE orders INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"))
    await unit.session.execute(sa.text("LOCK TABLE orders_default IN ACCESS EXCLUSIVE MODE"))
    await unit.session.execute(sa.text(_MOVE.format(name=name)), bounds)
    attach = f"ALTER TABLE orders ATTACH PARTITION {name} FOR VALUES FROM ('{first}') TO ('{last}')"
    await unit.session.execute(sa.text(attach))


_MOVE = """
    WITH moved AS (DELETE FROM orders_default WHERE placed_at >= :begin AND placed_at < :end RETURNING *)
    INSERT INTO {name} SELECT * FROM moved
"""


async def _run(unit: UnitOfWork, payload: Mapping[str, Any]) -> None:  # the payload is any JSON
    await make_partitions(unit)


PARTITION = Job("orders.partition", _run, schedule="41 2 * * *", statement_seconds=600.0)

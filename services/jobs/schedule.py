"""Periodic jobs: each tick of a schedule is enqueued once, however many workers look at it."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from croniter import croniter

from services.jobs.queue import enqueue
from services.jobs.records import Job
from services.unit_of_work import ReadSession, UnitOfWork


async def list_due(session: ReadSession, jobs: Sequence[Job]) -> Sequence[Job]:
    """The periodic ones of `jobs` whose latest tick nobody has enqueued. The clock is the database's."""
    now: datetime = (await session.execute(_NOW)).scalar_one()
    last = {(row.entrypoint, row.expression): row.last_run for row in await session.execute(_LAST)}
    due = []
    for job in jobs:
        if job.schedule is not None:
            before = last.get((job.name, job.schedule))
            if before is None or before < _tick(job.schedule, now):
                due.append(job)
    return due


async def enqueue_tick(unit: UnitOfWork, job: Job) -> bool:
    """Enqueue the latest tick of a periodic job, unless somebody has; of ticks that were missed, it is the only one."""
    assert job.schedule is not None
    now: datetime = (await unit.session.execute(_NOW)).scalar_one()
    values = {
        "name": job.name,
        "schedule": job.schedule,
        "tick": _tick(job.schedule, now),
        "next": croniter(job.schedule, now).get_next(datetime),
    }
    if (await unit.session.execute(_TAKE, values)).first() is None:
        return False
    # One that still waits from an earlier tick does for this one, too.
    await enqueue(unit, job.name, {}, unique=f"tick:{job.name}")
    return True


def _tick(schedule: str, now: datetime) -> datetime:
    tick: datetime = croniter(schedule, now).get_prev(datetime)
    return tick


_NOW = sa.text("SELECT now()")
_LAST = sa.text("SELECT entrypoint, expression, last_run FROM pgqueuer_schedules")
_TIME = sa.DateTime(timezone=True)
_TAKE = sa.text(
    """
    INSERT INTO pgqueuer_schedules AS s (expression, entrypoint, last_run, next_run)
    VALUES (:schedule, :name, :tick, :next)
    ON CONFLICT (expression, entrypoint) DO UPDATE
    SET last_run = EXCLUDED.last_run, next_run = EXCLUDED.next_run, updated = now()
    WHERE s.last_run IS NULL OR s.last_run < EXCLUDED.last_run
    RETURNING 1
    """
).bindparams(sa.bindparam("tick", type_=_TIME), sa.bindparam("next", type_=_TIME))

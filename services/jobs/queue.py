"""The queue itself: pgqueuer's tables, reached in the caller's transaction, so that a job is there if the change is."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import orjson
import sqlalchemy as sa
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.domain.types import Channel
from pgqueuer.ports.driver import Driver
from pgqueuer.queries import Queries
from sqlalchemy.dialects.postgresql import insert

from core.telemetry import tracing
from models.messaging import InboxMessage
from services.unit_of_work import UnitOfWork

# Written out, since the library would else read names from variables such as FUNCTION and TRIGGER of the environment.
NAMES = DBSettings(
    prefix="",
    db_schema=None,
    channel=Channel("ch_pgqueuer"),
    function="fn_pgqueuer_changed",
    statistics_table="pgqueuer_statistics",
    queue_status_type="pgqueuer_status",
    queue_table="pgqueuer",
    queue_table_log="pgqueuer_log",
    trigger="tg_pgqueuer_changed",
    schedules_table="pgqueuer_schedules",
    durability=Durability.durable,
)
_LONGEST_KEY = 1000
TRACE = "traceparent"
_RUN_ID = UUID("6f1f3ad1-3b0c-4f53-9d36-0c5d9a4d3c55")


def queries(driver: Driver, kind: type[Queries] = Queries) -> Queries:
    """The library's statements on a connection of its own."""
    return kind(
        driver,
        qbe=QueryBuilderEnvironment(NAMES),
        qbq=QueryQueueBuilder(NAMES),
        qbs=QuerySchedulerBuilder(NAMES),
    )


async def enqueue(
    unit: UnitOfWork,
    name: str,
    payload: Mapping[str, Any],
    *,
    delay: timedelta = timedelta(),
    unique: str | None = None,
    priority: int = 0,
) -> int:
    """Have the job `name` run once after `delay`, if the unit commits; returns the job's number.

    Of jobs that are due those with a higher `priority` begin first, whatever their kinds.

    Of jobs with the same `unique` that have not begun, one is kept: with the payload of the first, the earliest time
    and the highest priority of all. It does not begin before this unit ends, so it sees the unit's changes. Until then
    other units that enqueue the same `unique` wait, so enqueue late in a unit, and several in one order everywhere.
    """
    if unique is not None and not 0 < len(unique) <= _LONGEST_KEY:
        raise ValueError(f"`unique` has 1 to {_LONGEST_KEY} characters.")
    connection = unit.session
    values = ([priority], [name], [orjson.dumps(payload, default=str)], [delay], [unique], [_headers()])
    number: int = (await connection.exec_driver_sql(_ENQUEUE, values)).one().id
    if unique is not None:
        await connection.execute(_NOT_LATER, {"number": number, "delay": delay})
    return number


async def enqueue_many(
    unit: UnitOfWork, name: str, payloads: Sequence[Mapping[str, Any]], *, priority: int = 0
) -> None:
    """Have the job `name` run once for each payload, soon, if the unit commits; one statement for all."""
    texts, count = [orjson.dumps(payload, default=str) for payload in payloads], len(payloads)
    values = ([priority] * count, [name] * count, texts, [timedelta()] * count, [None] * count, [_headers()] * count)
    await unit.session.exec_driver_sql(_ENQUEUE, values)


def _headers() -> str:
    """What is kept beside a job: in which trace it was enqueued, if in one."""
    trace = tracing.traceparent()
    return "{}" if trace is None else orjson.dumps({TRACE: trace}).decode()


async def begin(unit: UnitOfWork, number: int) -> int | None:
    """Count one more attempt and let further jobs of the same `unique` in; None if the job is no longer there.

    To be committed before the job's own unit begins, so that what is enqueued later sees a job that has begun.
    """
    begun: int | None = await unit.session.scalar(_BEGIN, {"number": number})
    return begun


async def claim(unit: UnitOfWork, name: str, number: int) -> bool:
    """Whether the job's work is this unit's to do; False if it was done before. Waits while another unit does it."""
    statement = _CLAIM.values(consumer=f"job:{name}", message_id=uuid5(_RUN_ID, str(number)))
    return (await unit.session.execute(statement)).first() is not None


async def sweep(unit: UnitOfWork, *, older_than_days: int) -> int:
    """Delete the history of jobs that were done long ago; returns how many rows that were."""
    deleted = 0
    for statement in _SWEEP:
        deleted += len((await unit.session.execute(statement, {"days": older_than_days})).all())
    return deleted


_ENQUEUE = QueryQueueBuilder(NAMES).build_enqueue_query("update_priority")
_NOT_LATER = sa.text(
    """
    UPDATE pgqueuer SET execute_after = now() + :delay
    WHERE id = :number AND status = 'queued' AND execute_after > now() + :delay
    """
).bindparams(sa.bindparam("delay", type_=sa.Interval()), sa.bindparam("number", type_=sa.BigInteger()))
_BEGIN = sa.text(
    """
    UPDATE pgqueuer SET dedupe_key = NULL, headers = COALESCE(headers, '{}')
        || jsonb_build_object('begun', COALESCE((headers ->> 'begun')::int, 0) + 1)
    WHERE id = :number AND status = 'picked' RETURNING (headers ->> 'begun')::int
    """
).bindparams(sa.bindparam("number", type_=sa.BigInteger()))
_CLAIM = insert(InboxMessage).on_conflict_do_nothing().returning(InboxMessage.message_id)
_SWEEP = (
    sa.text(
        """
        DELETE FROM pgqueuer_log WHERE id IN (
            SELECT l.id FROM pgqueuer_log l
            WHERE l.created < now() - make_interval(days => :days)
              AND NOT EXISTS (SELECT FROM pgqueuer q WHERE q.id = l.job_id)
            LIMIT 100000)
        RETURNING 1
        """
    ),
    sa.text(
        """
        DELETE FROM pgqueuer_statistics WHERE id IN (
            SELECT id FROM pgqueuer_statistics WHERE created < now() - make_interval(days => :days) LIMIT 100000)
        RETURNING 1
        """
    ),
)

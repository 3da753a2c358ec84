"""Runs the jobs of the queue, and enqueues the periodic ones, in every worker process.

A job's unit also records that it ran, so being killed before the queue hears of it makes the next worker find it done.
A worker that dies stops its heartbeats, and another takes its jobs over.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import orjson
import sqlalchemy as sa
import structlog
from opentelemetry.trace import SpanKind
from pgqueuer.core.executors import AbstractEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.db import AsyncpgDriver
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Context, TracebackRecord
from pgqueuer.domain.models import Job as QueuedJob
from pgqueuer.qm import QueueManager
from pgqueuer.queries import Queries

from bootstrap.database import make_database
from bootstrap.resources import Resources
from core.problems import Unavailable
from core.settings import Settings
from core.telemetry import tracing
from core.telemetry.metrics import JOB_SECONDS, JOBS
from core.work_settings import JobSettings
from services import delivery, notifications, orders, payments
from services.accounts import letters
from services.inventory.reconciliation import RECONCILE
from services.jobs import queue, schedule
from services.jobs.records import Job
from services.unit_of_work import Database, UnitOfWork
from workers.repeating import repeat

_LOOK_SECONDS = 5.0
_TICK_SECONDS = 1.0
_LONGEST_RETRY_SECONDS = 300.0
_LONGEST_PAUSE_SECONDS = 5.0
_LONGEST_ERROR = 2_000
_KEPT_DAYS = 30

log = structlog.get_logger(__name__)


async def _sweep(unit: UnitOfWork, payload: Mapping[str, Any]) -> None:  # the payload is any JSON
    await queue.sweep(unit, older_than_days=_KEPT_DAYS)


def jobs(resources: Resources) -> Sequence[Job]:
    """Every kind of work. A job of a kind that is not here waits for a worker that knows it."""
    return (
        Job("jobs.sweep", _sweep, schedule="17 3 * * *", statement_seconds=120.0),
        delivery.RECOMPUTE,
        RECONCILE,
        payments.reconcile_job(resources.database, resources.payments, find_orders=orders.find_orders),
        orders.PARTITION,
        orders.mail_job(resources.mailer, resources.settings),
        letters.mail_job(resources.mailer, resources.settings),
        notifications.mail_job(resources.mailer, resources.settings),
    )


async def run_jobs(resources: Resources, stop: asyncio.Event) -> None:
    """Run every kind of job until `stop` is set; those that run then are finished."""
    await serve(jobs(resources), resources.database, resources.settings, stop)


async def serve(jobs: Sequence[Job], database: Database, settings: Settings, stop: asyncio.Event) -> None:
    """Run these kinds of jobs until `stop` is set. Waits by itself while Postgres is down."""
    # One more for counting attempts and enqueueing ticks.
    connections = settings.database.model_copy(update={"pool_size": settings.jobs.at_once + 1})
    address = database.engine.url.render_as_string(hide_password=False)
    own = make_database(address, connections, application="emporium jobs")
    executors = [_Executor(job, own, settings.jobs) for job in jobs]
    try:
        async with asyncio.TaskGroup() as tasks:
            work = partial(_work, database, executors, settings.jobs, stop)
            tick = partial(_tick, own, jobs)
            tasks.create_task(repeat("jobs", work, stop, pause=0.1, longest_pause=_LONGEST_PAUSE_SECONDS))
            tasks.create_task(repeat("ticks", tick, stop, pause=_TICK_SECONDS, longest_pause=_LONGEST_PAUSE_SECONDS))
    finally:
        await own.dispose()


async def _tick(database: Database, jobs: Sequence[Job]) -> bool:
    async with database.read() as session:
        due = await schedule.list_due(session, jobs)
    for job in due:
        async with database.unit() as unit:
            await schedule.enqueue_tick(unit, job)
    return False


async def _work(
    database: Database, executors: Sequence["_Executor"], settings: JobSettings, stop: asyncio.Event
) -> bool:
    """Take jobs until `stop` or until the connection is lost; raises `Unavailable` then."""
    async with database.connection() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        manager = QueueManager(queue.queries(AsyncpgDriver(driver), _Queue), channel=queue.NAMES.channel)
        for executor in executors:
            manager.register_executor(executor.job.name, executor)
        stopping = asyncio.create_task(_forward(stop, manager.shutdown))
        try:
            await manager.run(
                dequeue_timeout=timedelta(seconds=min(_LOOK_SECONDS, settings.takeover_seconds / 4)),
                batch_size=settings.at_once // 2,
                max_concurrent_tasks=settings.at_once,
                heartbeat_timeout=timedelta(seconds=settings.takeover_seconds),
            )
        except Exception as error:
            if driver.is_closed():
                raise Unavailable("postgres", str(error)) from error
            raise
        finally:
            stopping.cancel()
            # It still listens, so it is not for others to use.
            await connection.invalidate()
    return False


async def _forward(stop: asyncio.Event, shutdown: asyncio.Event) -> None:
    await stop.wait()
    shutdown.set()


class _Queue(Queries):
    """The queue, but a failed attempt that cannot be recorded leaves the job to be taken over."""

    async def retry_job(self, job: QueuedJob, delay: timedelta, traceback_record: TracebackRecord | None) -> None:
        try:
            await super().retry_job(job, delay, traceback_record)
        except Exception:
            log.warning("job_left_behind", job=job.entrypoint, number=job.id, exc_info=True)


class _JobFailed(Exception):
    """A job has failed for good; the message says why the last time."""


class _Executor(AbstractEntrypointExecutor):
    """Runs the jobs of one kind."""

    def __init__(self, job: Job, database: Database, settings: JobSettings) -> None:
        super().__init__(
            EntrypointExecutorParameters(concurrency_limit=job.at_once or 0, func=_never, on_failure="hold")
        )
        self.job = job
        self._database = database
        self._settings = settings

    async def execute(self, job: QueuedJob, context: Context) -> None:
        """Run the job once, in the trace in which it was enqueued.

        Raises `RetryRequested` after a failure, `_JobFailed` after the last one.
        """
        given = (job.headers or {}).get(queue.TRACE)
        name, outcome = job.entrypoint, "done"
        attributes = {"messaging.operation.type": "process", "messaging.message.id": str(job.id)}
        with (
            tracing.entry(
                f"job {name}",
                parent=given if isinstance(given, str) else None,
                kind=SpanKind.CONSUMER,
                attributes=attributes,
            ),
            JOB_SECONDS.labels(name).time(),
        ):
            try:
                await self._attempt(job)
            except RetryRequested:
                outcome = "again"
                raise
            except BaseException:
                outcome = "failed"
                raise
            finally:
                JOBS.labels(name, outcome).inc()

    async def _attempt(self, job: QueuedJob) -> None:
        begun = 0
        try:
            async with self._database.unit() as unit:
                attempt = await queue.begin(unit, job.id)
            if attempt is None:
                return
            begun = attempt
            if begun > self._settings.most_attempts:
                raise _JobFailed("Each worker that began it has died.")
            await self._run(job)
        except _JobFailed as error:
            log.error("job_failed", job=job.entrypoint, number=job.id, attempts=begun, reason=str(error))
            raise
        except Exception as error:
            raise self._consequence(job, begun, error) from None

    async def _run(self, job: QueuedJob) -> None:
        payload = orjson.loads(job.payload) if job.payload else {}
        if self.job.before is not None:
            payload = await self.job.before(payload)
        seconds = self.job.statement_seconds
        async with self._database.unit(patient=seconds is not None) as unit:
            if seconds is not None:
                await unit.session.execute(_LIMIT, {"milliseconds": str(round(seconds * 1000))})
            if await queue.claim(unit, self.job.name, job.id):
                await self.job.run(unit, payload)

    def _consequence(self, job: QueuedJob, begun: int, error: Exception) -> Exception:
        reason = _storable(f"{type(error).__name__}: {error}")
        facts = {"job": job.entrypoint, "number": job.id, "attempts": begun}
        if begun >= self._settings.most_attempts:
            log.error("job_failed", **facts, exc_info=error)
            return _JobFailed(reason)
        delay = backoff(self._settings.retry_seconds, begun, random.random())
        log.warning("job_again", **facts, seconds=round(delay, 1), reason=reason[:200])
        return RetryRequested(delay=timedelta(seconds=delay), reason=reason)


def backoff(first: float, failures: int, dice: float) -> float:
    """Seconds until the next attempt after so many failures: doubling from `first`, at most five minutes, and by
    `dice` (0 to 1) between half and all of that, so that jobs which failed together do not come back together."""
    whole: float = min(first * 2.0 ** min(max(failures - 1, 0), 32), _LONGEST_RETRY_SECONDS)
    return whole * (0.5 + dice / 2)


def _storable(text: str) -> str:
    """The text as Postgres can keep it in JSON."""
    return text.encode(errors="replace").decode().replace("\0", "")[:_LONGEST_ERROR]


async def _never(_job: QueuedJob) -> None:
    raise AssertionError("the executor runs jobs itself")


_LIMIT = sa.text("SELECT set_config('statement_timeout', :milliseconds, true)")

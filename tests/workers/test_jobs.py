"""The runner of jobs in this process: what fails is tried again, in time and not for ever."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from core.settings import Settings
from core.work_settings import JobSettings
from services import accounts, notifications
from services.jobs import Job, JobStatus, enqueue, enqueue_many, list_jobs, retry
from services.jobs.records import JobRecord
from services.unit_of_work import Database, UnitOfWork
from tests.factories.mail import Postbox
from tests.workers.scene import eventually
from workers.jobs import backoff, serve

Payload = Mapping[str, Any]  # any JSON
QUICK = JobSettings(most_attempts=3, retry_seconds=0.05, takeover_seconds=2)


@asynccontextmanager
async def running(database: Database, *jobs: Job) -> AsyncIterator[None]:
    stop = asyncio.Event()
    runner = asyncio.create_task(serve(jobs, database, Settings(jobs=QUICK), stop))
    try:
        yield
    finally:
        stop.set()
        await runner


async def _jobs(database: Database) -> Sequence[JobRecord]:
    async with database.read() as session:
        return await list_jobs(session, limit=100)


def _none_left(database: Database) -> Callable[[], Awaitable[bool]]:
    async def none_left() -> bool:
        return not await _jobs(database)

    return none_left


def _one_failed(database: Database) -> Callable[[], Awaitable[bool]]:
    async def one_failed() -> bool:
        return [job.status for job in await _jobs(database)] == [JobStatus.FAILED]

    return one_failed


class Work:
    """A kind of work that fails so many times; `units` has what it was given."""

    def __init__(self, failures: int = 0, error: Exception | None = None) -> None:
        self.payloads: list[Payload] = []
        self.failures = failures
        self.error = error or RuntimeError("not yet")

    async def __call__(self, unit: UnitOfWork, payload: Payload) -> None:
        self.payloads.append(payload)
        if len(self.payloads) <= self.failures:
            raise self.error


async def test_runs_what_is_enqueued_while_it_works(database: Database) -> None:
    work = Work()

    async with running(database, Job("work", work)):
        async with database.unit() as unit:
            await enqueue(unit, "work", {"a": 1})
        await eventually(_none_left(database))

    assert work.payloads == [{"a": 1}]


async def test_what_is_done_before_makes_what_the_job_gets(database: Database) -> None:
    work = Work()

    async def ask(payload: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**payload, "asked": True}

    async with running(database, Job("work", work, before=ask)):
        async with database.unit() as unit:
            await enqueue(unit, "work", {"a": 1})
        await eventually(_none_left(database))

    assert work.payloads == [{"a": 1, "asked": True}]


async def test_a_job_that_fails_is_tried_again_until_it_works(database: Database) -> None:
    work = Work(failures=2)
    async with database.unit() as unit:
        await enqueue(unit, "work", {})

    async with running(database, Job("work", work)):
        await eventually(_none_left(database))

    assert len(work.payloads) == 3


async def test_a_job_that_fails_each_time_stays_as_failed_and_is_retried_by_hand(database: Database) -> None:
    work = Work(failures=3, error=ValueError("a \0 that JSON in Postgres cannot keep, and \ud800"))
    async with database.unit() as unit:
        number = await enqueue(unit, "work", {})

    async with running(database, Job("work", work)):
        await eventually(_one_failed(database))
        (failed,) = await _jobs(database)
        async with database.unit() as unit:
            await retry(unit, number)
        await eventually(_none_left(database))

    assert failed.attempts == 3
    assert failed.error == "ValueError: a  that JSON in Postgres cannot keep, and ?"
    assert len(work.payloads) == 4


async def test_what_a_failed_attempt_wrote_is_rolled_back(database: Database) -> None:
    async def writes(unit: UnitOfWork, payload: Payload) -> None:
        await unit.session.execute(sa.text("CREATE TABLE left_behind ()"))
        raise RuntimeError

    async with database.unit() as unit:
        await enqueue(unit, "work", {})

    async with running(database, Job("work", writes)):
        await eventually(_one_failed(database))

    async with database.read() as session:
        assert await session.scalar(sa.text("SELECT to_regclass('left_behind')")) is None


async def test_a_job_whose_workers_die_each_time_fails(database: Database) -> None:
    work = Work()
    async with database.unit() as unit:
        await enqueue(unit, "work", {})
        await unit.session.execute(sa.text("""UPDATE pgqueuer SET headers = '{"begun": 3}'"""))

    async with running(database, Job("work", work)):
        await eventually(_one_failed(database))

    assert work.payloads == []


async def test_jobs_of_an_unknown_kind_wait(database: Database) -> None:
    work = Work()
    async with database.unit() as unit:
        await enqueue(unit, "newer", {})
        await enqueue(unit, "work", {})

    async def work_is_done() -> bool:
        return [job.name for job in await _jobs(database)] == ["newer"]

    async with running(database, Job("work", work)):
        await eventually(work_is_done)

    assert [job.status for job in await _jobs(database)] == [JobStatus.WAITING]


async def test_a_kind_that_hangs_leaves_room_for_others(database: Database) -> None:
    work, hanging, release = Work(), Counter[str](), asyncio.Event()

    async def hangs(unit: UnitOfWork, payload: Payload) -> None:
        hanging["now"] += 1
        hanging["most"] = max(hanging["most"], hanging["now"])
        await release.wait()
        hanging["now"] -= 1

    async with database.unit() as unit:
        await enqueue_many(unit, "letters", [{}] * 6)
        await enqueue(unit, "work", {})

    async def work_is_done() -> bool:
        return bool(work.payloads) and hanging["now"] == 3

    async with running(database, Job("letters", hangs, at_once=3), Job("work", work)):
        try:
            await eventually(work_is_done)
        finally:
            release.set()
        await eventually(_none_left(database))

    assert hanging["most"] == 3


async def test_what_is_urgent_goes_first(database: Database) -> None:
    work = Work()
    async with database.unit() as unit:
        await enqueue_many(unit, "work", [{"place": 2}, {"place": 3}])
        await enqueue_many(unit, "work", [{"place": 1}], priority=1)
        await enqueue(unit, "work", {"place": 0}, priority=2)

    async with running(database, Job("work", work, at_once=1)):
        await eventually(_none_left(database))

    assert [payload["place"] for payload in work.payloads] == [0, 1, 2, 3]


@pytest.mark.parametrize("at_once", [3, 4, 5, 64])
def test_letters_leave_one_place_to_others(at_once: int) -> None:
    settings = Settings(jobs=JobSettings(at_once=at_once))

    limits = [kind.mail_job(Postbox(), settings).at_once or at_once for kind in (accounts, notifications)]

    assert min(limits) > 0
    assert sum(limits) == at_once - 1


async def test_each_kind_has_its_own_limit_of_statements(database: Database) -> None:
    seen: list[str] = []

    async def looks(unit: UnitOfWork, payload: Payload) -> None:
        seen.append(str(await unit.session.scalar(sa.text("SHOW statement_timeout"))))

    async with database.unit() as unit:
        await enqueue(unit, "patient", {})
    async with running(database, Job("patient", looks, statement_seconds=90)):
        await eventually(_none_left(database))
    async with database.unit() as unit:
        await enqueue(unit, "usual", {})
    async with running(database, Job("usual", looks), Job("patient", looks, statement_seconds=90)):
        await eventually(_none_left(database))

    assert seen == ["90s", "15s"]


async def test_stopping_lets_running_jobs_finish(database: Database) -> None:
    begun, finished = asyncio.Event(), []

    async def slow(unit: UnitOfWork, payload: Payload) -> None:
        begun.set()
        await asyncio.sleep(0.5)
        finished.append(True)

    async with database.unit() as unit:
        await enqueue(unit, "slow", {})
    async with running(database, Job("slow", slow)):
        await begun.wait()

    assert finished == [True]
    assert await _jobs(database) == []


@pytest.mark.parametrize(
    ("failures", "dice", "seconds"),
    [(1, 1.0, 2.0), (1, 0.0, 1.0), (2, 1.0, 4.0), (5, 1.0, 32.0), (9, 1.0, 300.0), (10**6, 1.0, 300.0)],
)
def test_pauses_double_up_to_five_minutes(failures: int, dice: float, seconds: float) -> None:
    assert backoff(2.0, failures, dice) == seconds

"""Jobs are there if the change is, once for what needs to be done once, and no change slips between two of them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from core.problems import Rejected
from services.jobs import Job, JobStatus, enqueue, list_jobs, retry
from services.jobs.queue import begin, claim, sweep
from services.jobs.records import JobRecord
from services.jobs.schedule import enqueue_tick, list_due
from services.unit_of_work import Database, UnitOfWork
from tests.workers.job_worker import write


async def _jobs(database: Database, status: JobStatus | None = None) -> list[JobRecord]:
    async with database.read() as session:
        return list(await list_jobs(session, limit=100, status=status))


async def _set_status(database: Database, number: int, status: str) -> None:
    async with database.unit() as unit:
        statement = sa.text("UPDATE pgqueuer SET status = CAST(:status AS pgqueuer_status) WHERE id = :number")
        await unit.session.execute(statement, {"status": status, "number": number})


async def _enqueue(database: Database, name: str = "a", unique: str | None = None) -> int:
    async with database.unit() as unit:
        return await enqueue(unit, name, {}, unique=unique)


async def test_a_committed_unit_leaves_its_job(database: Database) -> None:
    async with database.unit() as unit:
        number = await enqueue(unit, "a", {"text": "ü", "list": [1]})

    (job,) = await _jobs(database)

    assert (job.number, job.name, job.status, job.payload) == (
        number,
        "a",
        JobStatus.WAITING,
        {"text": "ü", "list": [1]},
    )
    assert (job.attempts, job.error) == (0, None)


async def test_a_unit_that_rolls_back_leaves_no_job(database: Database) -> None:
    async def fails_at_the_end() -> None:
        async with database.unit() as unit:
            await enqueue(unit, "a", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fails_at_the_end()

    assert await _jobs(database) == []


async def test_a_delayed_job_is_due_later(database: Database) -> None:
    async with database.unit() as unit:
        await enqueue(unit, "a", {}, delay=timedelta(minutes=10))

    (job,) = await _jobs(database)

    assert timedelta(minutes=9) < job.due_at - datetime.now(UTC) < timedelta(minutes=11)


async def test_of_unique_jobs_that_wait_one_is_kept_and_the_unit_goes_on(database: Database) -> None:
    first = await _enqueue(database, unique="same")

    async with database.unit() as unit:
        again = await enqueue(unit, "a", {}, unique="same")
        other = await enqueue(unit, "a", {}, unique="other")
        twice = await enqueue(unit, "a", {}, unique="other")

    assert first == again
    assert other == twice
    assert {job.number for job in await _jobs(database)} == {first, other}


async def test_a_unique_job_is_due_at_the_earliest_time_asked_for(database: Database) -> None:
    for minutes in (30, 5, 60):
        async with database.unit() as unit:
            await enqueue(unit, "a", {}, delay=timedelta(minutes=minutes), unique="same")

    (job,) = await _jobs(database)

    assert job.due_at - datetime.now(UTC) < timedelta(minutes=6)


async def test_a_unique_job_that_has_begun_lets_another_in(database: Database) -> None:
    first = await _enqueue(database, unique="same")
    await _set_status(database, first, "picked")
    async with database.unit() as unit:
        await begin(unit, first)

    second = await _enqueue(database, unique="same")

    assert second != first


async def test_two_that_enqueue_the_same_at_once_leave_one_job(database: Database) -> None:
    numbers = await asyncio.gather(*(_enqueue(database, unique="same") for _ in range(6)))

    assert len({*numbers}) == 1
    assert len(await _jobs(database)) == 1


async def test_a_job_does_not_begin_before_the_unit_ends_that_counts_on_it(database: Database) -> None:
    number = await _enqueue(database, unique="same")
    await _set_status(database, number, "picked")

    async def begins() -> None:
        async with database.unit() as unit:
            await begin(unit, number)

    async with database.unit() as unit:
        await enqueue(unit, "a", {}, unique="same")
        beginning = asyncio.create_task(begins())
        done, _ = await asyncio.wait([beginning], timeout=0.3)
        began_early = bool(done)
    await beginning

    assert not began_early


async def test_refuses_a_unique_key_that_no_index_can_hold(database: Database) -> None:
    async with database.unit() as unit:
        with pytest.raises(ValueError, match="1000"):
            await enqueue(unit, "a", {}, unique="x" * 1001)


async def test_a_run_is_claimed_once(database: Database) -> None:
    async def claims(unit: UnitOfWork) -> bool:
        return await claim(unit, "a", 7)

    async with database.unit() as unit:
        first = await claims(unit)
    async with database.unit() as unit:
        second = await claims(unit)

    assert (first, second) == (True, False)


async def test_a_failed_job_is_retried_with_all_its_attempts(database: Database) -> None:
    number = await _enqueue(database)
    await _set_status(database, number, "picked")
    async with database.unit() as unit:
        await begin(unit, number)
    await _set_status(database, number, "failed")

    async with database.unit() as unit:
        job = await retry(unit, number)

    assert (job.number, job.status, job.attempts) == (number, JobStatus.WAITING, 0)


@pytest.mark.parametrize("number", [0, -1, 12345, 2**63, 2**100])
async def test_refuses_to_retry_what_is_not_there(database: Database, number: int) -> None:
    async with database.unit() as unit:
        with pytest.raises(Rejected) as refusal:
            await retry(unit, number)

    assert [problem.code for problem in refusal.value.problems] == ["NOT_FOUND"]


async def test_refuses_to_retry_what_waits(database: Database) -> None:
    number = await _enqueue(database)

    async with database.unit() as unit:
        with pytest.raises(Rejected) as refusal:
            await retry(unit, number)

    assert [problem.code for problem in refusal.value.problems] == ["NOT_FAILED"]


async def test_a_tick_is_enqueued_once_by_many_and_missed_ones_are_one(database: Database) -> None:
    job = Job("a", write, schedule="0 0 1 1 *")

    async def ticks() -> bool:
        async with database.unit() as unit:
            return await enqueue_tick(unit, job)

    async with database.read() as session:
        due_before = await list_due(session, [job, Job("b", write)])
    taken = await asyncio.gather(*(ticks() for _ in range(6)))
    async with database.read() as session:
        due_after = await list_due(session, [job])

    assert due_before == [job]
    assert sorted(taken) == [False] * 5 + [True]
    assert due_after == []
    assert len(await _jobs(database)) == 1


async def test_sweeps_the_history_of_jobs_that_are_gone(database: Database) -> None:
    kept, gone = await _enqueue(database), await _enqueue(database)
    async with database.unit() as unit:
        await unit.session.execute(sa.text("DELETE FROM pgqueuer WHERE id = :id"), {"id": gone})
        await unit.session.execute(sa.text("UPDATE pgqueuer_log SET created = now() - interval '40 days'"))

    async with database.unit() as unit:
        deleted = await sweep(unit, older_than_days=30)

    async with database.read() as session:
        left = list(await session.scalars(sa.text("SELECT job_id FROM pgqueuer_log")))
    assert deleted == 1
    assert left == [kept]

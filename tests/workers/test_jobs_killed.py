"""Real worker processes and a real Postgres that are killed in the middle: each job has its effect exactly once."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Literal

import pytest
import sqlalchemy as sa

from bootstrap.database import make_database
from bootstrap.embedded import EmbeddedServers
from bootstrap.migrations import migrate
from core.problems import Unavailable
from core.settings import DatabaseSettings
from services.jobs import JobRecord, enqueue, list_jobs
from services.unit_of_work import Database
from tests.architecture.source import ROOT
from tests.fixtures.embedded import servers_in
from tests.workers.job_worker import TABLE
from tests.workers.scene import eventually

JOBS = 200
POSTGRES: Sequence[Literal["postgres"]] = ("postgres",)


@contextmanager
def job_worker(address: str, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    environment = dict(os.environ) | {
        "DATABASE_URL": address,
        "EMPORIUM_JOBS": json.dumps({"takeover_seconds": 2, "retry_seconds": 0.1}),
        "PYTHONPATH": str(ROOT),
    }
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.workers.job_worker"], cwd=ROOT, env=environment, stdout=out, stderr=out
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
async def effects(database: Database) -> Database:
    """This test's database with the table that the jobs write to."""
    async with database.unit() as unit:
        await unit.session.execute(sa.text(TABLE))
    return database


async def _enqueue(database: Database, numbers: Sequence[int], *, seconds: float) -> None:
    async with database.unit() as unit:
        for number in numbers:
            await enqueue(unit, "test.write", {"number": number, "seconds": seconds})


async def _written(database: Database) -> list[int]:
    async with database.read() as session:
        return list(await session.scalars(sa.text("SELECT number FROM job_effect WHERE job = 'write'")))


async def _processes(database: Database) -> set[int]:
    async with database.read() as session:
        return {*await session.scalars(sa.text("SELECT process FROM job_effect"))}


def _wrote(database: Database, least: int) -> Callable[[], Awaitable[bool]]:
    async def wrote() -> bool:
        return len(await _written(database)) >= least

    return wrote


def _nothing_left(database: Database) -> Callable[[], Awaitable[bool]]:
    async def nothing_left() -> bool:
        with suppress(Unavailable):
            return not await _unfinished(database)
        return False

    return nothing_left


async def _unfinished(database: Database) -> Sequence[JobRecord]:
    async with database.read() as session:
        return [job for job in await list_jobs(session, limit=100) if job.name == "test.write"]


def _begun(database: Database, attempts: int) -> Callable[[], Awaitable[bool]]:
    async def begun() -> bool:
        return [job.attempts for job in await _unfinished(database)] == [attempts]

    return begun


async def test_each_job_has_its_effect_once_though_a_worker_is_killed(
    effects: Database, database_url: str, tmp_path: Path
) -> None:
    await _enqueue(effects, range(JOBS), seconds=0.02)
    with ExitStack() as stack:
        first, second = (stack.enter_context(job_worker(database_url, tmp_path / "log")) for _ in range(2))

        await eventually(_wrote(effects, 40), 30)
        first.kill()
        await eventually(_nothing_left(effects), 60)

        assert second.poll() is None
    assert sorted(await _written(effects)) == list(range(JOBS))
    assert await _processes(effects) >= {second.pid}


async def test_the_jobs_of_a_killed_worker_are_taken_over(effects: Database, database_url: str, tmp_path: Path) -> None:
    await _enqueue(effects, [1], seconds=1.0)

    with job_worker(database_url, tmp_path / "log") as first:
        await eventually(_begun(effects, 1), 20)
        first.kill()
    with job_worker(database_url, tmp_path / "log") as second:
        await eventually(_nothing_left(effects), 30)

    assert await _written(effects) == [1]
    assert second.pid in await _processes(effects)


async def test_a_worker_that_was_only_slow_and_the_one_that_took_over_have_one_effect(
    effects: Database, database_url: str, tmp_path: Path
) -> None:
    await _enqueue(effects, [1], seconds=1.0)

    with ExitStack() as stack:
        slow = stack.enter_context(job_worker(database_url, tmp_path / "log"))
        await eventually(_begun(effects, 1), 20)
        slow.send_signal(signal.SIGSTOP)
        stack.enter_context(job_worker(database_url, tmp_path / "log"))
        await eventually(_begun(effects, 2), 30)
        slow.send_signal(signal.SIGCONT)
        await eventually(_nothing_left(effects), 40)

    assert await _written(effects) == [1]


async def test_a_tick_has_one_job_however_many_workers_there_are(
    effects: Database, database_url: str, tmp_path: Path
) -> None:
    async def ticked() -> bool:
        async with effects.read() as session:
            return int(await session.scalar(sa.text("SELECT count(*) FROM job_effect WHERE job = 'tick'")) or 0) >= 4

    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(job_worker(database_url, tmp_path / "log"))
        await eventually(ticked, 40)

    async with effects.read() as session:
        every = "SELECT created FROM pgqueuer_log WHERE entrypoint = 'test.tick' AND status = 'queued' ORDER BY created"
        times = [time.timestamp() for time in await session.scalars(sa.text(every))]
    assert 4 <= len(times) <= (times[-1] - times[0]) / 2 + 2


async def test_sigterm_lets_running_jobs_finish(effects: Database, database_url: str, tmp_path: Path) -> None:
    await _enqueue(effects, range(20), seconds=0.3)
    with job_worker(database_url, tmp_path / "log") as worker:
        await eventually(_wrote(effects, 1), 20)
        worker.terminate()
        code = await asyncio.to_thread(worker.wait, 10)

    left = await _unfinished(effects)
    assert code == 0
    assert {job.status.name for job in left} == {"WAITING"}
    assert len(left) + len(await _written(effects)) == 20


@pytest.fixture
async def private(tmp_path: Path) -> AsyncIterator[tuple[Database, str]]:
    """A Postgres of this test's own, which is started again when it dies, and its address."""
    servers = EmbeddedServers(tmp_path / "servers", fast=False)
    addresses = await asyncio.to_thread(servers.open, POSTGRES)
    assert addresses.postgres is not None
    database = make_database(addresses.postgres, DatabaseSettings(pool_size=2))
    await migrate(database)
    async with database.unit() as unit:
        await unit.session.execute(sa.text(TABLE))
    yield database, addresses.postgres
    await database.dispose()
    await asyncio.to_thread(servers.close, stop="always")


async def test_a_restart_of_postgres_loses_and_doubles_nothing(private: tuple[Database, str], tmp_path: Path) -> None:
    database, address = private
    await _enqueue(database, range(60), seconds=0.05)
    with job_worker(address, tmp_path / "log") as worker:
        await eventually(_wrote(database, 10), 20)
        (server,) = servers_in(tmp_path / "servers")
        server.kill()
        await eventually(_nothing_left(database), 90)

        assert worker.poll() is None
    assert sorted(await _written(database)) == list(range(60))

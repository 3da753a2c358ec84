"""A store with events, worker processes that hear them, and a broker of each kind."""

import subprocess
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from uuid import UUID, uuid4

import sqlalchemy as sa

from bootstrap.broker import open_broker
from core.settings import Settings
from ports.broker import Broker
from services.unit_of_work import Database
from tests.factories.messages import Happened, heard
from tests.workers.event_worker import start_worker
from tests.workers.scene import eventually

KEYS = tuple(UUID(int=number) for number in range(1, 9))


@contextmanager
def workers(settings: Settings, count: int = 1) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Worker processes; a test may add to them, and all are killed at the end."""
    running = [start_worker(settings) for _ in range(count)]
    try:
        yield running
    finally:
        for one in running:
            one.kill()
            one.wait()


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Broker]:
    broker = open_broker(settings)
    try:
        yield broker
    finally:
        await broker.close()


async def happen(database: Database, numbers: Sequence[int], *, key: UUID | None = None) -> None:
    """Publish an event for each number, each with a change of its own; keys take turns unless one is given."""
    for number in numbers:
        async with database.unit() as unit:
            unit.publish(Happened(number, key or KEYS[number % len(KEYS)]))


async def has_heard(database: Database, count: int, *, seconds: float = 120.0) -> None:
    """Return when so many effects are there."""

    async def enough() -> bool:
        return len(await heard(database)) >= count

    await eventually(enough, seconds=seconds)


async def assert_heard_once_and_in_order(database: Database, count: int) -> None:
    """All numbers below `count` have had their effect once, those of each key in the order in which they happened."""
    found = await heard(database)
    assert sorted(number for _, number in found) == list(range(count))
    for key in KEYS:
        mine = [number for one, number in found if one == str(key)]
        assert mine == sorted(mine)


async def count(database: Database, what: str) -> int:
    """How many rows, by the end of a statement: `outbox_event WHERE position IS NULL`."""
    async with database.read() as session:
        return int((await session.execute(sa.text(f"SELECT count(*) FROM {what}"))).scalar_one())


def some_prefix() -> str:
    """Topics and groups of a test's own, at a broker that tests share."""
    return f"test-{uuid4().hex[:12]}"

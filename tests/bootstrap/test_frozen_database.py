"""A Postgres that takes connections and answers nothing, as behind a dead disk: an outage, named in time."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Literal

import psutil
import pytest
import sqlalchemy as sa

from bootstrap.database import make_database
from bootstrap.embedded import EmbeddedServers
from core.problems import Unavailable
from core.settings import DatabaseSettings
from services.unit_of_work import Database
from tests.fixtures.embedded import servers_in

POSTGRES: Sequence[Literal["postgres"]] = ("postgres",)


class Frozen:
    """A private Postgres with all its processes, and two connections to it."""

    def __init__(self, server: psutil.Process, database: Database) -> None:
        self.database = database
        self._server = server

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        for process in (self._server, *self._server.children()):
            process.send_signal(number)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Frozen]:
    servers = EmbeddedServers(tmp_path / "servers", fast=True)
    addresses = await asyncio.to_thread(servers.open, POSTGRES)
    assert addresses.postgres is not None
    settings = DatabaseSettings(pool_size=2, statement_timeout_seconds=0.5)
    database = make_database(f"{addresses.postgres}&connect_timeout=1", settings)
    (process,) = servers_in(tmp_path / "servers")
    frozen = Frozen(process, database)
    yield frozen
    frozen.thaw()
    await database.dispose()
    await asyncio.to_thread(servers.close, stop="always")


async def _read(database: Database) -> int:
    async with database.read() as session:
        return int(await session.scalar(sa.text("SELECT 1")) or 0)


async def _write(database: Database) -> None:
    async with database.unit() as unit:
        await unit.session.execute(sa.text("CREATE TABLE IF NOT EXISTS written ()"))


async def _use_the_driver(database: Database) -> None:
    async with database.unit() as unit:
        raw = await unit.session.get_raw_connection()
        assert raw.driver_connection is not None
        await raw.driver_connection.fetch("SELECT 1")


@pytest.mark.parametrize("use", [_read, _write, _use_the_driver])
async def test_a_server_that_does_not_answer_is_named_in_time_and_used_again(
    server: Frozen, use: Callable[[Database], Awaitable[object]]
) -> None:
    await asyncio.gather(_read(server.database), _read(server.database))

    server.freeze()
    async with asyncio.timeout(20):
        outcomes = await asyncio.gather(*(use(server.database) for _ in range(4)), return_exceptions=True)
    server.thaw()

    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 4
    assert await _read(server.database) == 1


async def test_a_cancelled_reader_of_a_silent_server_gives_its_connection_back(server: Frozen) -> None:
    await _read(server.database)
    server.freeze()
    readers = [asyncio.create_task(_read(server.database)) for _ in range(2)]
    await asyncio.wait(readers, timeout=0.2)

    for reader in readers:
        reader.cancel()
    async with asyncio.timeout(20):
        await asyncio.gather(*readers, return_exceptions=True)
    server.thaw()

    assert all(reader.cancelled() for reader in readers)
    assert await asyncio.gather(*(_read(server.database) for _ in range(2))) == [1, 1]


async def test_a_timeout_of_the_block_itself_passes_as_it_is(database: Database) -> None:
    with pytest.raises(TimeoutError):
        async with database.read(), asyncio.timeout(0.05):
            await asyncio.sleep(5)

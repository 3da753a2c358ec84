"""The database's address, and which failures are named as an outage of Postgres."""

import asyncio
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from bootstrap.database import BadAddress, database_url, make_database
from core.problems import Unavailable
from core.profile import profiling
from core.settings import DatabaseSettings
from services.unit_of_work import Database


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgres://u:p%40@h:5433/d", "postgresql+asyncpg://u:p%40@h:5433/d"),
        ("postgresql://u@h/d?sslmode=require", "postgresql+asyncpg://u@h/d?ssl=require"),
        ("postgresql+asyncpg://u@/d?host=/run/x", "postgresql+asyncpg://u@/d?host=%2Frun%2Fx"),
        ("postgresql://u@h/d?channel_binding=require&application_name=x", "postgresql+asyncpg://u@h/d"),
    ],
)
def test_accepts_usual_forms_of_addresses(address: str, expected: str) -> None:
    url = database_url(address).render_as_string(hide_password=False)

    assert url == expected


@pytest.mark.parametrize("address", ["", "not a url", "mysql://u@h/d", "postgresql://u@h:port/d"])
def test_refuses_other_addresses_without_repeating_them(address: str) -> None:
    with pytest.raises(BadAddress) as caught:
        database_url(address)

    assert not address or address not in str(caught.value)


async def test_counts_statements(database: Database) -> None:
    with profiling() as profile:
        async with database.read() as session:
            await session.execute(sa.text("SELECT 1"))
            await session.execute(sa.text("SELECT 2"))

    assert profile.sql == 2


@pytest.mark.parametrize("address", ["postgresql://u@127.0.0.1:1/d", "postgresql://u@/d?host=/nowhere"])
async def test_names_an_unreachable_server(address: str) -> None:
    database = make_database(address, DatabaseSettings())

    with pytest.raises(Unavailable) as caught:
        async with database.read():
            pass
    await database.dispose()

    assert caught.value.part == "postgres"


async def test_names_a_database_that_does_not_exist(database_url: str) -> None:
    database = make_database(database_url.replace("emporium_", "unknown_"), DatabaseSettings())

    with pytest.raises(Unavailable, match="does not exist"):
        async with database.read():
            pass
    await database.dispose()


async def test_names_a_statement_that_takes_too_long(database_url: str) -> None:
    database = make_database(database_url, DatabaseSettings(statement_timeout_seconds=0.05))

    with pytest.raises(Unavailable, match="statement timeout"):
        async with database.read() as session:
            await session.execute(sa.text("SELECT pg_sleep(5)"))
    await database.dispose()


async def test_names_an_outage_that_the_driver_itself_reports(database_url: str) -> None:
    database = make_database(database_url, DatabaseSettings(statement_timeout_seconds=0.05))

    async def sleep_below_sqlalchemy() -> None:
        async with database.unit() as unit:
            raw = await unit.session.get_raw_connection()
            assert raw.driver_connection is not None
            await raw.driver_connection.execute("SELECT pg_sleep(5)")

    with pytest.raises(Unavailable, match="statement timeout"):
        await sleep_below_sqlalchemy()
    await database.dispose()


async def test_names_a_pool_without_a_free_connection(database_url: str) -> None:
    database = make_database(database_url, DatabaseSettings(pool_size=1, pool_timeout_seconds=0.05))

    with pytest.raises(Unavailable, match="became free"):
        async with database.read(), database.read():
            pass
    await database.dispose()


async def test_names_a_connection_lost_in_the_middle_and_recovers(
    database: Database, open_database: Callable[[], Database]
) -> None:
    other = open_database()

    async def read_and_lose() -> None:
        async with database.read() as session:
            pid = await session.scalar(sa.text("SELECT pg_backend_pid()"))
            await _terminate(other, pid)
            await session.execute(sa.text("SELECT 1"))

    with pytest.raises(Unavailable):
        await read_and_lose()
    async with database.read() as session:
        after = await session.scalar(sa.text("SELECT 1"))

    assert after == 1


async def test_replaces_idle_connections_that_the_server_closed(
    database: Database, open_database: Callable[[], Database]
) -> None:
    other = open_database()
    async with database.read() as session:
        pid = await session.scalar(sa.text("SELECT pg_backend_pid()"))
    await _terminate(other, pid)
    # The loop has to see the end of the connection; until it does, nobody can know.
    await asyncio.sleep(0.5)

    async with database.read() as session:
        answer = await session.scalar(sa.text("SELECT 1"))

    assert answer == 1


@pytest.mark.parametrize("error", [TimeoutError("mine"), FileNotFoundError("mine"), ValueError("mine")])
async def test_errors_of_the_block_itself_pass_as_they_are(database: Database, error: Exception) -> None:
    with pytest.raises(type(error), match="mine"):
        async with database.unit():
            raise error


async def test_a_mistake_in_a_statement_is_not_an_outage(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with database.read() as session:
            await session.execute(sa.text("SELECT CAST(:number AS integer)"), {"number": "not a number"})

    assert not isinstance(caught.value, IntegrityError)


async def test_a_cancelled_reader_gives_its_connection_back(database_url: str) -> None:
    database = make_database(database_url, DatabaseSettings(pool_size=1, pool_timeout_seconds=2))
    entered = asyncio.Event()

    async def sleep() -> None:
        async with database.read() as session:
            entered.set()
            await session.execute(sa.text("SELECT pg_sleep(30)"))

    task = asyncio.create_task(sleep())
    await entered.wait()
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with database.read() as session:
        answer = await session.scalar(sa.text("SELECT 1"))
    await database.dispose()

    assert answer == 1


async def _terminate(database: Database, pid: int | None) -> None:
    async with database.read() as session:
        await session.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})

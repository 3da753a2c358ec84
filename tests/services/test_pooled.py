"""Reads take what lies idle in the pool; SQLAlchemy's own connection is made where it has something to do."""

import asyncio

import pytest
import sqlalchemy as sa

from services.pooled import PooledConnection
from services.reading import fetch
from services.unit_of_work import Database


async def test_a_read_by_the_driver_needs_none_of_sqlalchemys_connections(database: Database) -> None:
    async with database.read() as session:
        await fetch(session, "SELECT 1", ())

    async with database.read() as session:
        rows = await fetch(session, "SELECT 1 AS one", ())

        assert isinstance(session, PooledConnection)
        assert session.sync_connection is None
    assert [row["one"] for row in rows] == [1]
    assert database.pool_use().in_use == 0


async def test_both_ways_of_reading_use_one_connection_outside_of_transactions(database: Database) -> None:
    async with database.read():
        pass

    async with database.read() as session:
        (by_driver,) = await fetch(session, "SELECT pg_backend_pid() AS id", ())
        by_sqlalchemy = await session.scalar(sa.text("SELECT pg_backend_pid()"))

        assert isinstance(session, PooledConnection)
        assert by_driver["id"] == by_sqlalchemy
        assert not (await session.get_raw_connection()).driver_connection.is_in_transaction()  # type: ignore[union-attr]
    assert database.pool_use().in_use == 0


async def test_a_unit_after_a_read_has_its_transaction_again(database: Database) -> None:
    async with database.unit() as unit:
        await unit.session.execute(sa.text("CREATE TABLE noted (id int)"))
    async with database.read() as session:
        await session.scalar(sa.text("SELECT 1"))

    with pytest.raises(LookupError):
        await _write_and_fail(database)

    async with database.read() as session:
        assert await session.scalar(sa.text("SELECT count(*) FROM noted")) == 0


async def test_more_readers_than_connections_wait_for_each_other(database: Database) -> None:
    readers = 3 * database.pool_use().most
    used = await asyncio.gather(*(_backend(database) for _ in range(readers)))

    assert len(used) == readers
    assert len(set(used)) <= database.pool_use().most
    assert database.pool_use().in_use == 0


async def test_an_error_of_the_reader_gives_the_connection_back(database: Database) -> None:
    async with database.read():
        pass

    with pytest.raises(LookupError):
        async with database.read():
            raise LookupError

    assert database.pool_use().in_use == 0
    async with database.read() as session:
        assert await session.scalar(sa.text("SELECT 1")) == 1


async def test_a_session_is_closed_after_its_block(database: Database) -> None:
    async with database.read():
        pass
    async with database.read() as session:
        assert not session.closed

    assert session.closed
    with pytest.raises(AssertionError, match="closed"):
        await fetch(session, "SELECT 1", ())
    await session.close()
    assert database.pool_use().in_use == 0


async def test_connections_that_were_lost_while_idle_are_replaced_one_by_one(database: Database) -> None:
    most = database.pool_use().most
    await asyncio.gather(*(_backend(database) for _ in range(most)))
    async with database.connection() as apart:
        ended = sa.text(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert await apart.scalar(ended)
    await asyncio.sleep(0.1)

    again = await asyncio.gather(*(_backend(database) for _ in range(most)))

    assert len(again) == most
    assert database.pool_use().in_use == 0


async def _backend(database: Database) -> int:
    async with database.read() as session:
        (row,) = await fetch(session, "SELECT pg_sleep(0.01)::text, pg_backend_pid() AS id", ())
        return int(row["id"])


async def _write_and_fail(database: Database) -> None:
    async with database.unit() as unit:
        await unit.session.execute(sa.text("INSERT INTO noted VALUES (1)"))
        raise LookupError

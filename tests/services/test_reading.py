"""Reads that the driver sends: equal rows, counted, and errors as for all others."""

from uuid import uuid4

import pytest
import sqlalchemy as sa

from core.problems import Unavailable
from core.profile import profiling
from models.catalog import Category
from models.inventory import Warehouse
from services.reading import Read, fetch
from services.unit_of_work import Database


async def test_rows_are_what_sqlalchemy_would_give(database: Database) -> None:
    statement = sa.select(
        sa.bindparam("text", type_=sa.Text()).label("text"),
        sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid())).label("ids"),
        sa.literal(7).label("number"),
    )
    values = {"text": "as it is", "ids": [uuid4(), uuid4()]}

    async with database.read() as session:
        (expected,) = await session.execute(statement, values)
        (row,) = await Read(statement).rows(session, **values)

    assert tuple(row) == tuple(expected)
    assert row["number"] == 7


async def test_each_read_counts_as_a_statement(database: Database) -> None:
    read = Read(sa.select(Category.id).where(Category.name == sa.bindparam("name", type_=sa.Text())))

    with profiling() as profile:
        async with database.read() as session:
            await read.rows(session, name="none")

    assert profile.sql == 1


async def test_a_column_that_the_driver_gives_in_another_form_is_refused() -> None:
    statement = sa.select(sa.type_coerce(Warehouse.code, sa.Enum("a", "b", native_enum=False)))

    with pytest.raises(TypeError, match="another form"):
        Read(statement)


async def test_a_connection_that_the_server_has_ended_is_an_outage_and_then_replaced(database: Database) -> None:
    with pytest.raises(Unavailable):
        async with database.read() as session:
            await fetch(session, "SELECT pg_terminate_backend(pg_backend_pid())", [])

    async with database.read() as session:
        rows = await fetch(session, "SELECT $1::int", [1])
    assert [tuple(row) for row in rows] == [(1,)]


async def test_a_read_within_a_unit_sees_what_the_unit_has_written(database: Database) -> None:
    async with database.unit() as unit:
        await unit.session.execute(sa.text("CREATE TEMPORARY TABLE seen (number int) ON COMMIT DROP"))
        await unit.session.execute(sa.text("INSERT INTO seen VALUES (3)"))

        rows = await fetch(unit.session, "SELECT number FROM seen", [])

    assert [row["number"] for row in rows] == [3]

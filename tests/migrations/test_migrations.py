"""The migrations make exactly the tables that the models describe, and can be taken back."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from pgqueuer.db import AsyncpgDriver

from bootstrap.database import make_database
from bootstrap.migrations import alembic_config, downgrade, migrate, newest, pending
from core.settings import DatabaseSettings
from models import Base
from services.jobs.queue import queries as jobs_queries
from services.unit_of_work import Database


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or name is None or not name.startswith("pgqueuer")


def _differences(connection: sa.Connection) -> list[object]:
    opts = {"compare_type": True, "compare_server_default": True, "include_name": _is_ours}
    return list(compare_metadata(MigrationContext.configure(connection, opts=opts), Base.metadata))


def _tables(connection: sa.Connection) -> set[str]:
    return set(sa.inspect(connection).get_table_names())


async def test_migrated_tables_equal_the_models(database: Database) -> None:
    async with database.read() as connection:
        differences = await connection.run_sync(_differences)
        checks = set(await connection.scalars(sa.text("SELECT conname FROM pg_constraint WHERE contype = 'c'")))

    assert differences == []
    declared = {
        str(one.name)
        for table in Base.metadata.tables.values()
        for one in table.constraints
        if isinstance(one, sa.CheckConstraint)
    }
    assert declared <= checks


async def test_migrating_goes_down_to_nothing_and_up_again(empty_database_url: str) -> None:
    database = make_database(empty_database_url, DatabaseSettings())

    first = await migrate(database)
    await downgrade(database, revision="base")
    async with database.read() as connection:
        left = await connection.run_sync(_tables)
    again = await migrate(database)
    repeated = await migrate(database)
    behind = await pending(database)
    async with database.read() as connection:
        differences = await connection.run_sync(_differences)
    await database.dispose()

    assert first == again == (None, newest())
    assert repeated == (newest(), newest())
    assert left == {"alembic_version"}
    assert not behind
    assert differences == []


async def test_tables_of_the_job_queue_are_those_that_the_library_expects(database: Database) -> None:
    async with database.connection() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        plan = await jobs_queries(AsyncpgDriver(driver)).plan_upgrade()

    assert plan.statements == ()
    assert plan.notes == ()


def test_revisions_form_one_line() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())

    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1

"""The migrations make exactly the tables that the models describe, and can be taken back."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bootstrap.database import make_database
from bootstrap.migrations import alembic_config, downgrade, migrate, newest, pending
from core.settings import DatabaseSettings
from models import Base
from services.unit_of_work import Database


def _differences(connection: sa.Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, Base.metadata))


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


def test_revisions_form_one_line() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())

    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1

"""Brings a database to the newest revision of its tables, from code rather than by the `alembic` command."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import migrations
from services.unit_of_work import Database


def alembic_config() -> Config:
    """Alembic's configuration with the scripts of the installed package."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    return config


async def migrate(database: Database, *, revision: str = "head") -> tuple[str | None, str | None]:
    """Upgrade to `revision`; returns the revisions before and after. Waits if another process migrates."""
    async with database.connection() as connection:
        before = await connection.run_sync(_current)
        await connection.rollback()
        await connection.run_sync(_upgrade, revision)
        after = await connection.run_sync(_current)
        await connection.commit()
    return before, after


async def downgrade(database: Database, *, revision: str) -> None:
    """Go back to `revision`, or to nothing with `base`."""
    async with database.connection() as connection:
        await connection.run_sync(_downgrade, revision)
        await connection.commit()


async def pending(database: Database) -> bool:
    """Whether the database is behind the code."""
    async with database.connection() as connection:
        return await connection.run_sync(_current) != newest()


def newest() -> str | None:
    """The newest revision that the code has."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def _current(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: sa.Connection, revision: str) -> None:
    command.upgrade(_config_with(connection), revision)


def _downgrade(connection: sa.Connection, revision: str) -> None:
    command.downgrade(_config_with(connection), revision)


def _config_with(connection: sa.Connection) -> Config:
    config = alembic_config()
    config.attributes["connection"] = connection
    return config

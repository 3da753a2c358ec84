"""`emporium migrate`: brings the database's tables to the newest revision."""

import asyncio
from typing import Annotated

import typer

from bootstrap.database import make_database
from bootstrap.resources import open_addresses
from cli.preparing import prepare
from core.settings import Settings


def migrate(
    revision: Annotated[str, typer.Option(help="Go no further than this revision.")] = "head",
) -> None:
    """Create or update the tables. Safe to repeat, and to run from several machines at once."""
    before, after = asyncio.run(_migrate(Settings(), revision))
    typer.echo(f"The database is at {after}." if before == after else f"Migrated from {before or 'empty'} to {after}.")


async def _migrate(settings: Settings, revision: str) -> tuple[str | None, str | None]:
    async with open_addresses(settings) as found:
        if found.database_url is None:
            raise AssertionError("open_addresses fills it in")
        # Moving data may take longer than any statement of a request.
        patient = found.database.model_copy(update={"statement_timeout_seconds": 3600.0})
        database = make_database(found.database_url.get_secret_value(), patient, application="emporium migrate")
        try:
            return await prepare(database, revision=revision)
        finally:
            await database.dispose()

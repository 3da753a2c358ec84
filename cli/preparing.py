"""Brings a database to where this release's processes can use it."""

from bootstrap.migrations import migrate
from services.search import seed_dictionary
from services.unit_of_work import Database


async def prepare(database: Database, *, revision: str = "head") -> tuple[str | None, str | None]:
    """Update the tables and give a new store its first word lists; returns the revisions before and after.

    Safe to repeat and to run in several processes at once.
    """
    before, after = await migrate(database, revision=revision)
    if revision == "head":
        async with database.unit() as unit:
            await seed_dictionary(unit)
    return before, after

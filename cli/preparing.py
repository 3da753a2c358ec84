"""Brings a database to where this release's processes can use it."""

from bootstrap.migrations import migrate
from services.orders import make_partitions
from services.search import seed_dictionary
from services.unit_of_work import Database


async def prepare(database: Database, *, revision: str = "head") -> tuple[str | None, str | None]:
    """Update the tables, make the partitions of the next months and give a new store its first word lists; returns
    the revisions before and after.

    Safe to repeat and to run in several processes at once.
    """
    before, after = await migrate(database, revision=revision)
    if revision == "head":
        async with database.unit() as unit:
            await seed_dictionary(unit)
        async with database.unit(patient=True) as unit:
            await make_partitions(unit)
    return before, after

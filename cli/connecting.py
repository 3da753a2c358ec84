"""Commands that need Postgres alone, or all parts: those that are set, or embedded ones for as long as they run."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bootstrap.database import make_database
from bootstrap.resources import Resources, open_addresses, open_resources, refuse_unsafe
from core.settings import Settings
from services.unit_of_work import Database

T = TypeVar("T")


async def with_database(work: Callable[[Database], Awaitable[T]], *, application: str = "emporium") -> T:
    """What `work` returns. `application` is the name that Postgres shows of the connection."""
    settings = Settings()
    refuse_unsafe(settings)
    async with open_addresses(settings) as found:
        if found.database_url is None:
            raise AssertionError("open_addresses fills it in")
        database = make_database(found.database_url.get_secret_value(), found.database, application=application)
        try:
            return await work(database)
        finally:
            await database.dispose()


async def with_resources(work: Callable[[Resources], Awaitable[T]], *, application: str = "emporium") -> T:
    """As `with_database`, for work that needs the broker, the cache or the index too."""
    async with open_resources(Settings(), application=application) as resources:
        return await work(resources)

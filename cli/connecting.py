"""Commands that need Postgres alone: the one that is set, or the embedded one for as long as they run."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bootstrap.database import make_database
from bootstrap.resources import open_addresses, refuse_unsafe
from core.settings import Settings
from services.unit_of_work import Database

T = TypeVar("T")


async def with_database(work: Callable[[Database], Awaitable[T]], *, application: str = "emporium") -> T:
    """What `work` returns. `application` is the name that Postgres shows of the connection."""
    settings = Settings()
    refuse_unsafe(settings)
    async with open_addresses(settings) as found:
        assert found.database_url is not None
        database = make_database(found.database_url.get_secret_value(), found.database, application=application)
        try:
            return await work(database)
        finally:
            await database.dispose()

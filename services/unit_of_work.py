"""Sessions and transactions: how the rest of the code reads and writes Postgres.

Reads get a bare connection (plain rows, no identity map). Writes get a `UnitOfWork`, which also carries the events
of the change; whoever opened the unit commits it.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from core.problems import Unavailable
from models.outbox import OutboxEvent
from services.events import Event

ReadSession = AsyncConnection
# Row-wise INSERT of many events is slow; this many go into one statement.
_EVENTS_PER_STATEMENT = 1000


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """One open transaction. `publish` writes events into it, so that change and event commit together."""

    session: AsyncSession

    async def publish(self, *events: Event) -> None:
        for start in range(0, len(events), _EVENTS_PER_STATEMENT):
            chunk = events[start : start + _EVENTS_PER_STATEMENT]
            await self.session.execute(sa.insert(OutboxEvent), [event.as_row() for event in chunk])


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (InterfaceError, OperationalError, OSError) as error:
        raise Unavailable("postgres", str(error)) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable("postgres", str(error)) from error
        raise


class Database:
    """The engine behind both kinds of session. Raises `Unavailable("postgres")` when it cannot be reached."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        """A connection for reading; each statement sees what is committed when it starts."""
        with _reachable():
            async with self.engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[UnitOfWork]:
        """A transaction that commits when the block ends and rolls back when it raises.

        Only `resolvers/mutation.py`, `workers` and the entry points of imports open one.
        """
        with _reachable():
            async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
                yield UnitOfWork(session)

    async def dispose(self) -> None:
        await self.engine.dispose()

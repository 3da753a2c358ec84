"""Sessions and transactions: how the rest of the code reads and writes Postgres.

Reads get a bare connection (plain rows, no identity map). Writes get a `UnitOfWork`: the same in a transaction, which
also carries the events of the change; whoever opened the unit commits it.
"""

import asyncio
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import NullPool, QueuePool

from core.problems import Contended, Unavailable
from core.telemetry import tracing
from models.outbox import OutboxEvent
from services.events import Event
from services.pooled import take_idle

ReadSession = AsyncConnection
# Row-wise INSERT of many events is slow; this many go into one statement.
_EVENTS_PER_STATEMENT = 1000
_PUBLISH = sa.insert(OutboxEvent)


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """One open transaction. What is published in it is written with its last statement, so that change and event
    commit together."""

    session: AsyncConnection
    _events: list[tuple[Event, str | None]] = field(default_factory=list)

    def publish(self, *events: Event) -> None:
        """Tell events, if the unit commits. Not within a savepoint, which may be taken back without them."""
        trace = tracing.traceparent()
        self._events.extend((event, trace) for event in events)

    async def write_events(self) -> None:
        """Write what was published since the last time; for whoever commits the unit."""
        while self._events:
            some = self._events[:_EVENTS_PER_STATEMENT]
            await self.session.execute(_PUBLISH, [{**event.as_row(), "trace": trace} for event, trace in some])
            del self._events[:_EVENTS_PER_STATEMENT]


# SQLSTATE classes of a server that is not there for us: connection lost, resources exhausted, operator's intervention
# (shutdown, start-up, a statement cancelled because it took too long).
_OUTAGES = ("08", "53", "57")
# A serialization failure, a deadlock, and a lock that did not become free within `lock_timeout`.
_CONTENTIONS = ("40001", "40P01", "55P03")
# Giving a connection back ends its transaction; a server that does not answer to that has lost it.
_GIVING_BACK_SECONDS = 3.0


@contextmanager
def _reachable() -> Iterator[None]:
    """Name an outage of Postgres as one. What the block itself raises, an `OSError` say, passes as it is."""
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable("postgres", "No connection became free in time.") from error
    except DBAPIError as error:
        if error.connection_invalidated or _is_outage(error.orig):
            raise Unavailable("postgres", str(error.orig)) from error
        if getattr(error.orig, "sqlstate", None) in _CONTENTIONS:
            raise Contended("postgres", str(error.orig)) from error
        raise
    except Exception as error:
        # Of the driver itself, which the projection talks to without SQLAlchemy between.
        if _has_outage_state(error):
            raise Unavailable("postgres", str(error)) from error
        raise


def _is_outage(error: BaseException | None) -> bool:
    """Whether the driver's error, or what it wraps, is of a class in `_OUTAGES` or says that no connection is there."""
    while error is not None:
        if _has_outage_state(error) or isinstance(error, OSError):
            return True
        error = error.__cause__
    return False


def _has_outage_state(error: BaseException) -> bool:
    state = getattr(error, "sqlstate", None)
    return isinstance(state, str) and state[:2] in _OUTAGES


def _gave_up(error: TimeoutError) -> bool:
    """Whether the driver did, since the server did not answer; and not somebody who waited for something else."""
    frames = traceback.walk_tb(error.__traceback__)
    return any(str(frame.f_globals.get("__name__", "")).startswith("asyncpg.") for frame, _line in frames)


class PoolUse(NamedTuple):
    """Connections of a pool by what they do, and the most there may be."""

    in_use: int
    idle: int
    most: int


class Database:
    """The engine behind both kinds of session. Raises `Unavailable("postgres")` when it cannot be reached, and
    `Contended` for a deadlock or a lock that was waited for too long.

    `patient` is an engine for units whose statements may take long, `apart` one for connections that are kept for long
    or hold more than a transaction; the usual one if not given.
    """

    def __init__(
        self, engine: AsyncEngine, *, patient: AsyncEngine | None = None, apart: AsyncEngine | None = None
    ) -> None:
        self.engine = engine
        self._patient = patient or engine
        self._apart = apart or engine
        # Without a transaction a read is one round trip; with one, BEGIN and ROLLBACK make it three.
        self._reading = engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        """A connection for reading; each statement sees what is committed when it starts."""
        with _reachable():
            async with self._connection(self._reading) as connection:
                yield connection

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """A bare connection, for what is neither a read nor a unit of work: migrations, locks and listeners.

        It is none of the pool's, so that nobody waits for it however long it is kept, and closed afterwards, so that
        nobody inherits a lock.
        """
        with _reachable():
            async with self._connection(self._apart) as connection:
                yield connection

    @asynccontextmanager
    async def unit(self, *, patient: bool = False) -> AsyncIterator[UnitOfWork]:
        """A transaction that commits when the block ends and rolls back when it raises.

        A `patient` one has a connection of its own, and statements that may take an hour.
        Only mutations, workers, imports, rebuilds and entry points open one; tests/architecture lists where.
        """
        with _reachable():
            async with (
                self._connection(self._patient if patient else self.engine) as connection,
                connection.begin(),
            ):
                unit = UnitOfWork(connection)
                yield unit
                await unit.write_events()

    @asynccontextmanager
    async def _connection(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        """A connection from the pool. Whatever keeps it from connecting is an outage, also a password or a name."""
        try:
            connection = (take_idle(engine) if engine is self._reading else None) or await engine.connect()
        except (OSError, DBAPIError) as error:
            raise Unavailable("postgres", str(getattr(error, "orig", error))) from error
        has_ended = False
        try:
            yield connection
            has_ended = not isinstance(engine.pool, NullPool)
        except TimeoutError as error:
            if not _gave_up(error):
                raise
            await _terminate(connection)
            raise Unavailable("postgres", "The server did not answer in time.") from error
        finally:
            if has_ended:
                # All is over, and nothing is sent: the pool takes it back before anybody could interrupt that.
                await connection.close()
            else:
                # A cancelled request must still give its connection back.
                await asyncio.shield(asyncio.ensure_future(_give_back(connection)))

    def pool_use(self) -> PoolUse:
        """How the usual pool is used now."""
        pool = self.engine.pool
        if not isinstance(pool, QueuePool):
            return PoolUse(0, 0, 0)
        return PoolUse(pool.checkedout(), pool.checkedin(), pool.size())

    async def dispose(self) -> None:
        await self.engine.dispose()
        await self._patient.dispose()
        await self._apart.dispose()


async def _give_back(connection: AsyncConnection) -> None:
    """Return it to the pool, or end it if the server does not answer."""
    returning = asyncio.ensure_future(connection.close())
    done, _ = await asyncio.wait([returning], timeout=_GIVING_BACK_SECONDS)
    if not done:
        await _terminate(connection)
    await returning


async def _terminate(connection: AsyncConnection) -> None:
    """End a connection without a word to the server, so that nothing waits for it any more."""
    if connection.closed or connection.invalidated:
        return
    driver = (await connection.get_raw_connection()).driver_connection
    if driver is not None:
        driver.terminate()

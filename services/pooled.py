"""Connections of the pool for reading, taken and given back without SQLAlchemy's own until it has something to do.

A page sends its statements by the driver (`services.reading`). A `Connection` of SQLAlchemy, with its greenlets and the
isolation level set and reset, costs more than the smallest of those.
"""

from sqlalchemy.engine import Connection
from sqlalchemy.exc import MissingGreenlet
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import PoolProxiedConnection, QueuePool
from sqlalchemy.util.concurrency import in_greenlet


class PooledConnection(AsyncConnection):
    """One that lay idle in the pool. SQLAlchemy's own is made around it when that is first asked for anything."""

    __slots__ = ("_taken",)

    def __init__(self, engine: AsyncEngine, taken: PoolProxiedConnection) -> None:
        super().__init__(engine)
        self._taken = taken

    @property
    def _proxied(self) -> Connection:
        if self.sync_connection is None:
            # It needs nothing of the server: the connection is there, and its isolation level is set when it begins.
            made = Connection(self.sync_engine, connection=self._taken)
            self.sync_connection = self._assign_proxied(made)
        return self.sync_connection

    @property
    def driver(self) -> object | None:
        """The driver's connection; None if it has been given back or was lost."""
        return self._taken.driver_connection

    @property
    def closed(self) -> bool:
        return not self._taken.is_valid if self.sync_connection is None else super().closed

    async def close(self) -> None:
        if self.sync_connection is None:
            self._taken.close()
        else:
            await super().close()


def take_idle(engine: AsyncEngine) -> PooledConnection | None:
    """A connection that lies idle in the engine's pool; None if there is none, or only one that has been lost."""
    pool = engine.sync_engine.pool
    if not isinstance(pool, QueuePool) or not pool.checkedin():
        return None
    try:
        return PooledConnection(engine, pool.connect())
    except (WouldWait, MissingGreenlet):
        return None


class WouldWait(Exception):
    """A connection has to be made anew, where nothing can be waited for."""


def refuse_to_wait(*_connecting: object) -> None:
    """For `do_connect` of an engine whose idle connections are taken; raises `WouldWait`, and the pool has back what
    it was about to replace."""
    if not in_greenlet():
        raise WouldWait

"""Who may relay and write the index: the process whose connection holds one advisory lock of Postgres.

A process that dies loses its connection and so the lock. A leader that is cut off from Postgres may go on for a moment
while the next one starts; that is harmless: projections are ordered by a lock of their own, indexes and the cache
refuse lower versions, and what consumers have done is recorded by compare and set.
The lock belongs to a session, so a pooler between must not share sessions between transactions.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.problems import Unavailable
from services.unit_of_work import Database

RELAY_LOCK = 0x656D70_0002


class Leadership:
    """The lock, for as long as its connection lives."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def confirm(self) -> None:
        """Raises `Unavailable("postgres")` when the connection, and with it the lock, is gone."""
        try:
            await self._connection.execute(sa.text("SELECT 1"))
        except (sa.exc.DBAPIError, OSError) as error:
            raise Unavailable("postgres", str(error)) from error


@asynccontextmanager
async def try_to_lead(database: Database) -> AsyncIterator[Leadership | None]:
    """The leadership for the length of the block, or None if another process has it."""
    async with database.connection() as connection:
        # Not in a transaction, which would end by the server's limit on idle ones and keep vacuum from its work.
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        locked = await connection.scalar(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": RELAY_LOCK})
        if not locked:
            yield None
            return
        try:
            yield Leadership(connection)
        finally:
            if not connection.invalidated and not connection.closed:
                await connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": RELAY_LOCK})

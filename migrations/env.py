"""How Alembic reaches the database: the connection it is handed, else `DATABASE_URL`.

One process migrates at a time; a second one waits at the advisory lock and then finds nothing to do.
"""

import asyncio
import os

import sqlalchemy as sa
from alembic import context
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from models import Base

# Any number that nothing else locks.
_LOCK = 7_061_992
# Tables that the models do not describe: those of a library, and the partitions of `orders`.
_NOT_MODELLED = ("pgqueuer", "orders_")


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether the models say how the table of this name looks."""
    return kind != "table" or name is None or not name.startswith(_NOT_MODELLED)


def run(connection: sa.Connection) -> None:
    """Run the migrations that were asked for, in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        compare_server_default=True,
        include_name=is_ours,
    )
    with context.begin_transaction():
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        context.run_migrations()


async def connect_and_run() -> None:
    """For the `alembic` command, which has no connection to hand over."""
    address = os.environ.get("DATABASE_URL")
    if not address:
        raise SystemExit("Set DATABASE_URL, for example to the address that `emporium settings` prints.")
    engine = create_async_engine(make_url(address).set(drivername="postgresql+asyncpg"))
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


handed = context.config.attributes.get("connection")
if isinstance(handed, sa.Connection):
    run(handed)
else:
    asyncio.run(connect_and_run())

"""Operations that wait in Postgres for as long as a test wants."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa

from models.catalog import Product
from services.unit_of_work import UnitOfWork
from tests.fixtures.database import opened_database
from tests.fixtures.shop import Shop


@asynccontextmanager
async def locked_products(shop: Shop) -> AsyncIterator[UnitOfWork]:
    """Whoever reads products waits. The unit sees who does."""
    async with opened_database(shop.database_url) as beside, beside.unit() as unit:
        await unit.session.execute(sa.text(f"LOCK TABLE {Product.__tablename__} IN ACCESS EXCLUSIVE MODE"))
        yield unit


async def until_waiting(unit: UnitOfWork, count: int) -> None:
    """Until so many statements of this database wait for the lock; fails if they never do."""
    asked = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' "
        "AND state = 'active'"
    )
    async with asyncio.timeout(20):
        while await unit.session.scalar(asked) != count:
            await unit.session.execute(sa.text("SELECT pg_stat_clear_snapshot()"))
            await asyncio.sleep(0.05)

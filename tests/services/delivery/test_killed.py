"""A computation that is killed leaves the old matrix; the next one ends in the new."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import sqlalchemy as sa

from services import delivery
from services.delivery.codes import CodeRow, save_codes
from services.unit_of_work import Database
from tests.architecture.source import ROOT
from tests.factories.delivery import lanes, save_places, save_warehouse

PATIENCE_SECONDS = 60.0
ZONES = 3_000
# Holding this, the test stops a computation that is about to say what it has changed: all its lanes are written then.
LAST_STEP = sa.text("SELECT FROM delivery_matrix FOR UPDATE")
WRITING = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'UPDATE delivery_matrix%' AND state = 'active'"
)


async def test_killed_before_its_end_it_leaves_the_old_matrix(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    async with database.unit() as unit:
        await save_places(unit)
        await save_warehouse(unit, "EAST", 40.7, -74.0)
        rows = [CodeRow(f"A{number}", f"A{number}", number / 100, -90.0) for number in range(ZONES)]
        await save_codes(unit, rows, country="US")
        await delivery.recompute(unit)
    before = await lanes(database)
    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE delivery_rate SET price_minor = price_minor + 1"))

    async with database.unit() as unit:
        await unit.session.execute(LAST_STEP)
        process = await _recompute(database_url, tmp_path)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await _is_writing(database):  # noqa: ASYNC110 - another process works
                await asyncio.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        await process.wait()

    assert await lanes(database) == before
    async with database.unit() as unit:
        done = await delivery.recompute(unit)
    assert done.written == len(before) == len(await lanes(database))


async def _is_writing(database: Database) -> bool:
    async with database.read() as session:
        return bool(await session.scalar(WRITING))


async def _recompute(database_url: str, folder: Path) -> asyncio.subprocess.Process:
    """The command, in a process of its own."""
    environment = {**os.environ, "DATABASE_URL": database_url, "EMPORIUM_DATA_DIR": str(folder)}
    environment.setdefault("REDIS_URL", "redis://127.0.0.1:9/0")
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli.main", "delivery", "recompute", cwd=ROOT, env=environment
    )

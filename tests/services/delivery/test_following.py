"""A worker process follows warehouses and rates: the matrix is right a few seconds after a change, whatever it was."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from services import delivery
from services.delivery import RateDraft
from services.inventory.events import WarehouseChanged
from services.unit_of_work import Database
from tests.factories.delivery import Lane, lanes, save_places, save_warehouse
from tests.fixtures.processes import running_worker

PATIENCE_SECONDS = 90.0


@pytest.fixture
async def worker(database_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[None]:
    """A worker process with an index of its own."""
    async with running_worker(database_url=database_url, redis_url=redis_url, folder=tmp_path):
        yield


async def until(database: Database, wanted: set[tuple[str, int]]) -> None:
    """Wait for the matrix to have exactly these methods and prices."""
    names = await _methods(database)
    found: set[Lane] = set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while {(names.get(lane[2], "?"), lane[4]) for lane in found} != wanted:
            await asyncio.sleep(0.1)
            found = await lanes(database)


async def _methods(database: Database) -> dict[UUID, str]:
    async with database.read() as session:
        return {row.id: row.code for row in await session.execute(sa.text("SELECT id, code FROM delivery_method"))}


@pytest.mark.usefixtures("worker")
async def test_new_and_closed_warehouses_and_new_rates_are_followed(database: Database) -> None:
    async with database.unit() as unit:
        await save_places(unit)
        warehouse = await save_warehouse(unit, "EAST", 40.7, -74.0)
        unit.publish(WarehouseChanged(warehouse))
    await until(database, {("standard", 399), ("standard", 799), ("express", 1999)})

    async with database.unit() as unit:
        row = (
            await unit.session.execute(sa.text("SELECT id, carrier_id FROM delivery_method WHERE code = 'express'"))
        ).one()
        await delivery.save_method(
            unit,
            id=row.id,
            carrier_id=row.carrier_id,
            code="express",
            name="Express",
            rates=[RateDraft(2_000, 2_500, 1, 1)],
            currency="USD",
        )
    await until(database, {("standard", 399), ("standard", 799), ("express", 2_500)})

    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE warehouse SET is_active = false"))
        unit.publish(WarehouseChanged(warehouse))
    await until(database, set())

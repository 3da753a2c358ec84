"""The ledger: it is only added to, and what is set goes into it like everything else."""

import asyncio
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services.inventory.commands import Level, set_level, set_levels
from services.inventory.movements.levels import lock_levels
from services.unit_of_work import Database
from tests.factories.stock import Stocked, broken_rules, hold, published, save_stock, units_of


@pytest.fixture
async def stocked(database: Database) -> Stocked:
    """S-0 has 5 units in EAST, S-1 none."""
    return await save_stock(database, {"EAST": 5}, {})


async def put(database: Database, variant_id: UUID, warehouse_id: UUID, units: int) -> None:
    async with database.unit() as unit:
        await set_level(unit, variant_id=variant_id, warehouse_id=warehouse_id, on_hand=units)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE inventory_ledger_entry SET note = 'x'",
        "DELETE FROM inventory_ledger_entry",
        "TRUNCATE inventory_ledger_entry",
    ],
)
async def test_entries_cannot_be_changed_or_removed(database: Database, stocked: Stocked, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append only"):
        async with database.unit() as unit:
            await unit.session.execute(sa.text(statement))

    assert await broken_rules(database) == []


async def test_what_is_set_is_entered_as_a_difference(database: Database, stocked: Stocked) -> None:
    for units in (9, 9, 2, 0):
        await put(database, stocked.variants[0], stocked.warehouses["EAST"], units)

    statement = sa.text("SELECT on_hand_change FROM inventory_ledger_entry ORDER BY sequence")
    async with database.read() as session:
        assert (await session.scalars(statement)).all() == [5, 4, -7, -2]
    assert [event["available"] for event in await published(database, "inventory.low_stock_reached")] == [2]


async def test_what_is_set_below_what_is_reserved_stops_there(database: Database, stocked: Stocked) -> None:
    await hold(database, (stocked.variants[0], 3))

    await put(database, stocked.variants[0], stocked.warehouses["EAST"], 1)

    assert (await units_of(database, stocked.variants[0]))["EAST"] == (3, 3)
    assert await broken_rules(database) == []


async def test_new_and_old_levels_set_by_many_at_once_stay_equal_to_the_ledger(
    database: Database, stocked: Stocked
) -> None:
    async def set_all(on_hand: int) -> None:
        levels = [
            Level(variant_id, warehouse_id, on_hand)
            for variant_id in stocked.variants
            for warehouse_id in stocked.warehouses.values()
        ]
        async with database.unit() as unit:
            await set_levels(unit, levels, announced_as={})

    await asyncio.gather(*(set_all(on_hand) for on_hand in range(16)))

    assert await broken_rules(database) == []
    assert len(await units_of(database, stocked.variants[1])) == 3


async def test_imports_and_movements_that_make_the_same_level_wait_without_a_circle(
    database: Database, stocked: Stocked
) -> None:
    old = (stocked.variants[0], stocked.warehouses["EAST"])
    new = (stocked.variants[1], stocked.warehouses["EAST"])

    async def set_both() -> None:
        async with database.unit() as unit:
            await set_levels(unit, [Level(*old, 7), Level(*new, 8)], announced_as={})

    async with database.unit() as unit:
        await lock_levels(unit, [], make=[new])
        setting = asyncio.create_task(set_both())
        await asyncio.wait([setting], timeout=0.3)
        await lock_levels(unit, [old, new])
    await setting

    assert [(await units_of(database, key))["EAST"].on_hand for key in stocked.variants] == [7, 8]
    assert await broken_rules(database) == []

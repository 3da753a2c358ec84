"""The comparison of levels with ledger and held reservations: quiet when all is right, exact when it is not."""

import pytest
import sqlalchemy as sa

from services.inventory.reconciliation import ReconciliationRecord, reconcile
from services.unit_of_work import Database
from tests.factories.stock import Stocked, hold, save_stock


@pytest.fixture
async def stocked(database: Database) -> Stocked:
    """Four variants in two warehouses, some of them reserved."""
    stocked = await save_stock(database, *({"EAST": 5, "WEST": number} for number in range(4)))
    await hold(database, (stocked.variants[0], 2), (stocked.variants[3], 7))
    return stocked


async def compare(database: Database) -> ReconciliationRecord:
    async with database.unit() as unit:
        return await reconcile(unit, slice_size=3)


async def tamper(database: Database, statement: str, **values: object) -> None:
    async with database.unit() as unit:
        await unit.session.execute(sa.text(statement), values)


async def test_finds_nothing_where_all_is_right(database: Database, stocked: Stocked) -> None:
    report = await compare(database)

    assert (report.levels_checked, report.discrepancies) == (8, [])
    async with database.read() as session:
        stored = await session.execute(sa.text("SELECT id, levels_checked FROM inventory_reconciliation"))
    assert [tuple(row) for row in stored] == [(report.id, 8)]


async def test_finds_a_level_that_was_tampered_with(database: Database, stocked: Stocked) -> None:
    place = {"variant_id": stocked.variants[0], "warehouse_id": stocked.warehouses["EAST"]}
    await tamper(
        database,
        "UPDATE inventory_level SET on_hand = 9, reserved = 1 "
        "WHERE variant_id = :variant_id AND warehouse_id = :warehouse_id",
        **place,
    )

    report = await compare(database)

    assert report.discrepancies == [
        {
            **{name: str(key) for name, key in place.items()},
            "on_hand": {"is": 9, "ledger": 5},
            "reserved": {"is": 1, "ledger": 2, "held": 2},
        }
    ]


@pytest.mark.parametrize("number", [0, 3])
async def test_finds_a_level_that_is_gone(database: Database, stocked: Stocked, number: int) -> None:
    await tamper(
        database, "DELETE FROM inventory_level WHERE variant_id = :id AND on_hand = 5", id=stocked.variants[number]
    )

    (found,) = (await compare(database)).discrepancies

    assert (found["variant_id"], found["on_hand"]) == (str(stocked.variants[number]), {"is": 0, "ledger": 5})


async def test_finds_reserved_units_that_nobody_holds(database: Database, stocked: Stocked) -> None:
    await tamper(database, "UPDATE reservation SET status = 'released', ended_at = now()")

    report = await compare(database)

    assert [one["reserved"]["held"] for one in report.discrepancies] == [0] * 3

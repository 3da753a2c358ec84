"""Transfers: what leaves one warehouse reaches the other, in one movement."""

import asyncio
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from core.problems import Rejected
from services.inventory.movements import Movement, Mover, Units, transfer
from services.inventory.movements.problems import InsufficientStock
from services.unit_of_work import Database
from tests.factories.stock import Stocked, broken_rules, hold, published, save_stock, units_of

CLERK = Mover("operator:clerk")


@pytest.fixture
async def stocked(database: Database) -> Stocked:
    """S-0 has 10 units in EAST and 2 in WEST, S-1 has 4 in EAST."""
    return await save_stock(database, {"EAST": 10, "WEST": 2}, {"EAST": 4})


async def move(database: Database, *lines: tuple[str, int], source: str = "EAST", target: str = "WEST") -> Movement:
    wanted = [Units(*line) for line in lines]
    async with database.unit() as unit:
        return await transfer(unit, source=source, target=target, lines=wanted, by=CLERK, low_stock_units=5)


async def test_both_ends_are_written_under_one_reference(database: Database, stocked: Stocked) -> None:
    movement = await move(database, ("S-0", 6), ("S-1", 1))

    statement = sa.text(
        "SELECT code, on_hand_change, reason FROM inventory_ledger_entry e JOIN warehouse w ON w.id = warehouse_id "
        "WHERE reference_id = :id ORDER BY sequence"
    )
    async with database.read() as session:
        entries = [tuple(row) for row in await session.execute(statement, {"id": movement.id})]
    out, into = "transfer_out", "transfer_in"
    assert entries == [("EAST", -6, out), ("WEST", 6, into), ("EAST", -1, out), ("WEST", 1, into)]
    assert [level.on_hand for level in movement.levels] == [4, 3, 8, 1]
    assert len(await published(database, "inventory.stock_changed")) == 2
    assert [event["available"] for event in await published(database, "inventory.low_stock_reached")] == [4]
    assert await broken_rules(database) == []


async def test_only_units_that_are_not_reserved_are_moved(database: Database, stocked: Stocked) -> None:
    await hold(database, (stocked.variants[1], 3))

    with pytest.raises(Rejected) as caught:
        await move(database, ("S-0", 1), ("S-1", 2))

    (problem,) = caught.value.problems
    assert isinstance(problem, InsufficientStock)
    assert (problem.available, problem.path) == (1, ("lines", "1", "quantity"))
    assert (await units_of(database, stocked.variants[0]))["EAST"].on_hand == 10


@pytest.mark.parametrize(
    ("lines", "ends", "expected"),
    [
        ([("S-0", 1)], ("EAST", "EAST"), [("SAME_WAREHOUSE", "to")]),
        ([("S-0", 1)], ("MOON", "EAST"), [("NOT_FOUND", "from")]),
        ([("NO", 1)], ("EAST", "MOON"), [("NOT_FOUND", "to"), ("NOT_FOUND", "lines.0.sku")]),
        ([("S-0", 0), ("S-1", -1)], ("EAST", "WEST"), [("BAD_QUANTITY", f"lines.{n}.quantity") for n in (0, 1)]),
        ([("S-0", 10**30)], ("EAST", "WEST"), [("BAD_QUANTITY", "lines.0.quantity")]),
        ([("S-0", 1), ("S-0", 1)], ("EAST", "WEST"), [("DUPLICATE_SKU", "lines.1.sku")]),
        ([], ("EAST", "WEST"), [("NO_LINES", "lines")]),
        ([("S-1", 1)], ("NORTH", "WEST"), [("INSUFFICIENT_STOCK", "lines.0.quantity")]),
    ],
)
async def test_what_is_wrong_is_refused_with_its_place(
    database: Database,
    stocked: Stocked,
    lines: Sequence[tuple[str, int]],
    ends: tuple[str, str],
    expected: list[tuple[str, str]],
) -> None:
    with pytest.raises(Rejected) as caught:
        await move(database, *lines, source=ends[0], target=ends[1])

    assert [(problem.code, ".".join(problem.path)) for problem in caught.value.problems] == expected
    assert await broken_rules(database) == []


async def test_transfers_against_each_other_at_once_lose_nothing(database: Database, stocked: Stocked) -> None:
    there = [move(database, ("S-0", 1), ("S-1", 1)) for _ in range(20)]
    back = [move(database, ("S-1", 1), ("S-0", 1), source="WEST", target="EAST") for _ in range(20)]

    outcomes = await asyncio.gather(*there, *back, return_exceptions=True)

    assert all(isinstance(one, Movement | Rejected) for one in outcomes)
    assert sum(level.on_hand for level in (await units_of(database, stocked.variants[0])).values()) == 12
    assert sum(level.on_hand for level in (await units_of(database, stocked.variants[1])).values()) == 4
    assert await broken_rules(database) == []

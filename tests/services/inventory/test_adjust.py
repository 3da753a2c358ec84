"""Adjustments: by difference or to a count, with their reasons, and never below what is reserved."""

import asyncio
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from core.problems import Rejected
from services.inventory.movements import Adjustment, AdjustmentReason, Movement, Mover, adjust, set_low_stock_threshold
from services.inventory.movements.problems import InsufficientStock
from services.unit_of_work import Database
from tests.factories.stock import Stocked, broken_rules, hold, published, save_stock, units_of

CLERK = Mover("operator:clerk")
A_LOT = 10**9


@pytest.fixture
async def stocked(database: Database) -> Stocked:
    """S-0 has 10 units in EAST, S-1 none."""
    return await save_stock(database, {"EAST": 10}, {})


async def change(
    database: Database,
    *lines: Adjustment,
    reason: AdjustmentReason = AdjustmentReason.COUNTED,
    note: str | None = None,
    warehouse: str = "EAST",
) -> Movement:
    async with database.unit() as unit:
        return await adjust(
            unit, warehouse=warehouse, reason=reason, lines=lines, note=note, by=CLERK, low_stock_units=5
        )


async def test_a_difference_and_a_count_are_written_with_reason_and_note(database: Database, stocked: Stocked) -> None:
    movement = await change(
        database, Adjustment("S-0", change=-2), Adjustment("S-1", count=4), note="Found behind the door."
    )

    assert [level.on_hand for level in movement.levels] == [8, 4]
    statement = sa.text(
        "SELECT on_hand_change, reason, note, actor FROM inventory_ledger_entry WHERE reference_id = :id "
        "ORDER BY sequence"
    )
    async with database.read() as session:
        entries = [tuple(row) for row in await session.execute(statement, {"id": movement.id})]
    rest = ("counted", "Found behind the door.", "operator:clerk")
    assert entries == [(-2, *rest), (4, *rest)]
    assert await broken_rules(database) == []


async def test_a_count_that_is_right_changes_nothing(database: Database, stocked: Stocked) -> None:
    movement = await change(database, Adjustment("S-0", count=10))

    assert [(level.on_hand, level.version) for level in movement.levels] == [(10, 1)]
    assert await published(database, "inventory.stock_changed") == []


@pytest.mark.parametrize("line", [Adjustment("S-0", change=-5), Adjustment("S-0", count=5)])
async def test_reserved_units_cannot_be_adjusted_away(database: Database, stocked: Stocked, line: Adjustment) -> None:
    await hold(database, (stocked.variants[0], 6))

    with pytest.raises(Rejected) as caught:
        await change(database, Adjustment("S-1", count=3), line)

    (problem,) = caught.value.problems
    assert isinstance(problem, InsufficientStock)
    assert (problem.available, problem.path[:2]) == (4, ("lines", "1"))
    assert (await units_of(database, stocked.variants[0]))["EAST"] == (10, 6)
    assert "EAST" not in await units_of(database, stocked.variants[1])


Case = tuple[Sequence[Adjustment], AdjustmentReason, str | None, list[tuple[str, str]]]
COUNTED = AdjustmentReason.COUNTED
CASES: list[Case] = [
    ([Adjustment("NO", count=1)], COUNTED, None, [("NOT_FOUND", "lines.0.sku")]),
    ([], COUNTED, None, [("NO_LINES", "lines")]),
    ([Adjustment("S-0", change=0)], COUNTED, None, [("BAD_QUANTITY", "lines.0.change")]),
    ([Adjustment("S-0", change=-A_LOT - 1)], COUNTED, None, [("BAD_QUANTITY", "lines.0.change")]),
    ([Adjustment("S-0", change=A_LOT)], COUNTED, None, [("BAD_QUANTITY", "lines.0.change")]),
    ([Adjustment("S-0", count=-1)], COUNTED, None, [("BAD_QUANTITY", "lines.0.count")]),
    ([Adjustment("S-0", count=10**30)], COUNTED, None, [("BAD_QUANTITY", "lines.0.count")]),
    ([Adjustment("S-0", change=1)], AdjustmentReason.DAMAGED, None, [("BAD_QUANTITY", "lines.0.change")]),
    ([Adjustment("S-0", change=1)], AdjustmentReason.LOST, None, [("BAD_QUANTITY", "lines.0.change")]),
    ([Adjustment("S-0", change=-1)], AdjustmentReason.FOUND, None, [("BAD_QUANTITY", "lines.0.change")]),
    ([Adjustment("S-0", change=-1)], AdjustmentReason.RETURNED, None, [("BAD_QUANTITY", "lines.0.change")]),
    ([Adjustment("S-0", change=1)], AdjustmentReason.OTHER, "", [("BAD_NOTE", "note")]),
    ([Adjustment("S-0", change=1)], AdjustmentReason.OTHER, None, [("BAD_NOTE", "note")]),
    ([Adjustment("S-0", change=1)], COUNTED, "a\0b", [("BAD_NOTE", "note")]),
    ([Adjustment("S-0", change=1, count=1)], COUNTED, None, [("BAD_ADJUSTMENT", "lines.0")]),
    ([Adjustment("S-0")], COUNTED, None, [("BAD_ADJUSTMENT", "lines.0")]),
    ([Adjustment("S-0", change=1)] * 2, COUNTED, None, [("DUPLICATE_SKU", "lines.1.sku")]),
]


@pytest.mark.parametrize("case", CASES)
async def test_what_is_wrong_is_refused_with_its_place(database: Database, stocked: Stocked, case: Case) -> None:
    lines, reason, note, expected = case

    with pytest.raises(Rejected) as caught:
        await change(database, *lines, reason=reason, note=note)

    assert [(problem.code, ".".join(problem.path)) for problem in caught.value.problems] == expected
    assert (await units_of(database, stocked.variants[0]))["EAST"].on_hand == 10


async def test_an_unknown_warehouse_is_refused(database: Database, stocked: Stocked) -> None:
    with pytest.raises(Rejected) as caught:
        await change(database, Adjustment("S-0", change=1), warehouse="MOON")

    assert [problem.path for problem in caught.value.problems] == [("warehouse",)]


async def test_low_stock_is_said_once_each_time_it_is_reached(database: Database, stocked: Stocked) -> None:
    # 10 units, then 6, 5, 4, 8, 3.
    for difference in (-4, -1, -1, 4, -5):
        await change(database, Adjustment("S-0", change=difference))

    told = await published(database, "inventory.low_stock_reached")
    assert [(event["available"], event["threshold"]) for event in told] == [(5, 5), (3, 5)]


async def test_a_level_has_its_own_threshold(database: Database, stocked: Stocked) -> None:
    async with database.unit() as unit:
        level = await set_low_stock_threshold(unit, warehouse="EAST", sku="S-0", units=10, by=CLERK, low_stock_units=5)
    await change(database, Adjustment("S-0", change=5))

    await change(database, Adjustment("S-0", change=-6))

    assert level.low_stock_units == 10
    told = await published(database, "inventory.low_stock_reached")
    assert [(event["available"], event["threshold"]) for event in told] == [(10, 10), (9, 10)]


@pytest.mark.parametrize(
    ("place", "units", "path"),
    [(("EAST", "NO"), 1, "sku"), (("MOON", "S-0"), 1, "warehouse"), (("EAST", "S-0"), -1, "units")],
)
async def test_a_threshold_needs_a_level_that_can_be(
    database: Database, stocked: Stocked, place: tuple[str, str], units: int, path: str
) -> None:
    warehouse, sku = place

    with pytest.raises(Rejected) as caught:
        async with database.unit() as unit:
            await set_low_stock_threshold(unit, warehouse=warehouse, sku=sku, units=units, by=CLERK, low_stock_units=5)

    assert [problem.path[0] for problem in caught.value.problems] == [path]


async def test_changes_at_once_all_count(database: Database, stocked: Stocked) -> None:
    skus = ["S-0", "S-1"]

    await asyncio.gather(
        *(
            change(database, *(Adjustment(sku, change=1) for sku in (skus if turn % 2 else reversed(skus))))
            for turn in range(30)
        )
    )

    assert (await units_of(database, stocked.variants[0]))["EAST"].on_hand == 40
    assert (await units_of(database, stocked.variants[1]))["EAST"].on_hand == 30
    assert await broken_rules(database) == []

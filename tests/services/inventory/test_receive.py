"""Supplier receipts: counted once, wholly or not at all, whatever is wrong and whoever else delivers."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
import sqlalchemy as sa

from core.problems import Rejected
from services.inventory.movements import Mover, ReceiptDraft, Received, RefusedReceipt, Units, receive, receive_many
from services.unit_of_work import Database
from tests.factories.stock import Stocked, broken_rules, published, save_stock, units_of

CLERK = Mover("operator:clerk")
A_LOT = 10**9


@pytest.fixture
async def stocked(database: Database) -> Stocked:
    """S-0 has 5 units in EAST, S-1 none."""
    return await save_stock(database, {"EAST": 5}, {})


def receipt(
    *lines: tuple[str, int], reference: str = "R-1", source: str = "acme", warehouse: str = "EAST"
) -> ReceiptDraft:
    return ReceiptDraft(source, reference, warehouse, [Units(*line) for line in lines])


async def deliver(database: Database, *drafts: ReceiptDraft) -> Sequence[Received | RefusedReceipt]:
    async with database.unit() as unit:
        return await receive_many(unit, drafts, by=CLERK)


async def ledger(database: Database) -> Sequence[tuple[object, ...]]:
    statement = sa.text(
        "SELECT sku, on_hand_change, reason, actor FROM inventory_ledger_entry JOIN variant v ON v.id = variant_id "
        "WHERE reason <> 'set' ORDER BY sequence"
    )
    async with database.read() as session:
        return [tuple(row) for row in await session.execute(statement)]


async def test_goods_are_counted_with_their_entries_and_events(database: Database, stocked: Stocked) -> None:
    async with database.unit() as unit:
        received = await receive(unit, receipt(("S-0", 3), ("S-1", 4), ("S-0", 2)), by=CLERK)

    assert received.is_replay is False
    assert (await units_of(database, stocked.variants[0]))["EAST"].on_hand == 10
    assert (await units_of(database, stocked.variants[1]))["EAST"].on_hand == 4
    assert await ledger(database) == [("S-0", 5, "receipt", "operator:clerk"), ("S-1", 4, "receipt", "operator:clerk")]
    warehouse = str(stocked.warehouses["EAST"])
    told = await published(database, "inventory.stock_received")
    assert told == [{"receipt_id": str(received.receipt.id), "warehouse_id": warehouse}]
    assert len(await published(database, "inventory.stock_changed")) == 2
    assert await broken_rules(database) == []


async def test_a_replay_is_answered_as_the_first_time_and_changes_nothing(database: Database, stocked: Stocked) -> None:
    (first,) = await deliver(database, receipt(("S-0", 3), ("S-1", 1)))

    (again,) = await deliver(database, receipt(("S-1", 1), ("S-0", 1), ("S-0", 2)))

    assert isinstance(first, Received)
    assert again == Received(first.receipt, is_replay=True)
    assert (await units_of(database, stocked.variants[0]))["EAST"].on_hand == 8
    assert len(await published(database, "inventory.stock_received")) == 1


@pytest.mark.parametrize(
    "other",
    [receipt(("S-0", 4)), receipt(("S-1", 3)), receipt(("S-0", 3), warehouse="WEST"), receipt(("S-0", 3), ("S-1", 1))],
)
async def test_other_goods_under_the_same_number_are_refused(
    database: Database, stocked: Stocked, other: ReceiptDraft
) -> None:
    await deliver(database, receipt(("S-0", 3)))

    (refused,) = await deliver(database, other)

    assert isinstance(refused, RefusedReceipt)
    assert [problem.code for problem in refused.problems] == ["RECEIPT_CONFLICT"]
    assert (await units_of(database, stocked.variants[0]))["EAST"].on_hand == 8
    assert await broken_rules(database) == []


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        (receipt(("NO", 1), ("S-0", 1), ("NEITHER", 2)), [("NOT_FOUND", "lines.0.sku"), ("NOT_FOUND", "lines.2.sku")]),
        (receipt(("NO", 1), warehouse="MOON"), [("NOT_FOUND", "warehouse"), ("NOT_FOUND", "lines.0.sku")]),
        (receipt(("S\0", 1), warehouse="\0"), [("NOT_FOUND", "warehouse"), ("NOT_FOUND", "lines.0.sku")]),
        (
            receipt(("S-0", 0), ("S-0", -1), ("S-1", A_LOT + 1), ("S-1", 10**30)),
            [("BAD_QUANTITY", f"lines.{number}.quantity") for number in range(4)],
        ),
        (receipt(("S-0", A_LOT)), [("BAD_QUANTITY", "lines")]),
        (receipt(("S-1", A_LOT), ("S-1", 1)), [("BAD_QUANTITY", "lines")]),
        (receipt(), [("NO_LINES", "lines")]),
        (receipt(*[("S-0", 1)] * 10_001), [("TOO_MANY_LINES", "lines")]),
        (
            receipt(("S-0", 1), source=" ", reference="x" * 101),
            [("BAD_SOURCE", "source"), ("BAD_REFERENCE", "reference")],
        ),
        (receipt(("S-0", 1), source="a\0b", reference=""), [("BAD_SOURCE", "source"), ("BAD_REFERENCE", "reference")]),
        (receipt(("S-0", 1), reference="\ud800"), [("BAD_REFERENCE", "reference")]),
    ],
)
async def test_what_is_wrong_is_reported_together_and_nothing_is_half_applied(
    database: Database, stocked: Stocked, draft: ReceiptDraft, expected: list[tuple[str, str]]
) -> None:
    with pytest.raises(Rejected) as caught:
        async with database.unit() as unit:
            await receive(unit, draft, by=CLERK)

    assert [(problem.code, ".".join(problem.path)) for problem in caught.value.problems] == expected
    assert await ledger(database) == []
    assert (await units_of(database, stocked.variants[0]))["EAST"].on_hand == 5


async def test_a_refused_receipt_leaves_the_rest_of_its_batch_whole(database: Database, stocked: Stocked) -> None:
    outcomes = await deliver(
        database,
        receipt(("S-0", 1)),
        receipt(("S-0", 1), ("NO", 1), reference="R-2"),
        receipt(("S-0", 2), reference="R-3"),
        receipt(("S-0", 1)),
        receipt(("S-0", 9)),
        receipt(("S-0", A_LOT), reference="R-4"),
        receipt(("S-0", 1), ("NO", 1), reference="R-2"),
    )

    found = [one.is_replay if isinstance(one, Received) else one.problems[0].code for one in outcomes]
    assert found == [False, "NOT_FOUND", False, True, "RECEIPT_CONFLICT", "BAD_QUANTITY", "NOT_FOUND"]
    assert (await units_of(database, stocked.variants[0]))["EAST"].on_hand == 8
    assert await broken_rules(database) == []


async def test_a_receipt_that_was_refused_is_taken_once_its_sku_exists(database: Database, stocked: Stocked) -> None:
    (before,) = await deliver(database, receipt(("LATE", 2)))
    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE variant SET sku = 'LATE' WHERE sku = 'S-1'"))

    (after,) = await deliver(database, receipt(("LATE", 2)))

    assert isinstance(before, RefusedReceipt)
    assert isinstance(after, Received)
    assert not after.is_replay
    assert (await units_of(database, stocked.variants[1]))["EAST"].on_hand == 2


async def test_the_same_receipts_from_many_at_once_count_once(
    database: Database, stocked: Stocked, open_database: Callable[[], Database]
) -> None:
    drafts = [receipt(("S-0", 1), ("S-1", 2), reference=f"R-{number}") for number in range(20)]
    pools = [open_database() for _ in range(3)]

    results = await asyncio.gather(
        *(deliver(pools[turn % 3], *(drafts if turn % 2 else reversed(drafts))) for turn in range(12))
    )

    outcomes = [one for result in results for one in result if isinstance(one, Received)]
    assert len(outcomes) == 240
    assert sum(not one.is_replay for one in outcomes) == 20
    assert (await units_of(database, stocked.variants[0]))["EAST"].on_hand == 25
    assert (await units_of(database, stocked.variants[1]))["EAST"].on_hand == 40
    assert await broken_rules(database) == []


async def test_conflicting_receipts_at_once_count_one_of_them(database: Database, stocked: Stocked) -> None:
    drafts = [receipt(("S-0", number + 1)) for number in range(8)]

    results = await asyncio.gather(*(deliver(database, draft) for draft in drafts))

    (taken,) = [number for number, (one,) in enumerate(results) if isinstance(one, Received)]
    assert (await units_of(database, stocked.variants[0]))["EAST"].on_hand == 5 + taken + 1
    assert len(await ledger(database)) == 1


async def test_a_seller_receives_in_own_warehouses_alone(database: Database, stocked: Stocked) -> None:
    async with database.unit() as unit:
        seller_id = await unit.session.scalar(sa.text("SELECT id FROM seller LIMIT 1"))
        await unit.session.execute(
            sa.text("UPDATE warehouse SET seller_id = :id WHERE code = 'WEST'"), {"id": seller_id}
        )
    seller = Mover("seller", seller_id)
    await deliver(database, receipt(("S-0", 7), warehouse="WEST"))

    async with database.unit() as unit:
        own, foreign = await receive_many(
            unit,
            [receipt(("S-0", 1), warehouse="WEST"), receipt(("S-0", 1), reference="R-2", warehouse="EAST")],
            by=seller,
        )

    # The number that somebody else has used is free for this seller.
    assert isinstance(own, Received)
    assert isinstance(foreign, RefusedReceipt)
    assert [problem.code for problem in foreign.problems] == ["NOT_FOUND"]
    assert (await units_of(database, stocked.variants[0]))["WEST"].on_hand == 8


async def test_a_batch_costs_the_same_number_of_statements_whatever_its_size(
    database: Database, stocked: Stocked
) -> None:
    statements: list[str] = []
    sa.event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *given: statements.append(given[2]))

    await deliver(database, receipt(("S-0", 1)))
    few = len(statements)
    await deliver(database, *(receipt(("S-0", 1), ("S-1", 1), reference=f"R-{number}") for number in range(2, 60)))

    assert len(statements) - few == few

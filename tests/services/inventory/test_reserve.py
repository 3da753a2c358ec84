"""Reserving: who gets what from where, and what is written of it."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from core.problems import Problem, Rejected
from core.profile import profiling
from services.catalog.commands import set_status
from services.inventory.reservations import Claim, Granted, Refused, Wanted, reserve
from services.inventory.reservations.problems import OutOfStock
from services.unit_of_work import Database
from tests.factories.stock import (
    Units,
    broken_rules,
    claim,
    published,
    reserve_all,
    save_stock,
    units_of,
)


def _pieces(outcome: Granted | Refused) -> dict[UUID, int]:
    assert isinstance(outcome, Granted), outcome
    return {one.warehouse_id: one.quantity for one in outcome.allocations}


def _codes(outcome: Granted | Refused) -> list[str]:
    assert isinstance(outcome, Refused), outcome
    return [problem.code for problem in outcome.problems]


def _problems(outcome: Granted | Refused) -> Sequence[Problem]:
    assert isinstance(outcome, Refused), outcome
    return outcome.problems


async def test_splits_what_the_nearest_warehouse_cannot_serve_alone(database: Database) -> None:
    stocked = await save_stock(database, {"EAST": 10, "WEST": 3})
    (variant,), places = stocked

    (outcome,) = await reserve_all(database, claim((variant, 5), ranking=[places["WEST"], places["EAST"]]))

    assert _pieces(outcome) == {places["WEST"]: 3, places["EAST"]: 2}
    assert await units_of(database, variant) == {"EAST": Units(10, 2), "WEST": Units(3, 3)}
    assert await broken_rules(database) == []


async def test_serves_from_all_warehouses_by_code_without_a_ranking(database: Database) -> None:
    (variant,), places = await save_stock(database, {"WEST": 5, "NORTH": 5, "EAST": 1})

    (outcome,) = await reserve_all(database, claim((variant, 7)))

    assert _pieces(outcome) == {places["EAST"]: 1, places["NORTH"]: 5, places["WEST"]: 1}


async def test_serves_from_no_warehouse_that_is_not_ranked(database: Database) -> None:
    (variant,), places = await save_stock(database, {"EAST": 10, "WEST": 3})

    (outcome,) = await reserve_all(database, claim((variant, 5), ranking=[places["WEST"]]))

    (problem,) = _problems(outcome)
    assert isinstance(problem, OutOfStock)
    assert (problem.variant_id, problem.wanted, problem.available) == (variant, 5, 3)
    assert await units_of(database, variant) == {"EAST": Units(10, 0), "WEST": Units(3, 0)}


async def test_serves_once_from_a_warehouse_that_is_ranked_twice(database: Database) -> None:
    (variant,), places = await save_stock(database, {"EAST": 3})

    (outcome,) = await reserve_all(database, claim((variant, 5), ranking=[places["EAST"], places["EAST"]]))

    assert _codes(outcome) == ["OUT_OF_STOCK"]


async def test_serves_nothing_from_a_warehouse_that_is_closed(database: Database) -> None:
    (variant,), places = await save_stock(database, {"EAST": 3, "WEST": 3})
    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE warehouse SET is_active = false WHERE code = 'EAST'"))

    few, many = await reserve_all(
        database, claim((variant, 2)), claim((variant, 2), ranking=[places["EAST"], places["WEST"]])
    )

    assert _pieces(few) == {places["WEST"]: 2}
    assert _codes(many) == ["OUT_OF_STOCK"]


async def test_sums_lines_of_one_variant(database: Database) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 5})

    whole, more = await reserve_all(database, claim((variant, 2), (variant, 3)), claim((variant, 1), (variant, 1)))

    assert isinstance(whole, Granted)
    assert [(line.wanted, line.quantity) for line in whole.lines] == [(5, 5)]
    assert _codes(more) == ["OUT_OF_STOCK"]
    assert await broken_rules(database) == []


async def test_a_refused_claim_takes_nothing_and_leaves_the_others_whole(database: Database) -> None:
    (plenty, scarce, none), _ = await save_stock(database, {"EAST": 10}, {"EAST": 1}, {})

    first, greedy, last = await reserve_all(
        database,
        claim((plenty, 4)),
        claim((plenty, 5), (scarce, 2), (none, 1)),
        claim((plenty, 6), (scarce, 1)),
    )

    assert isinstance(first, Granted)
    assert isinstance(last, Granted)
    assert [(p.path, p.wanted, p.available) for p in _problems(greedy) if isinstance(p, OutOfStock)] == [
        (("lines", "1", "quantity"), 2, 1),
        (("lines", "2", "quantity"), 1, 0),
    ]
    assert await units_of(database, plenty) == {"EAST": Units(10, 10)}
    assert await units_of(database, scarce) == {"EAST": Units(1, 1)}
    assert await broken_rules(database) == []


async def test_grants_a_part_to_those_who_allow_it(database: Database) -> None:
    (scarce, none), _ = await save_stock(database, {"EAST": 2, "WEST": 1}, {"EAST": 0})

    part, nothing = await reserve_all(
        database,
        claim((scarce, 5), (none, 1), allow_partial=True),
        claim((scarce, 5), (none, 1), allow_partial=True),
    )

    assert isinstance(part, Granted)
    assert [(line.variant_id, line.wanted, line.quantity) for line in part.lines] == [(scarce, 5, 3), (none, 1, 0)]
    assert _codes(nothing) == ["OUT_OF_STOCK", "OUT_OF_STOCK"]
    assert await broken_rules(database) == []


async def test_says_each_variant_once_and_low_levels_when_they_become_low(database: Database) -> None:
    (variant, other), places = await save_stock(database, {"EAST": 9, "WEST": 20}, {"EAST": 3})
    async with database.unit() as unit:
        own = "UPDATE inventory_level SET low_stock_units = 15 WHERE warehouse_id = :id"
        await unit.session.execute(sa.text(own), {"id": places["WEST"]})
        await unit.session.execute(sa.text("DELETE FROM outbox_event"))

    for _ in range(2):
        await reserve_all(
            database,
            claim((variant, 2)),
            claim((variant, 3), ranking=[places["WEST"]]),
            claim((other, 1)),
            low_stock_units=5,
        )

    changed = [event["variant_id"] for event in await published(database, "inventory.stock_changed")]
    assert sorted(changed, key=str) == sorted([str(variant), str(other)] * 2)
    low = await published(database, "inventory.low_stock_reached")
    assert [(event["warehouse_id"], event["available"], event["threshold"]) for event in low] == [
        (str(places["EAST"]), 5, 5),
        (str(places["WEST"]), 14, 15),
    ]


async def test_needs_no_more_statements_for_more_claims_and_lines(database: Database) -> None:
    variants, _ = await save_stock(database, *({"EAST": 100, "WEST": 100} for _ in range(30)))

    with profiling() as one:
        await reserve_all(database, claim((variants[0], 1), key="a"), claim((variants[0], 999), key="b"))
    with profiling() as many:
        outcomes = await reserve_all(
            database,
            *(claim(*((v, 3) for v in variants[n : n + 10]), key=f"c{n}") for n in range(20)),
            *(claim((v, 999), key=f"d{n}") for n, v in enumerate(variants)),
        )

    assert sum(isinstance(outcome, Granted) for outcome in outcomes) == 20
    assert many.sql == one.sql <= 6
    assert await broken_rules(database) == []


@pytest.mark.parametrize(
    ("lines", "codes", "paths"),
    [
        ([], ["NOTHING_WANTED"], [("lines",)]),
        ([0], ["BAD_QUANTITY"], [("lines", "0", "quantity")]),
        ([1, -1], ["BAD_QUANTITY"], [("lines", "1", "quantity")]),
        ([1_000_001, 0], ["BAD_QUANTITY", "BAD_QUANTITY"], [("lines", "0", "quantity"), ("lines", "1", "quantity")]),
        ([2**63, 2**63], ["BAD_QUANTITY"] * 2, [("lines", "0", "quantity"), ("lines", "1", "quantity")]),
        ([600_000, 600_000], ["BAD_QUANTITY"], [("lines", "0", "quantity")]),
        ([1] * 101, ["TOO_MANY_LINES"], [("lines",)]),
    ],
)
async def test_refuses_what_cannot_be_wanted(
    database: Database, lines: list[int], codes: list[str], paths: list[tuple[str, ...]]
) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 5})

    bad, good = await reserve_all(database, claim(*((variant, n) for n in lines), key="bad"), claim((variant, 1)))

    assert _codes(bad) == codes
    assert [problem.path for problem in _problems(bad)] == paths
    assert isinstance(good, Granted)


async def test_refuses_variants_that_do_not_exist_or_are_not_sold(database: Database) -> None:
    (archived, withdrawn, sold), _ = await save_stock(database, {"EAST": 5}, {"EAST": 5}, {"EAST": 5})
    async with database.unit() as unit:
        archive = "UPDATE variant SET status = 'archived' WHERE id = :id"
        await unit.session.execute(sa.text(archive), {"id": archived})
        owner = await unit.session.scalar(sa.text("SELECT product_id FROM variant WHERE id = :id"), {"id": withdrawn})
        await set_status(unit, owner, "draft")

    (outcome,) = await reserve_all(database, claim((archived, 1), (sold, 1), (withdrawn, 1), (uuid4(), 1)))

    assert [(problem.code, problem.path[1]) for problem in _problems(outcome)] == [
        ("NOT_SOLD", "0"),
        ("NOT_SOLD", "2"),
        ("NOT_FOUND", "3"),
    ]
    assert await units_of(database, sold) == {"EAST": Units(5, 0)}


@pytest.mark.parametrize(
    ("hold", "reference", "code"),
    [
        (timedelta(0), None, "BAD_HOLD"),
        (timedelta(days=2), None, "BAD_HOLD"),
        (timedelta(minutes=1), "", "BAD_REFERENCE"),
        (timedelta(minutes=1), "  ", "BAD_REFERENCE"),
        (timedelta(minutes=1), "x" * 201, "BAD_REFERENCE"),
        (timedelta(minutes=1), "a\x00b", "BAD_REFERENCE"),
    ],
)
async def test_refuses_odd_holds_and_references(
    database: Database, hold: timedelta, reference: str | None, code: str
) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 5})
    odd = claim((variant, 1), hold=hold, reference=reference)

    with pytest.raises(Rejected) as refusal:
        async with database.unit() as unit:
            await reserve(unit, odd, low_stock_units=0)

    assert [problem.code for problem in refusal.value.problems] == [code]


async def test_two_at_once_never_take_the_same_unit(database: Database, open_database: Callable[[], Database]) -> None:
    (variant, second), _ = await save_stock(database, {"EAST": 7, "WEST": 6}, {"EAST": 20, "WEST": 20})
    pools = [database, open_database()]

    async def shop(number: int) -> Granted | Refused:
        lines = [(variant, 1), (second, 1)]
        wanted = claim(*(lines if number % 2 else reversed(lines)))
        (outcome,) = await reserve_all(pools[number % 2], wanted)
        return outcome

    outcomes = await asyncio.gather(*map(shop, range(30)))

    assert sum(isinstance(outcome, Granted) for outcome in outcomes) == 13
    assert await units_of(database, variant) == {"EAST": Units(7, 7), "WEST": Units(6, 6)}
    assert await broken_rules(database) == []


def test_demand_keeps_the_order_of_lines() -> None:
    one, two = uuid4(), uuid4()

    demand = Claim([Wanted(two, 1), Wanted(one, 2), Wanted(two, 3)], timedelta(minutes=1)).demand()

    assert list(demand.items()) == [(two, 4), (one, 2)]

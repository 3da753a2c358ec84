"""The ends of a hold that somebody asks for: confirmed or released, once."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import pytest

from core.problems import Rejected
from services.inventory.reservations import ReservationRecord, confirm, expire_due, release
from services.inventory.reservations.problems import ReservationEnded
from services.unit_of_work import Database
from tests.factories.stock import Units, broken_rules, hold, make_due, published, save_stock, units_of

Ending = Callable[..., Awaitable[ReservationRecord]]


async def _end(database: Database, ending: Ending, reservation_id: UUID) -> ReservationRecord:
    async with database.unit() as unit:
        return await ending(unit, reservation_id=reservation_id, actor="tester")


async def _outcome(database: Database, ending: Ending, reservation_id: UUID) -> str:
    """The status it now has, or the code of the refusal."""
    try:
        return (await _end(database, ending, reservation_id)).status
    except Rejected as refusal:
        return refusal.problems[0].code


async def test_confirmed_units_leave_the_warehouses_that_hold_them(database: Database) -> None:
    (variant, other), _ = await save_stock(database, {"EAST": 3, "WEST": 10}, {"WEST": 2})
    reservation_id = await hold(database, (variant, 5), (other, 1))

    ended = await _end(database, confirm, reservation_id)

    assert (ended.status, ended.ended_at is not None) == ("confirmed", True)
    assert await units_of(database, variant) == {"EAST": Units(0, 0), "WEST": Units(8, 0)}
    assert await units_of(database, other) == {"WEST": Units(1, 0)}
    assert await broken_rules(database) == []


async def test_released_units_can_be_had_by_others(database: Database) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 3, "WEST": 10})
    reservation_id = await hold(database, (variant, 13))

    ended = await _end(database, release, reservation_id)

    assert ended.status == "released"
    assert await units_of(database, variant) == {"EAST": Units(3, 0), "WEST": Units(10, 0)}
    assert len(await published(database, "inventory.stock_changed")) == 2
    assert await broken_rules(database) == []


@pytest.mark.parametrize(("ending", "status"), [(confirm, "confirmed"), (release, "released")])
async def test_a_repeat_answers_the_same_and_changes_nothing(database: Database, ending: Ending, status: str) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 3})
    reservation_id = await hold(database, (variant, 2))
    first = await _end(database, ending, reservation_id)
    before = await units_of(database, variant)

    second = await _end(database, ending, reservation_id)

    assert first == second
    assert first.status == status
    assert await units_of(database, variant) == before
    assert await broken_rules(database) == []


@pytest.mark.parametrize(("first", "then"), [(confirm, release), (release, confirm)])
async def test_refuses_another_end_and_says_which_it_was(database: Database, first: Ending, then: Ending) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 3})
    reservation_id = await hold(database, (variant, 2))
    ended = await _end(database, first, reservation_id)

    with pytest.raises(Rejected) as refusal:
        await _end(database, then, reservation_id)

    (problem,) = refusal.value.problems
    assert isinstance(problem, ReservationEnded)
    assert problem.status == ended.status


async def test_a_late_confirmation_is_taken_until_the_hold_is_ended(database: Database) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 3})
    late, too_late = await hold(database, (variant, 1)), await hold(database, (variant, 1))
    await make_due(database, late, too_late)

    confirmed = await _outcome(database, confirm, late)
    async with database.unit() as unit:
        await expire_due(unit, limit=10)

    assert confirmed == "confirmed"
    assert await _outcome(database, confirm, too_late) == "RESERVATION_ENDED"
    assert await units_of(database, variant) == {"EAST": Units(2, 0)}


@pytest.mark.parametrize("ending", [confirm, release])
async def test_refuses_a_reservation_that_does_not_exist(database: Database, ending: Ending) -> None:
    assert await _outcome(database, ending, uuid4()) == "NOT_FOUND"


async def test_of_all_ends_at_once_one_happens(database: Database, open_database: Callable[[], Database]) -> None:
    (one, two), _ = await save_stock(database, {"EAST": 90, "WEST": 60}, {"EAST": 150})
    holds = [await hold(database, (one, 5), (two, 5)) for _ in range(30)]
    await make_due(database, *holds)
    pools = [database, open_database()]

    async def expire() -> None:
        for _ in range(6):
            async with pools[1].unit() as unit:
                await expire_due(unit, limit=7)

    *endings, _ = await asyncio.gather(
        *(_outcome(pools[n % 2], ending, key) for n, key in enumerate(holds) for ending in (confirm, release)),
        expire(),
    )

    confirmed = [key for key, outcome in zip(holds, endings[::2], strict=True) if outcome == "confirmed"]
    refused = [outcome for outcome in endings if outcome == "RESERVATION_ENDED"]
    assert len(refused) >= 30
    left = 150 - 5 * len(confirmed)
    assert await units_of(database, two) == {"EAST": Units(left, 0)}
    assert sum(units.on_hand for units in (await units_of(database, one)).values()) == left
    assert await broken_rules(database) == []

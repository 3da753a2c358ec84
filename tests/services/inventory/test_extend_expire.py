"""Time in the life of a hold: prolonged once, and ended when it is over."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from core.problems import Rejected
from services.inventory.reservations import ReservationRecord, confirm, expire_due, extend
from services.unit_of_work import Database
from tests.factories.stock import (
    FIFTEEN_MINUTES,
    Units,
    broken_rules,
    hold,
    make_due,
    published,
    save_stock,
    units_of,
)
from workers.holds import expire_holds


async def _extend(database: Database, reservation_id: UUID, most: int = 1) -> ReservationRecord:
    async with database.unit() as unit:
        return await extend(unit, reservation_id=reservation_id, hold=FIFTEEN_MINUTES, most_extensions=most)


async def _refusal(database: Database, reservation_id: UUID, most: int = 1) -> str:
    with pytest.raises(Rejected) as refusal:
        await _extend(database, reservation_id, most)
    return refusal.value.problems[0].code


async def _statuses(database: Database) -> list[str]:
    async with database.read() as session:
        return list(await session.scalars(sa.text("SELECT status FROM reservation ORDER BY id")))


async def test_a_hold_is_prolonged_once(database: Database) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 3})
    reservation_id = await hold(database, (variant, 1))

    longer = await _extend(database, reservation_id)

    assert longer.expires_at - longer.created_at == 2 * FIFTEEN_MINUTES
    assert await _refusal(database, reservation_id) == "ALREADY_EXTENDED"
    async with database.read() as session:
        kept = await session.scalar(sa.text("SELECT expires_at FROM reservation"))
    assert kept == longer.expires_at


async def test_two_extensions_at_once_count_as_one(database: Database) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 3})
    reservation_id = await hold(database, (variant, 1))

    outcomes = await asyncio.gather(*(_extend(database, reservation_id) for _ in range(4)), return_exceptions=True)

    assert sum(isinstance(outcome, ReservationRecord) for outcome in outcomes) == 1


async def test_refuses_to_prolong_what_is_over_or_may_not_be_prolonged(database: Database) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 3})
    due, ended, held = [await hold(database, (variant, 1)) for _ in range(3)]
    await make_due(database, due)
    async with database.unit() as unit:
        await confirm(unit, reservation_id=ended, actor=None)

    codes = [
        await _refusal(database, due),
        await _refusal(database, ended),
        await _refusal(database, held, most=0),
        await _refusal(database, uuid4()),
    ]

    assert codes == ["HOLD_EXPIRED", "RESERVATION_ENDED", "ALREADY_EXTENDED", "NOT_FOUND"]


async def test_holds_that_are_over_are_ended_and_said(database: Database) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 3, "WEST": 3})
    over = [await hold(database, (variant, 2)), await hold(database, (variant, 2))]
    await hold(database, (variant, 1))
    await make_due(database, *over)

    async with database.unit() as unit:
        ended = await expire_due(unit, limit=10)

    assert set(ended) == set(over)
    assert await _statuses(database) == ["expired", "expired", "held"]
    assert sum(units.reserved for units in (await units_of(database, variant)).values()) == 1
    events = await published(database, "inventory.reservation_expired")
    assert {event["reservation_id"] for event in events} == {str(key) for key in over}
    assert await broken_rules(database) == []


async def test_many_workers_end_each_hold_once(database: Database, open_database: Callable[[], Database]) -> None:
    (one, two), _ = await save_stock(database, {"EAST": 100}, {"EAST": 60, "WEST": 60})
    holds = [await hold(database, (one, 1), (two, 2)) for _ in range(40)]
    await make_due(database, *holds)
    pools = [database, open_database()]

    async def work(number: int) -> list[UUID]:
        ended: list[UUID] = []
        for _ in range(10):
            async with pools[number % 2].unit() as unit:
                ended += await expire_due(unit, limit=5)
        return ended

    ended = [key for keys in await asyncio.gather(*map(work, range(4))) for key in keys]

    assert sorted(ended) == sorted(holds)
    assert await units_of(database, two) == {"EAST": Units(60, 0), "WEST": Units(60, 0)}
    assert await broken_rules(database) == []


async def test_a_worker_passes_over_a_hold_that_cannot_be_ended(database: Database) -> None:
    (broken, sound), _ = await save_stock(database, {"EAST": 5}, {"EAST": 5})
    await make_due(database, await hold(database, (broken, 2)), await hold(database, (sound, 2)))
    async with database.unit() as unit:
        tamper = "UPDATE inventory_level SET reserved = 0 WHERE variant_id = :id"
        await unit.session.execute(sa.text(tamper), {"id": broken})

    more = await expire_holds(database)

    assert not more
    assert await _statuses(database) == ["held", "expired"]
    assert await units_of(database, sound) == {"EAST": Units(5, 0)}


async def test_a_hold_whose_time_is_not_over_is_kept(database: Database) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 5})
    await hold(database, (variant, 2), lasts=timedelta(seconds=60))

    await expire_holds(database)

    assert await _statuses(database) == ["held"]

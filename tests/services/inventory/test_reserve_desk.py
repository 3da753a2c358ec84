"""The desk: claims that come at once share transactions, and none suffers from another."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
import sqlalchemy as sa
from opentelemetry.sdk.trace import TracerProvider
from sqlalchemy.exc import DBAPIError

from core.problems import Rejected, Unavailable
from core.profile import TOTALS, profiling
from core.telemetry import tracing
from services.inventory.reservations import Claim, Granted, ReservationDesk
from services.unit_of_work import Database
from tests.factories.stock import Units, broken_rules, claim, save_stock, units_of

ONE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OTHER = "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
_WAITING = "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[ReservationDesk]:
    one = ReservationDesk(database, low_stock_units=0)
    yield one
    await one.close()


async def _held(database: Database) -> int:
    async with database.read() as session:
        return int(await session.scalar(sa.text("SELECT count(*) FROM reservation WHERE status = 'held'")) or 0)


async def _reserve_traced(desk: ReservationDesk, wanted: Claim, parent: str) -> None:
    with tracing.entry("POST /graphql", parent=parent):
        await desk.reserve(wanted)


async def test_one_unit_too_few_for_all_is_refused_to_one(database: Database, desk: ReservationDesk) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 40, "WEST": 23})

    outcomes = await asyncio.gather(*(desk.reserve(claim((variant, 1))) for _ in range(64)), return_exceptions=True)

    refused = [outcome for outcome in outcomes if isinstance(outcome, Rejected)]
    assert [[problem.code for problem in refusal.problems] for refusal in refused] == [["OUT_OF_STOCK"]]
    assert len({outcome.reservation.id for outcome in outcomes if isinstance(outcome, Granted)}) == 63
    assert await units_of(database, variant) == {"EAST": Units(40, 40), "WEST": Units(23, 23)}
    assert await broken_rules(database) == []


async def test_claims_that_come_at_once_share_statements(database: Database, desk: ReservationDesk) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 100})

    before = TOTALS.sql
    await asyncio.gather(*(desk.reserve(claim((variant, 1))) for _ in range(64)))

    assert 0 < TOTALS.sql - before <= 6


async def test_what_is_done_for_later_claims_is_not_counted_for_the_first(
    database: Database, desk: ReservationDesk
) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 100})

    with profiling() as profile:
        await desk.reserve(claim((variant, 1)))
    own = profile.sql
    await asyncio.gather(*(desk.reserve(claim((variant, 1))) for _ in range(8)))

    assert 0 < own == profile.sql


async def test_events_of_a_claim_are_in_its_own_trace(database: Database, desk: ReservationDesk) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 100})
    provider = TracerProvider(shutdown_on_exit=False)
    tracing.install(provider.get_tracer("test"))

    first = asyncio.create_task(_reserve_traced(desk, claim((variant, 1)), ONE))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    # The lane has begun with the first.
    await asyncio.gather(first, _reserve_traced(desk, claim((variant, 1)), OTHER))
    tracing.install(None)
    provider.shutdown()

    async with database.read() as session:
        told = await session.scalars(
            sa.text("SELECT trace FROM outbox_event WHERE trace IS NOT NULL ORDER BY sequence")
        )
        assert [trace.split("-")[1] for trace in told] == [ONE.split("-")[1], OTHER.split("-")[1]]


async def test_two_desks_with_orders_of_many_variants_never_lock_each_other_out(
    database: Database, desk: ReservationDesk, open_database: Callable[[], Database]
) -> None:
    variants, _ = await save_stock(database, *({"EAST": 30, "WEST": 30} for _ in range(6)))
    desks = [desk, ReservationDesk(open_database(), low_stock_units=0)]
    source = random.Random(7)

    async def client(number: int) -> Sequence[object]:
        orders = [source.sample(variants, source.randrange(1, 6)) for _ in range(8)]
        return await asyncio.gather(
            *(
                desks[number % 2].reserve(claim(*((key, 1) for key in order), key=f"{number // 2}-{place}"))
                for place, order in enumerate(orders)
            ),
            return_exceptions=True,
        )

    answers = [one for found in await asyncio.gather(*map(client, range(40))) for one in found]
    await desks[1].close()

    odd = [one for one in answers if not isinstance(one, Granted | Rejected)]
    assert odd == []
    assert sum(isinstance(one, Granted) for one in answers) >= 60
    assert await broken_rules(database) == []


async def test_a_poisoned_claim_fails_alone(database: Database, desk: ReservationDesk) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 100})
    # Postgres takes no NUL in a text; the form of an actor is not checked.
    poison = claim((variant, 1))._replace(actor="a\x00b")

    outcomes = await asyncio.gather(
        *(desk.reserve(poison if n == 7 else claim((variant, 1))) for n in range(20)), return_exceptions=True
    )

    assert isinstance(outcomes[7], DBAPIError)
    assert sum(isinstance(outcome, Granted) for outcome in outcomes) == 19
    assert await units_of(database, variant) == {"EAST": Units(100, 19)}
    assert await broken_rules(database) == []


async def test_a_caller_who_leaves_loses_nobody_elses_hold(
    database: Database, desk: ReservationDesk, open_database: Callable[[], Database]
) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 100})
    async with open_database().unit() as blocker:
        await blocker.session.execute(sa.text("SELECT 1 FROM inventory_level FOR UPDATE"))
        first = [asyncio.create_task(desk.reserve(claim((variant, 1), key=f"a{n}"))) for n in range(5)]
        await _until_waiting(database)
        second = [asyncio.create_task(desk.reserve(claim((variant, 1), key=f"b{n}"))) for n in range(5)]
        await asyncio.sleep(0)
        for tasks in (first, second):
            tasks[2].cancel()

    outcomes = await asyncio.gather(*first, *second, return_exceptions=True)
    again = await desk.reserve(claim((variant, 1), key="a2"))

    assert sum(isinstance(outcome, Granted) for outcome in outcomes) == 8
    assert again.is_repeat
    assert await _held(database) == 9
    assert await broken_rules(database) == []


async def test_finishes_what_it_took_when_it_closes(database: Database) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 100})
    desk = ReservationDesk(database, low_stock_units=0)
    taken = [asyncio.create_task(desk.reserve(claim((variant, 1)))) for _ in range(10)]
    await asyncio.sleep(0)

    await desk.close()

    assert all(task.done() for task in taken)
    assert await _held(database) == 10
    with pytest.raises(Unavailable):
        await desk.reserve(claim((variant, 1)))


async def test_an_outage_is_told_to_all_and_then_over(database: Database, desk: ReservationDesk) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 100})
    async with database.unit() as blocker:
        await blocker.session.execute(sa.text("SELECT 1 FROM inventory_level FOR UPDATE"))
        tasks = [asyncio.create_task(desk.reserve(claim((variant, 1)))) for _ in range(5)]
        await _until_waiting(database)
        async with database.read() as session:
            await session.execute(sa.text(f"SELECT pg_terminate_backend(pid) {_WAITING}"))
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)

    after = await desk.reserve(claim((variant, 1)))

    assert all(isinstance(outcome, Unavailable) for outcome in outcomes)
    assert isinstance(after, Granted)
    assert await _held(database) == 1


async def test_units_that_somebody_keeps_locked_are_busy_and_others_are_served(
    database: Database, desk: ReservationDesk, open_database: Callable[[], Database]
) -> None:
    (locked, free), _ = await save_stock(database, {"EAST": 100}, {"EAST": 100})
    one_lane = ReservationDesk(open_database(), low_stock_units=0, lanes=1)
    async with database.unit() as blocker:
        await blocker.session.execute(
            sa.text("SELECT 1 FROM inventory_level WHERE variant_id = :id FOR UPDATE"), {"id": locked}
        )
        wanted = [(locked if n % 2 else free, 1) for n in range(20)]
        outcomes = await asyncio.gather(
            *(one_lane.reserve(claim(one, key=f"k{n}")) for n, one in enumerate(wanted)), return_exceptions=True
        )
    after = await one_lane.reserve(claim((locked, 1), key="k1"))
    await one_lane.close()

    refusals = [[problem.code for problem in one.problems] for one in outcomes if isinstance(one, Rejected)]
    assert refusals == [["STOCK_BUSY"]] * 10
    assert sum(isinstance(one, Granted) for one in outcomes) == 10
    assert not after.is_repeat
    assert await _held(database) == 11
    assert await broken_rules(database) == []


async def test_a_claim_of_nothing_is_refused(desk: ReservationDesk) -> None:
    with pytest.raises(Rejected) as refusal:
        await desk.reserve(claim())

    assert [problem.code for problem in refusal.value.problems] == ["NOTHING_WANTED"]


async def _until_waiting(database: Database) -> None:
    """Return when some transaction waits for a lock on a row in this database."""
    for _ in range(1000):
        async with database.read() as session:
            if await session.scalar(sa.text(f"SELECT count(*) {_WAITING}")):
                return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waits")

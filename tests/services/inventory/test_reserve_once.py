"""Claims with an idempotency key: once, alone and in a batch."""

import asyncio
from collections.abc import Callable

import sqlalchemy as sa

from services.idempotency import Attempt, delete_old
from services.inventory.reservations import Granted, Refused, confirm
from services.unit_of_work import Database
from tests.factories.stock import Units, broken_rules, claim, reserve_all, save_stock, units_of


async def _keys(database: Database) -> int:
    async with database.read() as session:
        return int(await session.scalar(sa.text("SELECT count(*) FROM idempotency_key")) or 0)


async def test_a_repeat_gets_the_same_reservation_as_it_is_now(database: Database) -> None:
    (variant, other), _ = await save_stock(database, {"EAST": 3, "WEST": 5}, {"EAST": 1})
    wanted = claim((variant, 5), (other, 2), key="k", allow_partial=True)
    (first,) = await reserve_all(database, wanted)
    assert isinstance(first, Granted)
    async with database.unit() as unit:
        await confirm(unit, reservation_id=first.reservation.id, actor=None)

    (again,) = await reserve_all(database, wanted)

    assert isinstance(again, Granted)
    assert (again.is_repeat, first.is_repeat) == (True, False)
    assert again.reservation.id == first.reservation.id
    assert again.reservation.status == "confirmed"
    assert sorted(again.lines) == sorted(first.lines)
    assert sorted(again.allocations) == sorted(first.allocations)
    assert await broken_rules(database) == []


async def test_a_grant_reads_back_as_it_was_answered(database: Database) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 3, "WEST": 5})
    wanted = claim((variant, 5), key="k", reference="order 7")

    (first,), (again,) = await reserve_all(database, wanted), await reserve_all(database, wanted)

    assert isinstance(first, Granted)
    assert again == first._replace(is_repeat=True)


async def test_copies_in_one_batch_share_a_reservation(database: Database) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 9})
    wanted = claim((variant, 2), key="k")

    outcomes = await reserve_all(database, wanted, claim((variant, 1)), wanted, wanted)

    assert all(isinstance(outcome, Granted) for outcome in outcomes)
    ids = [outcome.reservation.id for outcome in outcomes if isinstance(outcome, Granted)]
    assert ids[0] == ids[2] == ids[3] != ids[1]
    assert await units_of(database, variant) == {"EAST": Units(9, 3)}


async def test_refuses_a_key_that_was_used_for_something_else(database: Database) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 9})
    await reserve_all(database, claim((variant, 2), key="k"))

    outcomes = await reserve_all(
        database, claim((variant, 3), key="k"), claim((variant, 1), key="new"), claim((variant, 2), key="new")
    )

    codes = [[one.code for one in outcome.problems] if isinstance(outcome, Refused) else None for outcome in outcomes]
    assert codes == [["IDEMPOTENCY_KEY_REUSED"], None, ["IDEMPOTENCY_KEY_REUSED"]]
    assert await units_of(database, variant) == {"EAST": Units(9, 3)}


async def test_a_refused_claim_leaves_no_key(database: Database) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 3})

    short, fine, odd = await reserve_all(
        database, claim((variant, 4), key="short"), claim((variant, 1), key="fine"), claim((variant, 1), key=" ")
    )

    assert isinstance(short, Refused)
    assert isinstance(fine, Granted)
    assert isinstance(odd, Refused)
    assert [problem.code for problem in odd.problems] == ["BAD_IDEMPOTENCY_KEY"]
    assert await _keys(database) == 1


async def test_a_key_of_another_caller_is_another_key(database: Database) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 3})
    mine = claim((variant, 1), key="k")
    theirs = mine._replace(attempt=Attempt("somebody else", "k", "x"))

    first, second = await reserve_all(database, mine, theirs)

    assert isinstance(first, Granted)
    assert isinstance(second, Granted)
    assert first.reservation.id != second.reservation.id


async def test_batches_with_the_same_keys_at_once_happen_once(
    database: Database, open_database: Callable[[], Database]
) -> None:
    variants, _ = await save_stock(database, {"EAST": 50}, {"EAST": 50})
    claims = [claim((variants[n % 2], 2), key=f"k{n}") for n in range(20)]
    pools = [database, open_database()]

    answers = await asyncio.gather(
        *(reserve_all(pools[n % 2], *(claims if n % 3 else reversed(claims))) for n in range(9))
    )

    ids = {one.reservation.id for outcomes in answers for one in outcomes if isinstance(one, Granted)}
    assert len(ids) == 20
    assert await units_of(database, variants[0]) == {"EAST": Units(50, 20)}
    assert await broken_rules(database) == []


async def test_a_key_that_is_swept_while_a_batch_asks_for_it_is_claimed_anew(database: Database) -> None:
    (variant,), _ = await save_stock(database, {"EAST": 9})
    wanted = [claim((variant, 1), key="old"), claim((variant, 1), key="other")]
    await reserve_all(database, wanted[0])

    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE idempotency_key SET created_at = now() - interval '3 days'"))
    async with database.unit() as unit:
        await delete_old(unit, limit=10)
        repeating = asyncio.create_task(reserve_all(database, *wanted))
        await asyncio.wait([repeating], timeout=0.2)
    await repeating

    assert await _keys(database) == 2
    assert await broken_rules(database) == []

"""Uses of coupons that are kept for carts, and carts that want the same one."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.clock import utc_now
from core.ids import new_id
from core.problems import Rejected
from models.promotions import CouponHold
from services import promotions
from services.promotions import CouponRecord
from services.promotions.problems import CouponRefused
from services.unit_of_work import Database
from tests.factories.promotions import CUSTOMER, save_coupon, save_promotion

DAY = timedelta(days=1)


async def hold(
    database: Database, code: str, *, cart_id: UUID | None = None, account_id: UUID | None = None, minutes: int = 30
) -> CouponRecord:
    async with database.unit() as unit:
        return await promotions.hold_coupon(
            unit, cart_id=cart_id or new_id(), account_id=account_id, code=code, currency="USD", minutes=minutes
        )


async def try_to_hold(database: Database, code: str, **given: object) -> str:
    """The problem's code, or HELD."""
    try:
        await hold(database, code, **given)  # type: ignore[arg-type]  # as `hold` takes them
    except Rejected as refusal:
        (problem,) = refusal.problems
        assert isinstance(problem, CouponRefused)
        assert (problem.coupon, problem.path) == (code, ("code",))
        return problem.code
    return "HELD"


async def holds(database: Database) -> Sequence[tuple[UUID, UUID | None]]:
    """Each hold's cart and account."""
    async with database.read() as session:
        rows = await session.execute(sa.select(CouponHold.cart_id, CouponHold.account_id).order_by(CouponHold.cart_id))
        return [(row.cart_id, row.account_id) for row in rows]


async def lapse(database: Database) -> None:
    """Let all holds be past their time."""
    async with database.unit() as unit:
        await unit.session.execute(sa.update(CouponHold).values(held_until=utc_now() - timedelta(seconds=1)))


@pytest.mark.parametrize(
    ("promotion", "coupon", "problem"),
    [
        ({}, {}, "HELD"),
        ({}, {"is_active": False}, "COUPON_NOT_ACTIVE"),
        ({"is_active": False}, {}, "COUPON_NOT_ACTIVE"),
        ({"starts_at": utc_now() + DAY}, {}, "COUPON_NOT_STARTED"),
        ({"ends_at": utc_now() - DAY}, {}, "COUPON_EXPIRED"),
        ({}, {"most_uses": 2, "uses": 2}, "COUPON_USED_UP"),
        ({"most_uses": 2, "uses": 2}, {}, "COUPON_USED_UP"),
        ({"budget_minor": 2, "spent_minor": 2}, {}, "COUPON_USED_UP"),
        ({"most_uses_per_customer": 1}, {}, "COUPON_NEEDS_SIGN_IN"),
        ({"currency": "EUR"}, {}, "COUPON_NOT_APPLICABLE"),
    ],
)
async def test_holds_what_may_be_used(
    database: Database, promotion: dict[str, object], coupon: dict[str, object], problem: str
) -> None:
    promotion_id = await save_promotion(database, **{"needs_coupon": True, **promotion})  # type: ignore[arg-type]  # fields
    await save_coupon(database, "TEN", promotion_id, **coupon)

    outcome = await try_to_hold(database, "ten")

    assert outcome == problem
    assert len(await holds(database)) == (problem == "HELD")


@pytest.mark.parametrize("code", ["NONE", "", "x" * 10_000, "abc\0", "\ud800abc", "' OR 1=1 --"])
async def test_refuses_a_code_that_opens_nothing(database: Database, code: str) -> None:
    assert await try_to_hold(database, code) == "COUPON_UNKNOWN"


async def test_the_same_cart_prolongs_its_hold(database: Database) -> None:
    await save_coupon(database, "LAST", await save_promotion(database, needs_coupon=True), most_uses=1)
    cart_id = new_id()

    for code, minutes in [("LAST", 1), ("last", 60), ("L-A-S-T", 1)]:
        await hold(database, code, cart_id=cart_id, minutes=minutes)

    async with database.read() as session:
        until = await session.scalar(sa.select(CouponHold.held_until))
    assert len(await holds(database)) == 1
    assert until is not None
    assert until > utc_now() + timedelta(minutes=59)


async def test_a_lapsed_hold_gives_way(database: Database) -> None:
    await save_coupon(database, "LAST", await save_promotion(database, needs_coupon=True), most_uses=1)
    mine, other = new_id(), new_id()
    await hold(database, "LAST", cart_id=mine)
    before = await try_to_hold(database, "LAST", cart_id=other)
    await lapse(database)

    after = await try_to_hold(database, "LAST", cart_id=other)

    assert (before, after) == ("COUPON_USED_UP", "HELD")
    assert await try_to_hold(database, "LAST", cart_id=mine) == "COUPON_USED_UP"


async def test_a_released_use_is_free_for_others(database: Database) -> None:
    await save_coupon(database, "LAST", await save_promotion(database, needs_coupon=True), most_uses=1)
    mine = new_id()
    await hold(database, "LAST", cart_id=mine)

    async with database.unit() as unit:
        await promotions.release_coupon(unit, cart_id=new_id(), code="LAST")
        await promotions.release_coupon(unit, cart_id=mine, code="l a s t")
        await promotions.release_coupon(unit, cart_id=mine, code="NONE")

    assert await try_to_hold(database, "LAST") == "HELD"


async def test_a_promotion_bounds_all_its_coupons(database: Database) -> None:
    promotion_id = await save_promotion(database, needs_coupon=True, most_uses=2)
    for code in ("ONE", "TWO", "THREE"):
        await save_coupon(database, code, promotion_id)

    outcomes = [await try_to_hold(database, code) for code in ("ONE", "TWO", "THREE")]

    assert outcomes == ["HELD", "HELD", "COUPON_USED_UP"]


async def test_the_second_of_two_at_once_waits_and_is_refused(database: Database) -> None:
    await save_coupon(database, "LAST", await save_promotion(database, needs_coupon=True), most_uses=1)
    cart_id = new_id()

    async with database.unit() as first:
        await promotions.hold_coupon(first, cart_id=cart_id, account_id=None, code="LAST", currency="USD", minutes=30)
        second = asyncio.create_task(try_to_hold(database, "LAST"))
        await asyncio.sleep(0.2)
        was_waiting = not second.done()

    assert was_waiting
    assert await second == "COUPON_USED_UP"
    assert await holds(database) == [(cart_id, None)]


@pytest.mark.parametrize(("of_coupon", "of_promotion"), [(5, None), (None, 5), (5, 9)])
async def test_of_32_at_once_as_many_get_one_as_are_left(
    database: Database, of_coupon: int | None, of_promotion: int | None
) -> None:
    promotion_id = await save_promotion(database, needs_coupon=True, most_uses=of_promotion)
    await save_coupon(database, "FEW", promotion_id, most_uses=of_coupon)

    outcomes = await asyncio.gather(*(try_to_hold(database, "FEW") for _ in range(32)))

    assert sorted(outcomes) == ["COUPON_USED_UP"] * 27 + ["HELD"] * 5


async def test_nobody_waits_for_a_coupon_without_bounds(database: Database) -> None:
    await save_coupon(database, "ANY", await save_promotion(database, needs_coupon=True))

    async with database.unit() as first:
        await promotions.hold_coupon(first, cart_id=new_id(), account_id=None, code="ANY", currency="USD", minutes=30)
        outcome = await asyncio.wait_for(try_to_hold(database, "ANY"), timeout=5)

    assert outcome == "HELD"


async def test_a_guests_holds_go_to_the_customers_cart(database: Database) -> None:
    promotion_id = await save_promotion(database, needs_coupon=True)
    for code in ("BOTH", "GUEST"):
        await save_coupon(database, code, promotion_id, most_uses=2)
    guest, customer = new_id(), new_id()
    await hold(database, "BOTH", cart_id=guest)
    await hold(database, "GUEST", cart_id=guest)
    await hold(database, "BOTH", cart_id=customer, account_id=CUSTOMER)

    for _ in range(2):
        async with database.unit() as unit:
            await promotions.move_holds(unit, from_cart=guest, to_cart=customer, account_id=CUSTOMER)

    assert await holds(database) == [(customer, CUSTOMER)] * 2
    assert await try_to_hold(database, "BOTH") == "HELD"


async def test_only_lapsed_holds_are_deleted_a_batch_at_a_time(database: Database) -> None:
    await save_coupon(database, "ANY", await save_promotion(database, needs_coupon=True))
    for _ in range(3):
        await hold(database, "ANY")
    await lapse(database)
    running = new_id()
    await hold(database, "ANY", cart_id=running)

    deleted = []
    for _ in range(3):
        async with database.unit() as unit:
            deleted.append(await promotions.delete_lapsed_holds(unit, limit=2))

    assert deleted == [2, 1, 0]
    assert await holds(database) == [(running, None)]

"""Uses that orders make, and give back."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.ids import new_id
from core.problems import Rejected
from models.promotions import Coupon, CouponHold, Promotion, PromotionKind, PromotionUse
from services import promotions
from services.promotions import Discount
from services.unit_of_work import Database
from tests.factories.promotions import CUSTOMER, save_coupon, save_promotion


def discount(promotion_id: UUID, amount: int = 100, code: str | None = None) -> Discount:
    return Discount(promotion_id, "Ten off", PromotionKind.PERCENTAGE, code, amount, {}, is_free_delivery=False)


async def redeem(
    database: Database,
    *discounts: Discount,
    order_id: UUID | None = None,
    cart_id: UUID | None = None,
    account_id: UUID | None = None,
) -> list[str]:
    """The codes of what was refused."""
    try:
        async with database.unit() as unit:
            await promotions.redeem(
                unit,
                order_id=order_id or new_id(),
                cart_id=cart_id or new_id(),
                account_id=account_id,
                discounts=discounts,
            )
    except Rejected as refusal:
        return [problem.code for problem in refusal.problems]
    return []


async def counted(database: Database) -> tuple[Sequence[tuple[int, int]], Sequence[int], int]:
    """Uses and money spent of each promotion, uses of each coupon, and the number of uses that are written down."""
    async with database.read() as session:
        of_promotions = await session.execute(sa.select(Promotion.uses, Promotion.spent_minor).order_by(Promotion.id))
        of_coupons = await session.scalars(sa.select(Coupon.uses).order_by(Coupon.id))
        written = await session.scalar(sa.select(sa.func.count()).select_from(PromotionUse))
        return [(row.uses, row.spent_minor) for row in of_promotions], list(of_coupons), int(written or 0)


async def test_counts_uses_and_money_once_per_order(database: Database) -> None:
    automatic = await save_promotion(database, budget_minor=1_000)
    by_code = await save_promotion(database, needs_coupon=True)
    await save_coupon(database, "TEN", by_code, most_uses=3)
    given = (discount(automatic, 400), discount(by_code, 50, "t-e-n"))
    order_id = new_id()

    for _ in range(2):
        assert await redeem(database, *given, order_id=order_id, account_id=CUSTOMER) == []

    assert await counted(database) == ([(1, 400), (1, 50)], [1], 2)


async def test_ends_the_holds_of_the_cart(database: Database) -> None:
    by_code = await save_promotion(database, needs_coupon=True)
    await save_coupon(database, "TEN", by_code, most_uses=2)
    cart_id, other = new_id(), new_id()
    async with database.unit() as unit:
        for cart in (cart_id, other):
            await promotions.hold_coupon(unit, cart_id=cart, account_id=None, code="TEN", currency="USD", minutes=5)

    await redeem(database, discount(by_code, 50, "TEN"), cart_id=cart_id)

    async with database.read() as session:
        assert (await session.scalars(sa.select(CouponHold.cart_id))).all() == [other]


async def test_refuses_all_that_is_gone_and_counts_nothing(database: Database) -> None:
    good, over_budget = await save_promotion(database), await save_promotion(database, budget_minor=99)
    coded = await save_promotion(database, needs_coupon=True, budget_minor=99)
    await save_coupon(database, "MONEY", coded)
    used = await save_promotion(database, needs_coupon=True)
    await save_coupon(database, "USED", used, most_uses=1, uses=1)
    given = [discount(one) for one in (good, over_budget, new_id(), coded)]

    codes = await redeem(
        database,
        *given[:3],
        given[3]._replace(coupon_code="MONEY"),
        discount(used, code="USED"),
        discount(coded, code="U-S-E-D"),
        discount(new_id(), code="NONE"),
    )

    assert codes == ["PROMOTION_ENDED"] * 2 + ["COUPON_USED_UP"] * 2 + ["COUPON_UNKNOWN"] * 2
    assert (await counted(database))[2] == 0


async def test_what_was_agreed_to_counts_though_it_has_ended_since(database: Database) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    inactive, over = await save_promotion(database, is_active=False), await save_promotion(database, ends_at=yesterday)
    coded = await save_promotion(database, needs_coupon=True, ends_at=yesterday)
    await save_coupon(database, "OFF", coded, is_active=False)

    assert await redeem(database, discount(inactive), discount(over), discount(coded, code="OFF")) == []


async def test_a_customer_uses_it_no_more_often_than_one_may(database: Database) -> None:
    by_code = await save_promotion(database, needs_coupon=True, most_uses_per_customer=1)
    await save_coupon(database, "ONCE", by_code)
    given = discount(by_code, 50, "ONCE")

    outcomes = await asyncio.gather(*(redeem(database, given, account_id=CUSTOMER) for _ in range(4)))

    assert sorted(outcomes) == [[], *[["COUPON_ALREADY_USED"]] * 3]
    assert await redeem(database, given, account_id=new_id()) == []
    assert await redeem(database, given) == ["COUPON_NEEDS_SIGN_IN"]


async def test_the_use_that_another_cart_holds_is_not_taken(database: Database) -> None:
    by_code = await save_promotion(database, needs_coupon=True)
    await save_coupon(database, "LAST", by_code, most_uses=1)
    cart_id = new_id()
    async with database.unit() as unit:
        await promotions.hold_coupon(unit, cart_id=cart_id, account_id=None, code="LAST", currency="USD", minutes=5)

    assert await redeem(database, discount(by_code, 50, "LAST")) == ["COUPON_USED_UP"]
    assert await redeem(database, discount(by_code, 50, "LAST"), cart_id=cart_id) == []


async def test_of_32_orders_at_once_as_many_get_it_as_are_left(database: Database) -> None:
    first, second = (await save_promotion(database, most_uses=5), await save_promotion(database, budget_minor=1_000))
    pairs = [(discount(first), discount(second)), (discount(second), discount(first))]

    outcomes = await asyncio.gather(*(redeem(database, *pairs[number % 2]) for number in range(32)))

    assert sorted(outcomes) == [[]] * 5 + [["PROMOTION_ENDED"]] * 27
    assert await counted(database) == ([(5, 500), (5, 500)], [], 10)


@pytest.mark.parametrize("times", [1, 2])
async def test_gives_back_once(database: Database, times: int) -> None:
    by_code = await save_promotion(database, needs_coupon=True, most_uses=1)
    await save_coupon(database, "LAST", by_code, most_uses=1)
    automatic = await save_promotion(database)
    given = (discount(by_code, 50, "LAST"), discount(automatic))
    order_id, other = new_id(), new_id()
    await redeem(database, *given, order_id=order_id)
    await redeem(database, given[1], order_id=other)

    for _ in range(times):
        async with database.unit() as unit:
            await promotions.give_back(unit, order_id=order_id)

    assert await counted(database) == ([(0, 0), (1, 100)], [0], 1)
    assert await redeem(database, *given, order_id=order_id) == []


async def test_gives_back_once_to_two_at_once(database: Database) -> None:
    one = await save_promotion(database)
    order_id = new_id()
    await redeem(database, discount(one), order_id=order_id)

    async def give_back() -> None:
        async with database.unit() as unit:
            await promotions.give_back(unit, order_id=order_id)

    await asyncio.gather(*(give_back() for _ in range(8)))

    assert await counted(database) == ([(0, 0)], [], 0)

"""Operators who change promotions while others use them; what the graph shows of it is in tests/graphql."""

import asyncio
from uuid import UUID

import pytest

from core.ids import new_id
from core.problems import Rejected
from models.promotions import PromotionKind
from services import promotions
from services.promotions import CouponRecord, Discount, PromotionDraft
from services.unit_of_work import Database
from tests.factories.promotions import save_promotion

TEN = PromotionDraft("Ten", PromotionKind.PERCENTAGE, basis_points=1_000)


async def save_coupon(database: Database, promotion_id: UUID, code: str) -> CouponRecord:
    async with database.unit() as unit:
        return await promotions.save_coupon(unit, promotion_id=promotion_id, code=code)


async def test_of_two_that_make_the_same_code_at_once_one_is_refused(database: Database) -> None:
    first, second = [await save_promotion(database, needs_coupon=True) for _ in range(2)]

    outcomes = await asyncio.gather(
        save_coupon(database, first, "SAME"), save_coupon(database, second, "s-a-m-e"), return_exceptions=True
    )

    (refusal,) = [one for one in outcomes if isinstance(one, BaseException)]
    assert isinstance(refusal, Rejected)
    assert [problem.code for problem in refusal.problems] == ["COUPON_CODE_TAKEN"]


async def test_a_bound_waits_for_a_use_that_is_being_made(database: Database) -> None:
    promotion_id = await save_promotion(database)
    used = Discount(promotion_id, "Ten", PromotionKind.PERCENTAGE, None, 700, {}, is_free_delivery=False)

    async def bound() -> None:
        async with database.unit() as unit:
            draft = TEN._replace(budget_minor=500)
            await promotions.save_promotion(unit, id=promotion_id, draft=draft, currency="USD")

    async with database.unit() as unit:
        await promotions.redeem(unit, order_id=new_id(), cart_id=new_id(), account_id=None, discounts=[used])
        waiting = asyncio.create_task(bound())
        await asyncio.sleep(0.2)
        was_waiting = not waiting.done()

    assert was_waiting
    with pytest.raises(Rejected, match="given 700"):
        await waiting


async def test_a_promotion_keeps_its_currency(database: Database) -> None:
    promotion_id = await save_promotion(database, currency="EUR")

    async with database.unit() as unit:
        saved = await promotions.save_promotion(unit, id=promotion_id, draft=TEN, currency="USD")

    assert (saved.id, saved.currency, saved.name) == (promotion_id, "EUR", "Ten")

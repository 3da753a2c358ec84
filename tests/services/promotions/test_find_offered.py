"""What is read for a cart, in one statement."""

from datetime import timedelta
from uuid import UUID

from core.clock import utc_now
from core.ids import new_id
from core.profile import profiling
from models.promotions import PromotionKind
from services import promotions
from services.promotions import Discount, Offered
from services.unit_of_work import Database
from tests.factories.promotions import CUSTOMER, save_coupon, save_promotion

DAY = timedelta(days=1)


async def find(database: Database, *codes: str, cart_id: UUID | None = None, account_id: UUID | None = None) -> Offered:
    async with database.read() as session:
        return await promotions.find_offered(
            session, cart_id=cart_id or new_id(), account_id=account_id, coupon_codes=codes, currency="USD"
        )


async def test_finds_the_promotions_that_run(database: Database) -> None:
    now = utc_now()
    running = [
        await save_promotion(database, kind, starts_at=now - DAY, ends_at=now + DAY, brand_ids=[UUID(int=1)])
        for kind in PromotionKind
    ]
    await save_promotion(database, needs_coupon=True)
    await save_promotion(database, is_active=False)
    await save_promotion(database, currency="EUR")
    await save_promotion(database, starts_at=now + DAY)
    await save_promotion(database, ends_at=now - DAY)

    found = await find(database)

    assert {one.promotion.id for one in found.automatic} == set(running)
    assert {one.promotion.kind for one in found.automatic} == set(PromotionKind)
    assert all(one.promotion.brand_ids == [UUID(int=1)] for one in found.automatic)
    assert abs(found.now - now) < timedelta(minutes=1)


async def test_finds_nothing_and_still_says_the_time(database: Database) -> None:
    found = await find(database, "NONE", "\0", "x" * 1_000)

    assert (found.automatic, [one.coupon for one in found.coupons]) == ([], [None] * 3)
    assert abs(found.now - utc_now()) < timedelta(minutes=1)


async def test_finds_codes_in_any_spelling_whatever_their_state(database: Database) -> None:
    promotion_id = await save_promotion(database, needs_coupon=True, currency="EUR", ends_at=utc_now() - DAY)
    coupon_id = await save_coupon(database, "Wel-Come", promotion_id, is_active=False, most_uses=3, uses=2)

    (found,) = (await find(database, "ＷＥＬ ＣＯＭＥ")).coupons

    assert (found.code, found.promotion and found.promotion.id) == ("ＷＥＬ ＣＯＭＥ", promotion_id)
    assert found.coupon == (coupon_id, promotion_id, "Wel-Come", False, 3, 2)


async def test_counts_uses_and_holds(database: Database) -> None:
    promotion_id = await save_promotion(database, needs_coupon=True, most_uses=100, most_uses_per_customer=9)
    for code in ("ONE", "TWO"):
        await save_coupon(database, code, promotion_id, most_uses=50)
    mine, others = new_id(), [new_id() for _ in range(3)]
    async with database.unit() as unit:
        for cart_id, code in [(mine, "ONE"), (others[0], "ONE"), (others[1], "TWO"), (others[2], "TWO")]:
            await promotions.hold_coupon(
                unit, cart_id=cart_id, account_id=CUSTOMER, code=code, currency="USD", minutes=5
            )
        used = Discount(promotion_id, "", PromotionKind.PERCENTAGE, "TWO", 1, {}, is_free_delivery=False)
        await promotions.redeem(unit, order_id=new_id(), cart_id=others[2], account_id=CUSTOMER, discounts=[used])

    one, two = (await find(database, "ONE", "TWO", cart_id=mine, account_id=CUSTOMER)).coupons

    assert (one.is_held, one.coupon_held_by_others, one.promotion_held_by_others, one.customer_uses) == (True, 1, 2, 1)
    assert (two.is_held, two.coupon_held_by_others, two.promotion_held_by_others, two.customer_uses) == (False, 1, 2, 1)
    assert two.promotion is not None
    assert (two.promotion.uses, two.promotion.spent_minor, two.coupon and two.coupon.uses) == (1, 1, 1)


async def test_reads_once_however_many_there_are(database: Database) -> None:
    codes = [f"CODE{number}" for number in range(20)]
    for code in codes:
        await save_coupon(database, code, await save_promotion(database, needs_coupon=True))
        await save_promotion(database)

    with profiling() as profile:
        found = await find(database, *codes)

    assert (len(found.automatic), len(found.coupons)) == (20, 20)
    assert profile.sql == 1

"""The order of promotions, what goes together, and what is bounded."""

from uuid import UUID

import pytest

from core.ids import new_id
from models.promotions import PromotionKind
from services.promotions import Applied, CouponReason, Offered, OfferedPromotion, PricedLine, apply
from tests.factories.promotions import CUSTOMER, HOUR, NOW, coupon, line, offered, promotion

AMOUNT, FREE = PromotionKind.AMOUNT, PromotionKind.FREE_DELIVERY


def applied(lines: list[PricedLine], offers: Offered, *, account_id: UUID | None = None) -> Applied:
    return apply(lines, offers, account_id=account_id, has_delivery=True)


def amounts(found: Applied) -> list[int]:
    return [one.amount_minor for one in found.discounts]


def reasons(found: Applied) -> dict[str, str]:
    return {one.code: one.reason for one in found.refusals}


def test_works_on_what_earlier_ones_have_left() -> None:
    older, newer = promotion(AMOUNT), promotion()

    by_age = applied([line(1_000)], offered(newer, older))
    by_priority = applied([line(1_000)], offered(newer._replace(priority=1), older))

    assert amounts(by_age) == [500, 50]
    assert amounts(by_priority) == [100, 500]


def test_never_takes_off_more_than_there_is() -> None:
    promotions = [promotion(AMOUNT, amount_minor=700) for _ in range(3)]

    assert amounts(applied([line(1_000)], offered(*promotions))) == [700, 300]


def test_one_that_does_not_combine_applies_alone_if_it_gives_more() -> None:
    alone = promotion(AMOUNT, amount_minor=400, is_combinable=False)
    together = [promotion(AMOUNT, amount_minor=150) for _ in range(2)]

    found = applied([line(1_000)], offered(*together, alone))

    assert amounts(found) == [400]


def test_codes_of_the_losing_side_are_refused() -> None:
    alone = coupon("ALONE", promotion(AMOUNT, amount_minor=200, is_combinable=False))
    worse = coupon("WORSE", promotion(AMOUNT, amount_minor=100, is_combinable=False))
    together = [coupon(code, promotion(AMOUNT, amount_minor=150)) for code in ("ONE", "TWO")]
    far = coupon("FAR", promotion(minimum_minor=5_000, is_combinable=False))

    found = applied([line(1_000)], offered(alone, *together, worse, far))

    assert amounts(found) == [150, 150]
    assert reasons(found) == {
        "ALONE": CouponReason.NOT_COMBINABLE,
        "WORSE": CouponReason.NOT_COMBINABLE,
        "FAR": CouponReason.MINIMUM_NOT_REACHED,
    }


def test_of_equals_the_combinable_are_chosen_then_the_first() -> None:
    first, second = (promotion(AMOUNT, amount_minor=100, is_combinable=False) for _ in range(2))
    third = promotion(AMOUNT, amount_minor=100)

    mixed = applied([line()], offered(first, third))
    both_alone = applied([line()], offered(first, second._replace(priority=1)))

    assert mixed.discounts[0].promotion_id == third.id
    assert both_alone.discounts[0].promotion_id == second.id


def test_free_delivery_decides_a_draw() -> None:
    free = promotion(FREE, is_combinable=False)

    assert applied([line(0)], offered(promotion(), free)).discounts[0].is_free_delivery
    assert not applied([line(100)], offered(promotion(), free)).discounts[0].is_free_delivery


def test_delivery_is_freed_once() -> None:
    first, second = promotion(FREE), promotion(FREE)
    ten = promotion()

    automatic = applied([line()], offered(first, second, ten))
    by_code = applied([line()], offered(first, coupon("FREE", second)))

    assert [one.promotion_id for one in automatic.discounts] == [first.id, ten.id]
    assert [one.promotion_id for one in by_code.discounts] == [first.id]
    assert reasons(by_code) == {"FREE": CouponReason.NOT_APPLICABLE}


def test_a_promotion_is_used_once_however_many_codes_open_it() -> None:
    record = promotion()

    found = applied([line()], offered(coupon("ONE", record), coupon("TWO", record)))

    assert amounts(found) == [100]
    assert reasons(found) == {"TWO": CouponReason.NOT_COMBINABLE}


def test_says_what_is_missing_to_the_minimum() -> None:
    brand = new_id()
    record = promotion(minimum_minor=2_500, brand_ids=[brand])
    lines = [line(1_000, 2, brand_id=brand), line(9_000)]

    (refusal,) = applied(lines, offered(coupon("MORE", record))).refusals

    assert (refusal.reason, refusal.missing_minor) == (CouponReason.MINIMUM_NOT_REACHED, 500)


def test_the_minimum_is_of_prices_before_discounts() -> None:
    found = applied([line(1_000)], offered(promotion(AMOUNT), promotion(minimum_minor=1_000)))

    assert amounts(found) == [500, 50]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"is_active": False}, CouponReason.NOT_ACTIVE),
        ({"starts_at": NOW + HOUR}, CouponReason.NOT_STARTED),
        ({"ends_at": NOW}, CouponReason.EXPIRED),
        ({"most_uses_per_customer": 1}, CouponReason.ALREADY_USED),
        ({"most_uses": 3, "uses": 3}, CouponReason.USED_UP),
        ({"budget_minor": 500, "spent_minor": 500}, CouponReason.USED_UP),
        ({"budget_minor": 500, "spent_minor": 401}, CouponReason.USED_UP),
        ({"currency": "EUR"}, CouponReason.NOT_APPLICABLE),
        ({"brand_ids": [UUID(int=1)]}, CouponReason.NOT_APPLICABLE),
        ({"starts_at": NOW, "ends_at": NOW + HOUR, "most_uses": 3, "uses": 2}, None),
        ({"budget_minor": 500, "spent_minor": 400, "most_uses_per_customer": 2}, None),
    ],
)
def test_what_is_bounded_ends(changes: dict[str, object], reason: CouponReason | None) -> None:
    record = promotion(PromotionKind.PERCENTAGE, **changes)
    by_code = coupon("TEN", record)._replace(customer_uses=1)

    with_code = applied([line(1_000)], offered(by_code), account_id=CUSTOMER)
    without = applied([line(1_000)], offered(OfferedPromotion(record, 1)), account_id=CUSTOMER)

    assert reasons(with_code) == ({} if reason is None else {"TEN": reason})
    assert amounts(with_code) == amounts(without) == ([100] if reason is None else [])


def test_guests_do_not_get_what_is_counted_by_customer() -> None:
    record = promotion(most_uses_per_customer=1)

    found = applied([line()], offered(record, coupon("TEN", record)))

    assert (amounts(found), reasons(found)) == ([], {"TEN": CouponReason.NEEDS_SIGN_IN})


def test_a_code_that_opens_nothing_is_unknown() -> None:
    (code,) = offered(coupon("NONE", promotion())).coupons

    found = applied([line()], offered(code._replace(coupon=None, promotion=None)))

    assert reasons(found) == {"NONE": CouponReason.UNKNOWN}


@pytest.mark.parametrize(
    ("is_held", "others", "is_left"), [(True, 1, True), (True, 9, True), (False, 0, True), (False, 1, False)]
)
def test_what_others_hold_is_not_there_without_an_own_hold(is_held: bool, others: int, is_left: bool) -> None:
    one = coupon("LAST", promotion(), most_uses=3, uses=2)

    of_coupon = one._replace(is_held=is_held, coupon_held_by_others=others)
    of_promotion = coupon("LAST", promotion(most_uses=3, uses=2))._replace(
        is_held=is_held, promotion_held_by_others=others
    )

    for found in (of_coupon, of_promotion):
        expected = {} if is_left else {"LAST": CouponReason.USED_UP}
        assert reasons(applied([line()], offered(found))) == expected


def test_an_empty_cart_has_no_discounts() -> None:
    found = applied([], offered(promotion(), promotion(FREE), coupon("TEN", promotion())))

    assert (amounts(found), reasons(found)) == ([], {"TEN": CouponReason.NOT_APPLICABLE})

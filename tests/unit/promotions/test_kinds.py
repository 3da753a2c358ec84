"""What each kind of promotion takes off, line by line."""

import pytest

from core.ids import new_id
from models.promotions import PromotionKind
from services.promotions import Discount, PricedLine, PromotionRecord, apply
from tests.factories.promotions import line, offered, promotion


def only(lines: list[PricedLine], record: PromotionRecord) -> Discount | None:
    """The discount of one promotion, if it gives any."""
    applied = apply(lines, offered(record), account_id=None, has_delivery=True)
    return applied.discounts[0] if applied.discounts else None


def parts(lines: list[PricedLine], record: PromotionRecord) -> list[int]:
    """What it takes off each line."""
    discount = only(lines, record)
    return [0 if discount is None else discount.by_line.get(one.key, 0) for one in lines]


@pytest.mark.parametrize(
    ("basis_points", "prices", "expected"),
    [
        (1_000, [1_005, 994], [101, 99]),
        (3_333, [100, 1], [33, 0]),
        (10_000, [7, 9], [7, 9]),
        (1, [1_000], [0]),
    ],
)
def test_percentage_is_rounded_on_each_line(basis_points: int, prices: list[int], expected: list[int]) -> None:
    lines = [line(price) for price in prices]

    assert parts(lines, promotion(basis_points=basis_points)) == expected


@pytest.mark.parametrize(
    ("amount", "prices", "expected"),
    [
        (500, [1_000, 3_000], [125, 375]),
        (100, [100, 100, 100], [34, 33, 33]),
        (5_000, [700, 300], [700, 300]),
        (1, [0, 10], [0, 1]),
        (500, [0], [0]),
    ],
)
def test_amount_is_split_over_the_lines(amount: int, prices: list[int], expected: list[int]) -> None:
    lines = sorted((line(price) for price in prices), key=lambda one: one.key)

    assert parts(lines, promotion(PromotionKind.AMOUNT, amount_minor=amount)) == expected


@pytest.mark.parametrize(
    ("buy", "get", "basis_points", "lines", "expected"),
    [
        # 3 for 2, all of one line.
        (2, 1, 10_000, [(500, 3)], [500]),
        (2, 1, 10_000, [(500, 8)], [1_000]),
        (2, 1, 10_000, [(500, 2)], [0]),
        # The third of 900, 900, 500 and the sixth of the rest; the 7th unit is in no full group.
        (2, 1, 10_000, [(900, 2), (500, 3), (100, 2)], [0, 500, 100]),
        # 800, 800 | 300, 300: the cheapest two of each four.
        (2, 2, 10_000, [(800, 2), (300, 2)], [0, 600]),
        # One line lies in three groups: 50 50 (50) | 50 50 (50) | 50 20 (20).
        (2, 1, 10_000, [(50, 7), (20, 2)], [100, 20]),
        # Half off the second.
        (1, 1, 5_000, [(999, 1), (333, 1)], [0, 167]),
        (1, 1, 5_000, [(333, 3)], [167]),
        (1, 3, 10_000, [(100, 1_000_000)], [75_000_000]),
    ],
)
def test_units_are_given_in_full_groups(
    buy: int, get: int, basis_points: int, lines: list[tuple[int, int]], expected: list[int]
) -> None:
    wanted = [line(price, quantity) for price, quantity in lines]
    record = promotion(PromotionKind.BUY_X_GET_Y, buy_quantity=buy, get_quantity=get, basis_points=basis_points)

    assert parts(wanted, record) == expected


@pytest.mark.parametrize("has_delivery", [True, False])
def test_free_delivery_takes_nothing_off_lines(has_delivery: bool) -> None:
    record = promotion(PromotionKind.FREE_DELIVERY)

    applied = apply([line()], offered(record), account_id=None, has_delivery=has_delivery)

    free = Discount(record.id, record.name, record.kind, None, 0, {}, is_free_delivery=True)
    assert applied.discounts == ([free] if has_delivery else [])


def test_takes_off_only_what_is_in_scope() -> None:
    root, leaf, brand, product = (new_id() for _ in range(4))
    lines = [
        line(category_ids=(root, leaf)),
        line(category_ids=(root,)),
        line(brand_id=brand),
        line(product_id=product),
        line(),
    ]

    assert parts(lines, promotion(category_ids=[leaf])) == [100, 0, 0, 0, 0]
    assert parts(lines, promotion(category_ids=[root])) == [100, 100, 0, 0, 0]
    assert parts(lines, promotion(brand_ids=[brand], product_ids=[product])) == [0, 0, 100, 100, 0]
    assert parts(lines, promotion()) == [100] * 5


def test_counts_units_in_scope_only() -> None:
    brand = new_id()
    lines = [line(100, 2, brand_id=brand), line(100, 5)]

    assert parts(lines, promotion(PromotionKind.BUY_X_GET_Y, brand_ids=[brand])) == [0, 0]

"""The rounding rule: exact, half up, and what is split comes to what it was."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rounding import distribute, share

AMOUNTS = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("amount", "numerator", "denominator", "expected"),
    [
        (5, 1, 2, 3),
        (4, 1, 2, 2),
        (1, 1, 3, 0),
        (2, 1, 3, 1),
        (999, 1250, 10_000, 125),
        (0, 7, 3, 0),
        (7, 0, 3, 0),
        (10**30 + 1, 1, 2, 5 * 10**29 + 1),
    ],
)
def test_rounds_half_up(amount: int, numerator: int, denominator: int, expected: int) -> None:
    assert share(amount, numerator, denominator) == expected


@given(AMOUNTS, st.integers(0, 10**6), st.integers(1, 10**6))
def test_is_what_exact_decimals_give(amount: int, numerator: int, denominator: int) -> None:
    # Half a unit is met exactly by multiples of 1/2 only, which decimals hold whatever the denominator.
    exact = Decimal(2 * amount * numerator // denominator) / 2

    assert share(amount, numerator, denominator) == int(exact.to_integral_value(ROUND_HALF_UP))


@pytest.mark.parametrize(("amount", "numerator", "denominator"), [(-1, 1, 2), (1, -1, 2), (1, 1, 0), (1, 1, -2)])
def test_refuses_what_has_no_share(amount: int, numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        share(amount, numerator, denominator)


@pytest.mark.parametrize(
    ("amount", "weights", "expected"),
    [
        (10, [1, 1, 1], [4, 3, 3]),
        (11, [1, 1, 1], [4, 4, 3]),
        (100, [0, 1, 0, 2], [0, 33, 0, 67]),
        (1, [1, 5], [0, 1]),
        (5, [3, 3], [3, 2]),
        (0, [0, 0], [0, 0]),
        (0, [], []),
        (0, [3, 4], [0, 0]),
        (7, [7], [7]),
    ],
)
def test_gives_what_is_left_to_the_largest_remainders(amount: int, weights: list[int], expected: list[int]) -> None:
    assert distribute(amount, weights) == expected


@given(AMOUNTS, st.lists(st.integers(0, 10**9), min_size=1).filter(any))
def test_split_comes_to_the_amount(amount: int, weights: list[int]) -> None:
    parts = distribute(amount, weights)

    total = sum(weights)
    assert sum(parts) == amount
    assert all(type(part) is int for part in parts)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * total - amount * weight) < total
        assert part <= weight or amount > total


@pytest.mark.parametrize(("amount", "weights"), [(1, []), (1, [0, 0]), (-1, [1]), (1, [2, -1])])
def test_refuses_what_cannot_be_split(amount: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="cannot be split"):
        distribute(amount, weights)

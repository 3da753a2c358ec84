"""What the report's figures mean."""

import pytest

from bench.statistics import Spread, known_spread, per_request_ms, percentile, ratio, spread


def test_spread_is_the_median_and_the_range() -> None:
    values = [30.0, 10.0, 20.0, 100.0]

    found = spread(values)

    assert found == Spread(25.0, 10.0, 100.0)


def test_spread_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        spread([])


def test_unknown_values_do_not_count() -> None:
    assert known_spread([None, 4.0, None, 6.0]) == Spread(5.0, 4.0, 6.0)
    assert known_spread([None, None]) is None


@pytest.mark.parametrize(("percent", "expected"), [(50, 50.0), (99, 99.0), (99.5, 100.0), (100, 100.0), (0.1, 1.0)])
def test_percentile_is_the_nearest_rank(percent: float, expected: float) -> None:
    values = [float(value) for value in range(100, 0, -1)]

    found = percentile(values, percent)

    assert found == expected


def test_percentile_of_one_value_is_that_value() -> None:
    assert percentile([7.0], 99) == 7.0


@pytest.mark.parametrize("percent", [0, -1, 101])
def test_percentages_outside_of_0_to_100_are_refused(percent: float) -> None:
    with pytest.raises(ValueError, match="percentage"):
        percentile([1.0], percent)


def test_ratio_compares_medians() -> None:
    assert ratio(Spread(6.0, 1.0, 100.0), Spread(2.0, 2.0, 2.0)) == 3.0


def test_ratio_is_unknown_without_a_base() -> None:
    value = Spread(1.0, 1.0, 1.0)

    found = [ratio(value, None), ratio(None, value), ratio(value, Spread(0.0, 0.0, 0.0))]

    assert found == [None, None, None]


def test_cpu_per_request_is_in_milliseconds() -> None:
    assert per_request_ms(1.5, 1000) == 1.5
    assert per_request_ms(1.5, 0) is None

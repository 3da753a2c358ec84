"""From single windows to the figures of the report: medians with ranges, percentiles, ratios. Values in, values out."""

import math
import statistics
from collections.abc import Sequence
from typing import NamedTuple


class Spread(NamedTuple):
    """The middle of several measurements and the range that they lie in."""

    median: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """The spread of one or more values; raises `ValueError` for none."""
    if not values:
        raise ValueError("There is nothing to summarise.")
    return Spread(statistics.median(values), min(values), max(values))


def known_spread(values: Sequence[float | None]) -> Spread | None:
    """The spread of the values that are known; None if none is."""
    known = [value for value in values if value is not None]
    return spread(known) if known else None


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile: the least value that `percent` % of all values do not exceed."""
    if not values or not 0 < percent <= 100:
        raise ValueError("A percentile needs values, and a percentage above 0 and up to 100.")
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]


def ratio(value: Spread | None, base: Spread | None) -> float | None:
    """How many times the median of `base` the median of `value` is; None if either is missing or the base is 0."""
    if value is None or base is None or base.median == 0:
        return None
    return value.median / base.median


def per_request_ms(seconds: float, requests: int) -> float | None:
    """CPU seconds of a window as milliseconds per request; None if no request was answered."""
    return seconds * 1000 / requests if requests else None

"""Round ranges for facets of prices and numbers."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from core.money import Money
from ports.search import ValueCount
from services.search.documents import price_bucket_bounds
from services.search.pages import PriceBucket

_PARTS = 5


class Span(NamedTuple):
    """Bounds are inclusive; None is open."""

    minimum: float | None
    maximum: float | None


def histogram(buckets: Sequence[ValueCount], currency: str) -> list[PriceBucket]:
    """The engine's price buckets as amounts, cheapest first; the last is open."""
    known = sorted((int(value), documents) for value, documents in buckets)
    found = []
    for place, (bucket, documents) in enumerate(known):
        low, above = price_bucket_bounds(bucket)
        high = None if place == len(known) - 1 else Money(above - 1, currency)
        found.append(PriceBucket(Money(low, currency), high, documents))
    return found


def price_spans(buckets: Sequence[ValueCount]) -> list[tuple[Span, int]]:
    """About five ranges of minor units with about as many products each, and their products. They are sums of
    buckets, which begin at round prices."""
    known = sorted((price_bucket_bounds(int(value))[0], documents) for value, documents in buckets)
    bounds = sorted({cut for cut in _cuts(known) if cut > 0})
    if not bounds:
        return []
    lows: list[int | None] = [None, *bounds]
    highs: list[int | None] = [*(bound - 1 for bound in bounds), None]
    return [
        (
            Span(low, high),
            sum(documents for start, documents in known if start >= (low or 0) and (high is None or start <= high)),
        )
        for low, high in zip(lows, highs, strict=True)
    ]


def number_spans(quantiles: Sequence[float]) -> list[Span]:
    """Ranges of an attribute between its quantiles, or its single values where it has few.

    Bounds are shared by neighbours, as shoppers read "16 - 32 GB, 32 - 64 GB".
    """
    bounds = sorted(set(quantiles))
    if len(bounds) < len(quantiles):
        return [Span(bound, bound) for bound in bounds]
    return [Span(low, high) for low, high in pairwise(bounds)]


def price_label(span: Span, currency: str) -> str:
    """The range for people."""
    if span.minimum is None:
        return f"Under {_amount((span.maximum or 0) + 1, currency)}"
    if span.maximum is None:
        return f"{_amount(span.minimum, currency)} and above"
    return f"{_amount(span.minimum, currency)} – {_amount(span.maximum + 1, currency)}"


def number_label(span: Span, unit: str | None) -> str:
    """The range for people, with its unit."""
    ending = f" {unit}" if unit else ""
    if span.minimum == span.maximum:
        return f"{span.minimum:g}{ending}"
    return f"{span.minimum:g} – {span.maximum:g}{ending}"


def _amount(minor: float, currency: str) -> str:
    return Money(int(minor), currency).formatted().removesuffix(".00")


def _cuts(counts: Sequence[tuple[int, int]]) -> list[int]:
    total = sum(documents for _, documents in counts)
    cuts: list[int] = []
    seen = 0
    for value, documents in counts:
        while len(cuts) < _PARTS - 1 and seen >= total * (len(cuts) + 1) / _PARTS:
            cuts.append(value)
        seen += documents
    return cuts

"""Numbers of a product that look like a shop's: prices, popularity, ratings, stock and article numbers."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random

# All dates are relative to this day, never to today: the catalog is the same on every run.
REFERENCE_DAY = datetime(2026, 11, 1, 9, tzinfo=UTC)
_OLDEST_DAYS = 5 * 365
_LARGEST_SALES = 48_000
# GS1 keeps prefixes 20 to 29 for numbers inside of a shop, so that no real article is named.
_GTIN_PREFIX = "25"
Histogram = tuple[int, int, int, int, int]


def shelf_price(dollars: float, cents: int) -> int:
    """A price near `dollars` as shops write it, in minor units, ending in `cents` (99, 95 or 0)."""
    step = 1 if dollars < 60 else 5 if dollars < 400 else 10 if dollars < 1500 else 50
    whole = max(round(dollars / step) * step, 2)
    return whole * 100 if cents == 0 else (whole - 1) * 100 + cents


def choose_cents(dollars: float, rng: Random) -> int:
    """The ending of a product's prices: .99 mostly, .95 or .00 for some."""
    return rng.choices((99, 95, 0), weights=(6, 2, 2) if dollars < 300 else (4, 1, 5))[0]


def before_discount(price_minor: int, share: float) -> int:
    """The price that a discount of `share` (0.2 is a fifth) led to `price_minor`, with the same ending."""
    found = shelf_price(price_minor / 100 / (1 - share), price_minor % 100)
    return found if found > price_minor else price_minor + 200


def days_on_sale(rng: Random) -> int:
    """How long a product has been sold: recent ones are more frequent, the oldest is five years old."""
    return int(_OLDEST_DAYS * rng.random() ** 1.5)


def released_at(days: int) -> datetime:
    return REFERENCE_DAY - timedelta(days=days)


def units_sold(*, days: int, price: float, rng: Random) -> int:
    """Long-tailed sales: most products sell some hundreds, a few many thousands; cheap ones sell more."""
    appeal = math.exp(rng.gauss(4.6, 1.45))
    maturity = min(1.0, (days + 12) / 420)
    return min(_LARGEST_SALES, int(appeal * maturity * (120 / (price + 40)) ** 0.35 * 2.2))


def ratings(*, sold: int, rng: Random) -> Histogram:
    """Counts of one to five stars, J-shaped: most are fives, and ones outnumber twos.

    About one buyer in fifteen rates; products that sell well are liked a little better.
    """
    total = int(sold * rng.uniform(0.03, 0.11))
    quality = min(max(rng.betavariate(4.2, 2.0) + min(sold, 12_000) / 120_000, 0.05), 0.97)
    shares = (
        0.02 + 0.22 * (1 - quality) ** 1.5,
        0.01 + 0.11 * (1 - quality) ** 1.3,
        0.03 + 0.15 * (1 - quality),
        0.13 + 0.10 * (1 - abs(quality - 0.6)),
        0.30 + 0.52 * quality,
    )
    whole = sum(shares)
    if total >= 40:
        one, two, three, four, five = (round(total * share / whole * rng.uniform(0.93, 1.07)) for share in shares)
        return one, two, three, four, five
    drawn = rng.choices(range(5), weights=shares, k=total)
    return drawn.count(0), drawn.count(1), drawn.count(2), drawn.count(3), drawn.count(4)


def stock(warehouses: tuple[str, ...], *, mood: str, sold: int, rng: Random) -> Mapping[str, int]:
    """Units by warehouse. `mood` is that of the whole product: "out", "low" or "normal"."""
    if mood == "out" or rng.random() < 0.05:
        return dict.fromkeys(warehouses, 0)
    if mood == "low":
        held = rng.sample(warehouses, k=rng.choice((1, 1, 2)))
        return {code: rng.randint(1, 3) if code in held else 0 for code in warehouses}
    reach = 20 + int(min(sold, 20_000) ** 0.5)
    return {code: rng.randint(4, reach + 8) if rng.random() < 0.8 else 0 for code in warehouses}


def gtin13(number: int) -> str:
    """The thirteen-digit article number made of our prefix, `number` and the GS1 check digit."""
    body = f"{_GTIN_PREFIX}{number:010d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"

"""Small pieces of text that sources give: dates, numbers, prices, cleaned."""

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel.numbers import get_currency_precision, list_currencies

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]+")
_NOT_CODE = re.compile(r"[^a-z0-9]+")
_PRICE = re.compile(
    r"(?:(?P<before>[A-Za-z]{3})\s*)?(?P<amount>[0-9][0-9,]*(?:\.[0-9]+)?)(?:\s*(?P<after>[A-Za-z]{3}))?"
)
_CURRENCIES = frozenset(list_currencies())


def clean(text: str) -> str:
    """The text without control characters (line ends and tabs stay) and outer white space."""
    return (_CONTROL.sub(" ", text) if _CONTROL.search(text) else text).strip()


@lru_cache(maxsize=20_000)
def code_of(name: str) -> str:
    """A name as an attribute's code: `Screen Size (cm)` is `screen_size_cm`; empty if nothing is left."""
    return _NOT_CODE.sub("_", name.strip().lower()).strip("_")[:80]


def parse_price(text: str, *, currency: str) -> tuple[int, str]:
    """`12.99 USD`, `USD 12.99` or `12.99` (in `currency`) as minor units and currency. Raises ValueError."""
    match = _PRICE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text[:40]!r} is not a price such as 12.99 USD")
    unit = (match["after"] or match["before"] or currency).upper()
    if unit not in _CURRENCIES:
        raise ValueError(f"{unit} is not a currency")
    amount = parse_amount(match["amount"])
    minor = amount.scaleb(get_currency_precision(unit))
    if minor != minor.to_integral_value():
        raise ValueError(f"{text[:40]!r} has more decimals than {unit} has")
    return int(minor), unit


def parse_amount(text: str) -> Decimal:
    """Digits with an optional point; commas are allowed between groups of three. Raises ValueError."""
    whole, point, decimals = text.partition(".")
    if "," in whole and not re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+", whole):
        raise ValueError(f"{text[:40]!r} has commas that do not part thousands")
    try:
        return Decimal(whole.replace(",", "") + point + decimals)
    except InvalidOperation as error:
        raise ValueError(f"{text[:40]!r} is not a number") from error


def parse_count(text: str) -> int:
    """A whole number of zero or more. Raises ValueError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise ValueError(f"{text[:40]!r} is not a whole number of zero or more")
    return int(text)


def parse_time(text: str) -> datetime:
    """A day or moment in ISO 8601; without an offset it is UTC. Raises ValueError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text[:40]!r} is not a date such as 2026-11-23") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)

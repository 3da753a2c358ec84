"""Money: an integer of minor units and an ISO 4217 currency. Never a float."""

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, get_currency_precision

from core.problems import BadInput


class Money(NamedTuple):
    amount_minor: int
    currency: str

    def formatted(self, locale: str = "en-US") -> str:
        """The amount as people of `locale` (a BCP 47 tag) write it; raises `BadInput` (BAD_LOCALE)."""
        known = _locale(locale)
        if known is None:
            raise BadInput("BAD_LOCALE", f"There is no locale named {locale[:40]!r}.")
        return _formatted(self.amount_minor, self.currency, str(known))


@lru_cache(maxsize=4096)
def _formatted(amount_minor: int, currency: str, locale: str) -> str:
    """Prices and the ends of their ranges recur; writing one takes as long as reading a product."""
    digits = get_currency_precision(currency)
    return format_currency(Decimal(amount_minor).scaleb(-digits), currency, locale=locale)


@lru_cache(maxsize=512)
def _locale(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag, sep="-" if "-" in tag else "_")
    except (ValueError, UnknownLocaleError, TypeError):
        return None

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
        digits = get_currency_precision(self.currency)
        return format_currency(Decimal(self.amount_minor).scaleb(-digits), self.currency, locale=known)


@lru_cache(maxsize=512)
def _locale(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag, sep="-" if "-" in tag else "_")
    except (ValueError, UnknownLocaleError, TypeError):
        return None

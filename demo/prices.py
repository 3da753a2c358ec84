"""What makes things cheaper in the demo, and what the state takes: promotions, a coupon, sales taxes of the USA."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from services.promotions import PromotionDraft, PromotionKind
from services.taxes import TaxRateDraft

COUNTRY = "US"
CLOTHING = "clothing"
# Where the class begins; accessories are no clothing to any state.
CLOTHES = (("Fashion", "Women"), ("Fashion", "Men"), ("Fashion", "Shoes"))
COUPON = "WELCOME10"
_STATES = Path(__file__).with_name("us_sales_tax.tsv")
_PPM_OF_PERCENT = 10_000


class ScopedPromotion(NamedTuple):
    """A promotion, the path of the category that it is for, and the code that opens it if it needs one."""

    draft: PromotionDraft
    path: Sequence[str] = ()
    coupon: str | None = None


# Amounts are in US cents.
PROMOTIONS = (
    ScopedPromotion(
        PromotionDraft("15 % off cookware and dining", PromotionKind.PERCENTAGE, basis_points=1_500),
        ("Home & Kitchen", "Cookware & Dining"),
    ),
    ScopedPromotion(
        PromotionDraft(
            "Three for two: writing and paper",
            PromotionKind.BUY_X_GET_Y,
            basis_points=10_000,
            buy_quantity=2,
            get_quantity=1,
        ),
        ("Office & Stationery", "Writing & Paper"),
    ),
    ScopedPromotion(PromotionDraft("Free delivery from $75", PromotionKind.FREE_DELIVERY, minimum_minor=7_500)),
    ScopedPromotion(
        PromotionDraft(
            "Welcome: 10 % off", PromotionKind.PERCENTAGE, basis_points=1_000, needs_coupon=True, priority=-1
        ),
        coupon=COUPON,
    ),
)


def tax_rates() -> list[TaxRateDraft]:
    """A rate for the first three digits of each ZIP code, and where clothing is exempt one of nothing for it."""
    rates = []
    for line in _STATES.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        state, percent, delivery, clothing, prefixes = line.split("\t")
        rate_ppm = int(Decimal(percent) * _PPM_OF_PERCENT)
        for prefix in _prefixes(prefixes):
            rate = TaxRateDraft(
                COUNTRY, f"{state} sales tax", rate_ppm, prefix, applies_to_delivery=delivery == "taxed"
            )
            rates.append(rate)
            if clothing == "exempt" and rate_ppm:
                rates.append(rate._replace(rate_ppm=0, tax_class=CLOTHING, applies_to_delivery=False))
    return rates


def _prefixes(ranges: str) -> Iterator[str]:
    """The prefixes of ranges such as "005 06390 100-149"."""
    for part in ranges.split():
        first, _, last = part.partition("-")
        for number in range(int(first), int(last or first) + 1):
            yield f"{number:0{len(first)}}"

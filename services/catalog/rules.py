"""What a product draft must keep to. Pure: values in, flaws out."""

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple, TypeVar

import orjson

from services.catalog.drafts import MediaDraft, OfferDraft, ProductDraft, VariantDraft

LONGEST_TITLE = 500
LONGEST_DESCRIPTION = 50_000
LONGEST_NAME = 100
LONGEST_TEXT = 10_000
LONGEST_URL = 2_000
LARGEST_PRICE = 10**12
LARGEST_COUNT = 10**9
DEEPEST_CATEGORY = 8
MOST_VARIANTS = 1_000
MOST_OPTIONS = 5
MOST_ATTRIBUTES = 300
MOST_MEDIA = 100
T = TypeVar("T", bound=Hashable)
_CODE = re.compile(r"[a-z0-9][a-z0-9_]{0,99}")
_GTIN_LENGTHS = (8, 12, 13, 14)


class Flaw(NamedTuple):
    """One thing that is wrong: the field, named as in the draft, and a reason for people."""

    field: str
    reason: str


def is_gtin(text: str) -> bool:
    """Whether `text` is a GTIN: 8, 12, 13 or 14 digits with the right check digit (GS1 General Specifications 7.9)."""
    if len(text) not in _GTIN_LENGTHS or not (text.isascii() and text.isdigit()):
        return False
    digits = [int(digit) for digit in reversed(text)]
    return (sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10 == 0


def encode(draft: ProductDraft) -> bytes:
    """The draft as canonical JSON: equal drafts have equal bytes. Raises TypeError for what no database can hold."""
    return orjson.dumps(draft, option=orjson.OPT_SORT_KEYS, default=dict)


def flaws(draft: ProductDraft, encoded: bytes) -> list[Flaw]:
    """Everything that keeps a draft from being saved; `encoded` is what `encode` made of it."""
    found = list(_flaws_of_product(draft))
    if len(draft.variants) == 1 and not draft.option_names:
        found.extend(_flaws_of_variant(draft.variants[0], 0))
    else:
        found.extend(_flaws_of_variants(draft))
    if b"\\u0000" in encoded and _holds_nul(orjson.loads(encoded)):
        found.append(Flaw("encoding", "holds a NUL character"))
    return found


def _flaws_of_product(draft: ProductDraft) -> Iterator[Flaw]:
    if not draft.title.strip():
        yield Flaw("title", "is missing")
    yield from _too_long("title", draft.title, LONGEST_TITLE)
    yield from _too_long("description", draft.description, LONGEST_DESCRIPTION)
    for field, text in (("source", draft.source), ("external_id", draft.external_id)):
        if not text.strip():
            yield Flaw(field, "is missing")
        yield from _too_long(field, text, LONGEST_NAME)
    if draft.brand is not None:
        if not draft.brand.strip():
            yield Flaw("brand", "is empty")
        yield from _too_long("brand", draft.brand, LONGEST_NAME)
    yield from flaws_of_path(draft.category_path)
    yield from _flaws_of_attributes(draft)
    if not 0 <= draft.units_sold <= LARGEST_COUNT:
        yield Flaw("units_sold", "is negative or too large")
    if not all(0 <= count <= LARGEST_COUNT for count in draft.ratings):
        yield Flaw("ratings", "are not five counts of zero or more")
    if draft.released_at is not None and draft.released_at.tzinfo is None:
        yield Flaw("released_at", "has no time zone")
    yield from _flaws_of_media("media", draft.media)


def flaws_of_path(path: tuple[str, ...]) -> Iterator[Flaw]:
    """What is wrong with the names of a category from the root."""
    if not 1 <= len(path) <= DEEPEST_CATEGORY:
        yield Flaw("category", f"is missing or deeper than {DEEPEST_CATEGORY} levels")
    for name in path:
        if not name.strip():
            yield Flaw("category", "has an empty name in its path")
        yield from _too_long("category", name, LONGEST_NAME)


def _flaws_of_attributes(draft: ProductDraft) -> Iterator[Flaw]:
    if len(draft.attributes) > MOST_ATTRIBUTES:
        yield Flaw("attributes", f"are more than {MOST_ATTRIBUTES}")
    for code, value in draft.attributes.items():
        if not _CODE.fullmatch(code):
            yield Flaw("attributes", f"has a name that is not snake_case: {code[:40]!r}")
        if isinstance(value, str):
            if len(value) > LONGEST_TEXT:
                yield Flaw(code, f"is longer than {LONGEST_TEXT:,} characters")
        elif isinstance(value, float) and not math.isfinite(value):
            yield Flaw(code, "is not a finite number")


def _flaws_of_variants(draft: ProductDraft) -> Iterator[Flaw]:
    if not 1 <= len(draft.variants) <= MOST_VARIANTS:
        yield Flaw("variants", f"are none or more than {MOST_VARIANTS:,}")
    if len(draft.option_names) > MOST_OPTIONS or len(set(draft.option_names)) != len(draft.option_names):
        yield Flaw("option_names", f"repeat or are more than {MOST_OPTIONS}")
    for variant in draft.variants:
        yield from _flaws_of_variant(variant, len(draft.option_names))
    for sku in _repeated(variant.sku for variant in draft.variants):
        yield Flaw("sku", f"{sku} is given twice")
    for values in _repeated(variant.option_values for variant in draft.variants):
        yield Flaw("option_values", f"{', '.join(values) or 'none'} are given twice")


def _flaws_of_variant(variant: VariantDraft, options: int) -> Iterator[Flaw]:
    if not variant.sku.strip():
        yield Flaw("sku", "is missing")
    yield from _too_long("sku", variant.sku, LONGEST_NAME)
    if len(variant.option_values) != options:
        yield Flaw("option_values", f"of {variant.sku} are {len(variant.option_values)}, the options {options}")
    for value in variant.option_values:
        yield from _too_long("option_values", value, LONGEST_NAME)
    if variant.gtin is not None and not is_gtin(variant.gtin):
        yield Flaw("gtin", f"{variant.gtin[:40]} is not a GTIN: its length or check digit is wrong")
    for offer in variant.offers:
        yield from _flaws_of_offer(offer)
    if len(variant.offers) > 1:
        for seller in _repeated(offer.seller for offer in variant.offers):
            yield Flaw("offers", f"of {variant.sku} are two by seller {seller}")
    for warehouse, units in variant.stock.items():
        if not 0 <= units <= LARGEST_COUNT:
            yield Flaw("stock", f"in {warehouse} is negative or too large")
    yield from _flaws_of_media("media", variant.media)


def _flaws_of_offer(offer: OfferDraft) -> Iterator[Flaw]:
    reason = flaw_of_price(offer.price_minor, offer.compare_at_minor)
    if reason is not None:
        yield Flaw("price", reason)
    if not (len(offer.currency) == 3 and offer.currency.isascii() and offer.currency.isupper()):
        yield Flaw("currency", f"{offer.currency[:10]!r} is not an ISO 4217 code")
    if not offer.seller.strip():
        yield Flaw("seller", "is missing")


def flaw_of_price(price_minor: int, compare_at_minor: int | None) -> str | None:
    """Why a price in minor units cannot be asked, or None."""
    if not 0 <= price_minor <= LARGEST_PRICE:
        return "is negative or too large"
    if compare_at_minor is not None and not price_minor < compare_at_minor <= LARGEST_PRICE:
        return "is not below the price it is compared with"
    return None


def _flaws_of_media(field: str, media: tuple[MediaDraft, ...]) -> Iterator[Flaw]:
    if len(media) > MOST_MEDIA:
        yield Flaw(field, f"are more than {MOST_MEDIA}")
    for item in media:
        if not item.url.startswith(("http://", "https://", "/media/")):
            yield Flaw(field, f"has an address that is neither http(s) nor below /media/: {item.url[:80]!r}")
        yield from _too_long(field, item.url, LONGEST_URL)


def _too_long(field: str, text: str, limit: int) -> Iterator[Flaw]:
    if len(text) > limit:
        yield Flaw(field, f"is longer than {limit:,} characters")


def _repeated(values: Iterable[T]) -> list[T]:
    return [value for value, times in Counter(values).items() if times > 1]


def _holds_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_holds_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(_holds_nul(part) for part in value)

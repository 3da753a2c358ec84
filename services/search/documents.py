"""A listing as the search engine keeps it: the scored text, the keys that sorts page by, what ranking needs back."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

import orjson

from ports.search import IndexedDocument, SortKey
from services.search.analysis import ordered_tokens, tokens

TITLE_WEIGHT = 6
BRAND_WEIGHT = 2
DESCRIPTION_WEIGHT = 2
# A handful of products carry whole manuals; beyond this many tokens a text adds length, not sense.
LONGEST_TEXT = 2_000
_VALUE_LIMIT = 2**31 - 1
HIGHEST_PRICE = 2**53
# Buckets begin at round numbers, about 26 % apart: fine enough for a histogram from cents to millions, and ranges of
# prices are sums of them.
_STEPS = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80)
PRICE_BUCKET_STARTS = sorted({-(-step * 10**power // 10) for power in range(12) for step in _STEPS})


class ListingFields(Protocol):
    """What a document is made from: the attributes of `models.search.ListingRow`."""

    @property
    def product_id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def brand(self) -> str | None: ...
    @property
    def description(self) -> str: ...
    @property
    def features(self) -> str: ...
    @property
    def category_ids(self) -> Sequence[UUID]: ...
    @property
    def category_names(self) -> Sequence[str]: ...
    @property
    def brand_id(self) -> UUID | None: ...
    @property
    def seller_ids(self) -> Sequence[UUID]: ...
    @property
    def warehouse_ids(self) -> Sequence[UUID]: ...
    @property
    def price_minor(self) -> int | None: ...
    @property
    def rating_hundredths(self) -> int: ...
    @property
    def rating_count(self) -> int: ...
    @property
    def in_stock(self) -> bool: ...
    @property
    def units_sold(self) -> int: ...
    @property
    def released_at(self) -> datetime: ...
    @property
    def pairs(self) -> Sequence[str]: ...
    @property
    def numbers(self) -> Mapping[str, float]: ...


class Stored(NamedTuple):
    """What comes back with a hit for ranking. `category` is the hex of the leaf's id, empty without one."""

    title: tuple[str, ...]
    category: str
    brand: str
    units_sold: int
    rating_hundredths: int
    rating_count: int
    in_stock: bool


def to_document(row: ListingFields) -> IndexedDocument:
    """One listing as an engine keeps it."""
    return IndexedDocument(
        id=row.product_id,
        version=row.version,
        body=" ".join(body_tokens(row)),
        title=" ".join(ordered_tokens(row.title)),
        category_ids=row.category_ids,
        brand_id=row.brand_id,
        seller_ids=row.seller_ids,
        warehouse_ids=row.warehouse_ids,
        price_minor=row.price_minor,
        price_bucket=None if row.price_minor is None else price_bucket(row.price_minor),
        rating_hundredths=row.rating_hundredths,
        in_stock=row.in_stock,
        pairs=row.pairs,
        numbers=row.numbers,
        sort_keys=sort_keys(
            product_id=row.product_id,
            price_minor=row.price_minor,
            rating_hundredths=row.rating_hundredths,
            rating_count=row.rating_count,
            units_sold=row.units_sold,
            released_at=row.released_at,
        ),
        stored=pack_stored(row),
    )


def body_tokens(row: ListingFields) -> list[str]:
    """The scored text: words repeat by the weight of the field that they come from.

    Each word of the features counts once: long lists repeat themselves, and would bury what the title says.
    Category names are left out: they are known by id, and ranking learns from those which words name a category.
    """
    found = tokens(row.title) * TITLE_WEIGHT
    if row.brand:
        found += tokens(row.brand) * BRAND_WEIGHT
    found += tokens(row.description)[:LONGEST_TEXT] * DESCRIPTION_WEIGHT
    found += dict.fromkeys(tokens(row.features)[:LONGEST_TEXT])
    return found


def features_text(attributes: Iterable[tuple[str, str | float | bool]]) -> str:
    """Labels and values of attributes as text. A flag that is off says nothing that a shopper would search for, nor
    does a number without a unit."""
    said = []
    for label, value in attributes:
        if value is True:
            said.append(label)
        elif isinstance(value, str):
            said.append(f"{label} {value}")
    return ". ".join(said)


def sort_keys(
    *,
    product_id: UUID,
    price_minor: int | None,
    rating_hundredths: int,
    rating_count: int,
    units_sold: int,
    released_at: datetime,
) -> dict[SortKey, int]:
    """Signed 64-bit keys, highest first: 31 bits of value above 32 bits of a hash of the id.

    Equal ratings are ordered by their number, up to 1,000,000. Prices beyond 21 million units count as that.
    """
    low = int.from_bytes(hashlib.blake2b(product_id.bytes, digest_size=4).digest(), "big")
    price = None if price_minor is None else min(max(price_minor, 0), _VALUE_LIMIT - 1)
    values = {
        SortKey.PRICE_ASCENDING: 0 if price is None else _VALUE_LIMIT - price,
        SortKey.PRICE_DESCENDING: 0 if price is None else price + 1,
        SortKey.RATING: min(rating_hundredths, 500) * 1_000_001 + min(rating_count, 1_000_000),
        SortKey.NEWEST: int(released_at.timestamp() / 10) + _VALUE_LIMIT // 4,
        SortKey.BEST_SELLING: units_sold,
    }
    return {key: (min(max(value, 0), _VALUE_LIMIT) << 32) | low for key, value in values.items()}


def price_bucket(price_minor: int) -> int:
    """The number of the histogram's bucket that a price falls into; see `price_bucket_bounds`."""
    return bisect_right(PRICE_BUCKET_STARTS, price_minor)


def price_bucket_bounds(bucket: int) -> tuple[int, int]:
    """The smallest price in a bucket and the smallest above it, in minor units."""
    low = PRICE_BUCKET_STARTS[bucket - 1] if bucket > 0 else 0
    return low, PRICE_BUCKET_STARTS[bucket] if bucket < len(PRICE_BUCKET_STARTS) else HIGHEST_PRICE


def pack_stored(row: ListingFields) -> bytes:
    """What `unpack_stored` reads back."""
    return orjson.dumps(
        (
            " ".join(dict.fromkeys(tokens(row.title))),
            row.category_ids[-1].hex if row.category_ids else "",
            row.brand_id.hex if row.brand_id else "",
            row.units_sold,
            row.rating_hundredths,
            row.rating_count,
            row.in_stock,
        )
    )


def unpack_stored(stored: bytes) -> Stored:
    """The inverse of `pack_stored`."""
    title, *rest = orjson.loads(stored)
    return Stored(tuple(title.split()), *rest)

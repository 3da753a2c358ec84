"""What cards of products show, read in one statement whose columns and joins are what is asked for."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import cache, partial
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from services.catalog.records import (
    AnyProduct,
    BrandRecord,
    CategoryRecord,
    MediaRecord,
    PriceRangeRecord,
    ProductRecord,
    ProductSummary,
)
from services.inventory.records import MOST_UNITS, AvailabilityRecord
from services.reading import Row, fetch
from services.reviews.records import NO_RATINGS, RatingRecord
from services.search.listing_filters import Parameters
from services.unit_of_work import ReadSession


class Part(StrEnum):
    """What a card may show beside a product's summary; DETAILS are the rest of its own row."""

    DETAILS = "details"
    BRAND = "brand"
    CATEGORY = "category"
    IMAGE = "image"
    PRICE_RANGE = "price_range"
    AVAILABILITY = "availability"
    RATING = "rating"


Parts = frozenset[Part]


# Records of a part's own kind, by the ids of products; brands and categories by their own. None for a product without.
Records = Mapping[UUID, Any]
_Rows = Sequence[Row]
# The records of a part, whose columns stand there in each row.
_Read = Callable[[_Rows, slice], Records]


class Cards(NamedTuple):
    """Products, those of them that are `whole` (all with DETAILS, else none), and the other parts asked for."""

    products: Mapping[UUID, AnyProduct]
    whole: Mapping[UUID, ProductRecord]
    parts: Mapping[Part, Records]


class _Piece(NamedTuple):
    """Columns, where they come from, and how a page of them is read; None if with the products."""

    columns: Sequence[str]
    join: str
    read: _Read | None


def cards_statement(page: str, parts: Parts, parameters: Parameters, *, currency: str) -> str:
    """SQL of the rows that `read_cards` reads. `page` is a SELECT of `id`, `product_id`, `key` and the listing's
    `version`; the rows have the first three first, and are in descending order of `key`."""
    selection = _selection(parts)
    if Part.PRICE_RANGE in parts:
        selection = selection.replace(_CURRENCY, parameters.add(currency, "text"))
    return f"WITH page AS MATERIALIZED ({page}) {selection} ORDER BY page.key DESC"


def read_cards(rows: Sequence[Row], parts: Parts) -> Cards:
    """The cards in rows of `cards_statement` with the same parts."""
    records = {part: read(rows, columns) for part, columns, read in _readers(parts)}
    if Part.DETAILS in parts:
        whole = {row[_ID]: _new_product(_whole_product(row)) for row in rows}
        return Cards(whole, whole, records)
    return Cards({row[_ID]: _new_summary(row[_SUMMARY]) for row in rows}, {}, records)


async def find_cards(session: ReadSession, product_ids: Sequence[UUID], parts: Parts, *, currency: str) -> Cards:
    """The cards of those products that exist, whatever their status."""
    parameters = Parameters()
    asked = parameters.add(list(product_ids), "uuid[]")
    page = f"""
        SELECT product_id AS id, product_id, 0 AS key, coalesce(listing.version, 0) AS version
        FROM unnest({asked}) AS asked (product_id) LEFT JOIN listing USING (product_id)
    """
    statement = cards_statement(page, parts, parameters, currency=currency)
    return read_cards(await fetch(session, statement, parameters.values), parts)


# As many as there are choices of parts, of which pages know a handful.
@cache
def _selection(parts: Parts) -> str:
    pieces = [_PIECES[part] for part in Part if part in parts]
    columns = ", ".join([*_columns("p", ProductSummary), *(name for piece in pieces for name in piece.columns)])
    joins = " ".join(piece.join for piece in pieces)
    return f"""
        SELECT page.id, page.product_id, page.key, {columns}
        FROM page JOIN product p ON p.id = page.product_id {joins}
    """


@cache
def _readers(parts: Parts) -> Sequence[tuple[Part, slice, _Read]]:
    readers = []
    start = _SUMMARY.stop
    for part in Part:
        if part in parts:
            piece = _PIECES[part]
            end = start + len(piece.columns)
            if piece.read is not None:
                readers.append((part, slice(start, end), piece.read))
            start = end
    return readers


def _making(record: type[NamedTuple]) -> Callable[[Sequence[Any]], Any]:
    """As the record's `_make`, which also counts the columns that the statement has named one by one."""
    return partial(tuple.__new__, record)


def _by_own_id(record: type[NamedTuple], of_product: str) -> _Read:
    """Records that several products share; `of_product` is the product's column that has the record's id."""
    new, key = _making(record), _place(of_product)
    return lambda rows, columns: {row[key]: new(row[columns]) for row in rows if row[key] is not None}


def _images(rows: _Rows, columns: slice) -> Records:
    first = columns.start
    return {row[_ID]: None if row[first] is None else _new_image(row[columns]) for row in rows}


def _price_ranges(rows: _Rows, columns: slice) -> Records:
    lowest = columns.start + PriceRangeRecord._fields.index("min_minor")
    return {row[_ID]: None if row[lowest] is None else _new_price_range(row[columns]) for row in rows}


def _availability(rows: _Rows, columns: slice) -> Records:
    return {row[_ID]: _new_availability(row[columns]) for row in rows}


def _ratings(rows: _Rows, columns: slice) -> Records:
    count, average, histogram = columns.start, columns.start + 1, slice(columns.start + 2, columns.stop)
    return {
        row[_ID]: NO_RATINGS if row[count] is None else RatingRecord(row[count], row[average], row[histogram])
        for row in rows
    }


def _columns(table: str, record: type[NamedTuple]) -> tuple[str, ...]:
    return tuple(f"{table}.{name}" for name in record._fields)


def _place(name: str) -> int:
    """Where rows have this column of the product."""
    return _SUMMARY.start + (*ProductSummary._fields, *_DETAILS).index(name)


_new_product = _making(ProductRecord)
_new_summary = _making(ProductSummary)
_new_image = _making(MediaRecord)
_new_price_range = _making(PriceRangeRecord)
_new_availability = _making(AvailabilityRecord)
# Rows begin with the page's id, product and key; then comes the product, its details last and only if asked for.
_SUMMARY = slice(3, 3 + len(ProductSummary._fields))
_DETAILS = tuple(name for name in ProductRecord._fields if name not in ProductSummary._fields)
_whole_product = itemgetter(*map(_place, ProductRecord._fields))
# The product's own; whoever looks it up has this very object, which is found faster than one that is equal.
_ID = _place("id")
_CURRENCY = "{currency}"
_PIECES = {
    # The listing's version is read in the same snapshot as the product, as wherever products are read.
    Part.DETAILS: _Piece([f"page.{name}" if name == "version" else f"p.{name}" for name in _DETAILS], "", None),
    Part.BRAND: _Piece(
        _columns("brand", BrandRecord),
        "LEFT JOIN brand ON brand.id = p.brand_id",
        _by_own_id(BrandRecord, "brand_id"),
    ),
    Part.CATEGORY: _Piece(
        _columns("category", CategoryRecord),
        "JOIN category ON category.id = p.category_id",
        _by_own_id(CategoryRecord, "category_id"),
    ),
    Part.IMAGE: _Piece(
        _columns("image", MediaRecord),
        """
        LEFT JOIN LATERAL (
            SELECT * FROM media WHERE media.product_id = p.id ORDER BY media.position, media.id LIMIT 1
        ) image ON true
        """,
        _images,
    ),
    # As services/catalog/prices.py has it: from the cheapest to the dearest buy box.
    Part.PRICE_RANGE: _Piece(
        ("p.id", "price.lowest", "price.highest", "price.compare_at", "price.currency"),
        f"""
        LEFT JOIN LATERAL (
            SELECT min(price_minor) AS lowest, max(price_minor) AS highest,
                   (array_agg(compare_at_minor ORDER BY price_minor))[1] AS compare_at, min(currency) AS currency
            FROM (
                SELECT DISTINCT ON (o.variant_id) o.price_minor, o.compare_at_minor, o.currency
                FROM variant v JOIN offer o ON o.variant_id = v.id
                WHERE v.product_id = p.id AND v.status = 'active' AND o.status = 'active' AND o.currency = {_CURRENCY}
                ORDER BY o.variant_id, o.price_minor, o.id
            ) box
        ) price ON true
        """,
        _price_ranges,
    ),
    # As services/inventory/queries.py has it: all units of active variants where units are sold from.
    Part.AVAILABILITY: _Piece(
        (f"least(coalesce(stock.quantity, 0), {MOST_UNITS})::int",),
        """
        LEFT JOIN LATERAL (
            SELECT sum(level.on_hand - level.reserved) AS quantity
            FROM variant v
            JOIN inventory_level level ON level.variant_id = v.id
            WHERE v.product_id = p.id AND v.status = 'active'
                  AND level.warehouse_id = ANY (ARRAY (SELECT w.id FROM warehouse w WHERE w.is_active))
        ) stock ON true
        """,
        _availability,
    ),
    Part.RATING: _Piece(
        # One by one: reading an array takes longer than all other columns together.
        ("rated.count", "rated.average_hundredths", *(f"rated.histogram[{stars}]" for stars in range(1, 6))),
        "LEFT JOIN rating_summary rated ON rated.product_id = p.id",
        _ratings,
    ),
}

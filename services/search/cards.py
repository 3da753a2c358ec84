"""What cards of products show, read in one statement whose columns and joins are what is asked for."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from services.catalog.records import BrandRecord, CategoryRecord, MediaRecord, PriceRangeRecord, ProductRecord
from services.inventory.records import MOST_UNITS, AvailabilityRecord
from services.reading import Row, fetch
from services.reviews.records import NO_RATINGS, RatingRecord
from services.search.listing_filters import Parameters
from services.unit_of_work import ReadSession


class Part(StrEnum):
    """What a card may show beside the product's own row."""

    BRAND = "brand"
    CATEGORY = "category"
    IMAGE = "image"
    PRICE_RANGE = "price_range"
    AVAILABILITY = "availability"
    RATING = "rating"


Parts = frozenset[Part]


class Card(NamedTuple):
    """A product, and of the parts those that were asked for; None for one that the product does not have."""

    product: ProductRecord
    parts: Mapping[Part, Any]  # a record of the part's own kind


class _Reader(NamedTuple):
    """Where the values of a part stand in a row, and the record that they are."""

    part: Part
    columns: slice
    read: Callable[[Sequence[Any]], Any]


class _Piece(NamedTuple):
    """Columns, where they come from, and the record that they are; the values of the columns, hence Any."""

    columns: Sequence[str]
    join: str
    read: Callable[[Sequence[Any]], Any]


def cards_statement(page: str, parts: Parts, parameters: Parameters, *, currency: str) -> str:
    """SQL of the rows that `read_card` reads. `page` is a SELECT of `id`, `product_id`, `key` and the listing's
    `version`; the rows have the first three first, and are in descending order of `key`."""
    selection = _selection(parts)
    if Part.PRICE_RANGE in parts:
        selection = selection.replace(_CURRENCY, parameters.add(currency, "text"))
    return f"WITH page AS MATERIALIZED ({page}) {selection} ORDER BY page.key DESC"


def read_card(row: Row, parts: Parts) -> Card:
    """The card in a row of `cards_statement` with the same parts."""
    values = tuple(row)
    product, readers = ProductRecord._make(values[_OF_PRODUCT]), _readers(parts)
    return Card(product, {part: read(values[columns]) for part, columns, read in readers})


async def find_cards(
    session: ReadSession, product_ids: Sequence[UUID], parts: Parts, *, currency: str
) -> Mapping[UUID, Card]:
    """The cards of those products that exist, whatever their status."""
    parameters = Parameters()
    asked = parameters.add(list(product_ids), "uuid[]")
    page = f"""
        SELECT product_id AS id, product_id, 0 AS key, coalesce(listing.version, 0) AS version
        FROM unnest({asked}) AS asked (product_id) LEFT JOIN listing USING (product_id)
    """
    statement = cards_statement(page, parts, parameters, currency=currency)
    cards = [read_card(row, parts) for row in await fetch(session, statement, parameters.values)]
    return {card.product.id: card for card in cards}


# As many as there are choices of parts, of which pages know a handful.
@cache
def _selection(parts: Parts) -> str:
    pieces = [_PRODUCT, *(_PIECES[part] for part in Part if part in parts)]
    columns = ", ".join(name for piece in pieces for name in piece.columns)
    joins = " ".join(piece.join for piece in pieces)
    return f"SELECT page.id, page.product_id, page.key, {columns} FROM page {joins}"


@cache
def _readers(parts: Parts) -> Sequence[_Reader]:
    readers = []
    start = _OF_PRODUCT.stop
    for part in Part:
        if part in parts:
            end = start + len(_PIECES[part].columns)
            readers.append(_Reader(part, slice(start, end), _PIECES[part].read))
            start = end
    return readers


def _if_any(make: Callable[[Sequence[Any]], Any]) -> Callable[[Sequence[Any]], Any]:
    """The record, or None where the first column is null, as nothing was joined."""
    return lambda values: None if values[0] is None else make(values)


def _availability(values: Sequence[Any]) -> AvailabilityRecord:
    return AvailabilityRecord(min(int(values[0] or 0), MOST_UNITS))


def _rating(values: Sequence[Any]) -> RatingRecord:
    return NO_RATINGS if values[0] is None else RatingRecord(values[0], values[1], tuple(values[2]))


def _price_range(values: Sequence[Any]) -> PriceRangeRecord | None:
    return None if values[1] is None else PriceRangeRecord._make(values)


def _columns(table: str, record: type[NamedTuple]) -> tuple[str, ...]:
    return tuple(f"{table}.{name}" for name in record._fields)


# Rows begin with the page's id, product and key.
_OF_PRODUCT = slice(3, 3 + len(ProductRecord._fields))
_CURRENCY = "{currency}"
# The listing's version is read in the same snapshot as the product, as wherever products are read.
_PRODUCT = _Piece(
    tuple("page.version" if name == "version" else f"p.{name}" for name in ProductRecord._fields),
    "JOIN product p ON p.id = page.product_id",
    ProductRecord._make,
)
_PIECES = {
    Part.BRAND: _Piece(
        _columns("brand", BrandRecord), "LEFT JOIN brand ON brand.id = p.brand_id", _if_any(BrandRecord._make)
    ),
    Part.CATEGORY: _Piece(
        _columns("category", CategoryRecord), "JOIN category ON category.id = p.category_id", CategoryRecord._make
    ),
    Part.IMAGE: _Piece(
        _columns("image", MediaRecord),
        """
        LEFT JOIN LATERAL (
            SELECT * FROM media WHERE media.product_id = p.id ORDER BY media.position, media.id LIMIT 1
        ) image ON true
        """,
        _if_any(MediaRecord._make),
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
        _price_range,
    ),
    # As services/inventory/queries.py has it: all units of active variants where units are sold from.
    Part.AVAILABILITY: _Piece(
        ("stock.quantity",),
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
        ("rated.count", "rated.average_hundredths", "rated.histogram"),
        "LEFT JOIN rating_summary rated ON rated.product_id = p.id",
        _rating,
    ),
}

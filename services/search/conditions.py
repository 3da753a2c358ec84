"""A product filter as SQL conditions on the listing."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from models.search import ListingRow
from ports.search import PAIR, Filter, NumberRange, SortKey

SORT_COLUMNS = {
    SortKey.PRICE_ASCENDING: ListingRow.price_ascending_key,
    SortKey.PRICE_DESCENDING: ListingRow.price_descending_key,
    SortKey.RATING: ListingRow.rating_key,
    SortKey.NEWEST: ListingRow.newest_key,
    SortKey.BEST_SELLING: ListingRow.best_selling_key,
}
Condition = sa.ColumnElement[bool]


def conditions(wanted: Filter) -> list[Condition]:
    """What a row of the listing must satisfy, as conditions to be joined by AND; none for an empty filter."""
    found: list[Condition] = []
    if wanted.category_ids:
        found.append(ListingRow.category_ids.overlap(_uuids(wanted.category_ids)))
    if wanted.brand_ids:
        found.append(ListingRow.brand_id == sa.any_(_uuids(wanted.brand_ids)))
    if wanted.seller_ids:
        found.append(ListingRow.seller_ids.overlap(_uuids(wanted.seller_ids)))
    if wanted.price_minimum is not None:
        found.append(ListingRow.price_minor >= wanted.price_minimum)
    if wanted.price_maximum is not None:
        found.append(ListingRow.price_minor <= wanted.price_maximum)
    if wanted.rating_minimum_hundredths is not None:
        found.append(ListingRow.rating_hundredths >= wanted.rating_minimum_hundredths)
    if wanted.in_stock is not None:
        found.append(ListingRow.in_stock.is_(wanted.in_stock))
    for code, values in wanted.pairs.items():
        texts = [f"{code}{PAIR}{value}" for value in values]
        found.append(ListingRow.pairs.overlap(sa.literal(texts, sa.ARRAY(sa.Text()))))
    for span in wanted.numbers:
        found.extend(_within(span))
    return found


def _uuids(values: Sequence[UUID]) -> sa.BindParameter[Sequence[UUID]]:
    return sa.literal(list(values), sa.ARRAY(sa.Uuid()))


def _within(span: NumberRange) -> list[Condition]:
    value: sa.ColumnElement[float] = sa.cast(ListingRow.numbers[span.code].astext, sa.Double())
    found: list[Condition] = [ListingRow.numbers.has_key(span.code)]
    if span.minimum is not None:
        found.append(value >= span.minimum)
    if span.maximum is not None:
        found.append(value <= span.maximum)
    return found

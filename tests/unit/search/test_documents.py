"""Listings as documents: weights, keys, buckets."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ports.search import SortKey
from services.search.documents import (
    body_tokens,
    features_text,
    price_bucket,
    price_bucket_bounds,
    sort_keys,
    to_document,
    unpack_stored,
)
from services.search.evaluation.collection import CollectionListing

ONE = UUID(int=1)


def listing(**changes: object) -> CollectionListing:
    plain = CollectionListing(
        product_id=ONE,
        version=1,
        title="Red boots",
        brand="Acme",
        description="For rain",
        features="",
        category_ids=(UUID(int=5), UUID(int=6)),
        category_names=("Shoes", "Boots"),
        brand_id=UUID(int=7),
        seller_ids=(),
        warehouse_ids=(),
        price_minor=1999,
        rating_hundredths=450,
        rating_count=12,
        in_stock=True,
        units_sold=30,
        released_at=datetime(2020, 1, 1, tzinfo=UTC),
        pairs=(),
        numbers={},
    )
    return plain._replace(**changes)  # type: ignore[arg-type]


def keys(**changes: object) -> dict[SortKey, int]:
    values = {
        "product_id": ONE,
        "price_minor": 100,
        "rating_hundredths": 0,
        "rating_count": 0,
        "units_sold": 0,
        "released_at": datetime(2020, 1, 1, tzinfo=UTC),
    }
    return sort_keys(**(values | changes))  # type: ignore[arg-type]


def test_the_title_weighs_most_and_features_count_once() -> None:
    found = body_tokens(listing(features="Upper leather. Lining leather"))

    assert [found.count(token) for token in ("boot", "acme", "rain", "leather")] == [6, 2, 2, 1]


def test_features_leave_out_what_says_nothing() -> None:
    said = features_text([("Waterproof", True), ("Lined", False), ("Depth", 12.0), ("Colour", "red")])

    assert said == "Waterproof. Colour red"


def test_what_ranking_needs_comes_back() -> None:
    document = to_document(listing())

    stored = unpack_stored(document.stored)

    assert stored.title == ("red", "boot")
    assert stored.category == UUID(int=6).hex
    assert (stored.units_sold, stored.rating_hundredths, stored.rating_count, stored.in_stock) == (30, 450, 12, True)


@pytest.mark.parametrize("order", [SortKey.PRICE_ASCENDING, SortKey.PRICE_DESCENDING])
def test_products_without_a_price_come_last(order: SortKey) -> None:
    without = keys(price_minor=None)[order]

    assert without < keys(price_minor=0)[order]
    assert without < keys(price_minor=10**12)[order]


@pytest.mark.parametrize(
    ("order", "better", "worse"),
    [
        (SortKey.PRICE_ASCENDING, {"price_minor": 99}, {"price_minor": 100}),
        (SortKey.PRICE_DESCENDING, {"price_minor": 101}, {"price_minor": 100}),
        (SortKey.RATING, {"rating_hundredths": 401}, {"rating_hundredths": 400, "rating_count": 10**9}),
        (SortKey.RATING, {"rating_hundredths": 400, "rating_count": 3}, {"rating_hundredths": 400, "rating_count": 2}),
        (SortKey.NEWEST, {}, {"released_at": datetime(2019, 12, 31, tzinfo=UTC)}),
        (
            SortKey.NEWEST,
            {"released_at": datetime(1960, 1, 2, tzinfo=UTC)},
            {"released_at": datetime(1960, 1, 1, tzinfo=UTC)},
        ),
        (SortKey.BEST_SELLING, {"units_sold": 2}, {"units_sold": 1}),
    ],
)
def test_the_better_product_has_the_higher_key(
    order: SortKey, better: dict[str, object], worse: dict[str, object]
) -> None:
    assert keys(**better)[order] > keys(**worse)[order]


@given(st.integers(0, 2**40), st.integers(0, 10**7), st.integers(0, 500), st.integers(0, 2**40))
def test_keys_are_signed_64_bit_numbers(price: int, count: int, rating: int, sold: int) -> None:
    found = keys(price_minor=price, rating_count=count, rating_hundredths=rating, units_sold=sold)

    assert all(0 <= key < 2**63 for key in found.values())


@given(st.integers(0, 10**10))
def test_a_price_lies_in_its_bucket(price: int) -> None:
    low, above = price_bucket_bounds(price_bucket(price))

    assert low <= price < above

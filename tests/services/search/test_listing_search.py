"""Searching in Postgres finds, counts and orders as the reference for every engine says."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from core.profile import profiling
from models.catalog import Category, Product
from models.search import ListingRow
from ports.search import Alternative, Clause, Filter, IndexedDocument, SearchRequest, SortKey, TextQuery
from services.search.documents import price_bucket
from services.search.postgres import PostgresListing
from services.search.records import KEY_COLUMNS
from services.search.words import search_words, word_vector
from services.unit_of_work import Database
from tests.contracts.search.reference import facets_of, matching
from tests.factories.search import ask, generated_products, generated_requests, product, product_id, words

PRODUCTS = [
    replace(one, price_bucket=None if one.price_minor is None else price_bucket(one.price_minor))
    for one in generated_products(seed=7, count=300)
]


async def list_products(database: Database, products: Sequence[IndexedDocument]) -> None:
    """Put documents into `listing` as the projection would."""
    category = {"id": product_id(1), "ancestor_ids": [product_id(1)], "slug": "all", "name": "All"}
    async with database.unit() as unit:
        await unit.session.execute(sa.insert(Category).values(category))
        rows = [
            {
                "id": one.id,
                "source": "test",
                "external_id": str(one.id),
                "slug": str(one.id),
                "title": one.title,
                "category_id": category["id"],
            }
            for one in products
        ]
        await unit.session.execute(sa.insert(Product), rows)
        await unit.session.execute(sa.insert(ListingRow), list(_rows(products)))


def _rows(products: Sequence[IndexedDocument]) -> Iterator[dict[str, object]]:
    for one in products:
        yield {
            "product_id": one.id,
            "version": 1,
            "title": one.title,
            "brand": None,
            "description": "",
            "features": "",
            "category_ids": list(one.category_ids),
            "category_names": [],
            "brand_id": one.brand_id,
            "seller_ids": list(one.seller_ids),
            "warehouse_ids": list(one.warehouse_ids),
            "price_minor": one.price_minor,
            "rating_hundredths": one.rating_hundredths,
            "rating_count": 0,
            "in_stock": one.in_stock,
            "units_sold": 0,
            "released_at": datetime(2026, 1, 1, tzinfo=UTC),
            "pairs": list(one.pairs),
            "numbers": dict(one.numbers),
            "words": word_vector(one, search_words(one)),
            **{column: one.sort_keys[key] for key, column in KEY_COLUMNS.items()},
        }


@pytest.mark.parametrize("seed", [11, 12])
async def test_answers_as_the_reference(database: Database, seed: int) -> None:
    await list_products(database, PRODUCTS)
    listing = PostgresListing(database)

    for request in generated_requests(seed=seed, count=75):
        answer = await listing.search(request)

        found = matching(PRODUCTS, request.text, request.filter)
        assert answer.total == (len(found) if request.count_total else 0), request
        assert answer.facets == (facets_of(PRODUCTS, request) if request.facets else {}), request
        key = request.sort or SortKey.BEST_SELLING
        left = {one.id: one for one in found if request.after_key is None or one.sort_keys[key] < request.after_key}
        assert len(answer.hits) == max(0, min(request.limit, len(left) - request.offset)), request
        assert all(hit.sort_key == left[hit.id].sort_keys[key] for hit in answer.hits), request
        if request.sort is not None or request.text is None:
            ordered = sorted((one.sort_keys[key] for one in left.values()), reverse=True)
            assert [hit.sort_key for hit in answer.hits] == ordered[request.offset :][: request.limit], request


async def test_rare_words_and_titles_come_first(database: Database) -> None:
    shop = [product(number, title="bag", body="bag strap") for number in range(10, 30)]
    shop += [
        product(1, title="bag", body="bag velvet"),
        product(2, title="velvet bag"),
        product(3, title="strap", body="strap"),
    ]
    await list_products(database, shop)
    async with database.unit() as unit:
        await unit.session.execute(
            sa.text("INSERT INTO search_term SELECT word, ndoc FROM ts_stat('SELECT words FROM listing')")
        )

    answer = await PostgresListing(database).search(ask(words("velvet", "bag"), limit=3))

    assert [hit.id.int for hit in answer.hits] == [2, 1, 29]


async def test_odd_tokens_are_data(database: Database) -> None:
    odd = ("o'neill", "back\\slash", "a:b", "x|y", "<->", "&", "%s", ":p0")
    shop = [product(number, title=token) for number, token in enumerate(odd, 1)]
    await list_products(database, shop)
    listing = PostgresListing(database)

    found = [await listing.search(ask(TextQuery((Clause((Alternative((token,)),)),)))) for token in odd]

    assert [[hit.id.int for hit in answer.hits] for answer in found] == [[number] for number in range(1, len(odd) + 1)]


@pytest.mark.parametrize("sort", list(SortKey))
async def test_a_list_takes_two_statements_however_long(database: Database, sort: SortKey) -> None:
    await list_products(database, PRODUCTS[:60])
    listing = PostgresListing(database)

    costs = []
    for limit in (5, 50):
        with profiling() as profile:
            await listing.search(SearchRequest(text=None, filter=Filter(), limit=limit, sort=sort))
        costs.append(profile.sql)

    assert costs == [2, 2]

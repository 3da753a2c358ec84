"""What lists show of products is read in one statement, and is what each field would read by itself."""

from itertools import combinations

import pytest
import sqlalchemy as sa

from loaders.registry import Loaders
from services.search.cards import Part, find_cards
from tests.fixtures.shop import Shop

LISTING = """
query($first: Int!) {
  products(sort: NEWEST, first: $first) {
    edges {
      node {
        title brand { name } category { name } image { url } rating { average count }
        priceRange { min { amountMinor } max { amountMinor } } availability { quantity }
      }
    }
    pageInfo { hasNextPage }
  }
}
"""
SEARCH = LISTING.replace("products(sort: NEWEST", 'search(query: "radios"').replace("pageInfo { hasNextPage }", "")


async def test_a_page_of_products_with_all_that_cards_show_is_one_round_trip(shop: Shop) -> None:
    answer = await shop.run(LISTING, {"first": 24})

    assert len(answer.data["products"]["edges"]) == 24
    assert answer.profile.round_trips == 1


async def test_the_cards_of_hits_are_one_statement(shop: Shop) -> None:
    await shop.run(SEARCH, {"first": 10})

    answer = await shop.run(SEARCH, {"first": 10})

    assert answer.data["search"]["edges"]
    assert answer.profile.sql == 1


async def test_what_is_not_selected_is_not_read(shop: Shop) -> None:
    answer = await shop.run("{ products(first: 3) { edges { node { title brand { name } } } } }")

    (statement,) = answer.profile.statements
    assert "brand.name" in statement
    assert not any(table in statement for table in ("media", "offer", "inventory_level", "rating_summary"))


async def test_cards_show_what_each_field_would_read_by_itself(shop: Shop) -> None:
    ids = [row.product_id for row in await _every_product(shop)]
    resources = shop.resources
    currency = resources.settings.catalog.currency
    loaders = Loaders(resources.database, resources.cache, resources.settings.catalog)

    async with resources.database.read() as session:
        cards = await find_cards(session, ids, frozenset(Part), currency=currency)

    assert set(cards.products) == set(ids)
    for product_id, product in cards.products.items():
        alone = await loaders.product_by_id.load(product_id)
        assert alone is not None
        assert product == alone
        assert cards.parts[Part.CATEGORY][alone.category_id] == await loaders.category_by_id.load(alone.category_id)
        if alone.brand_id is not None:
            assert cards.parts[Part.BRAND][alone.brand_id] == await loaders.brand_by_id.load(alone.brand_id)
        assert cards.parts[Part.IMAGE][product_id] == await loaders.image_by_product.load(product_id)
        assert cards.parts[Part.PRICE_RANGE][product_id] == await loaders.price_range_by_product.load(product_id)
        assert cards.parts[Part.AVAILABILITY][product_id] == await loaders.availability_by_product.load(product_id)
        assert cards.parts[Part.RATING][product_id] == await loaders.rating_by_product.load(product_id)


@pytest.mark.parametrize("size", range(len(Part) + 1))
async def test_each_choice_of_parts_reads_just_those(shop: Shop, size: int) -> None:
    ids = [row.product_id for row in (await _every_product(shop))[:5]]
    currency = shop.resources.settings.catalog.currency

    async with shop.resources.database.read() as session:
        whole = await find_cards(session, ids, frozenset(Part), currency=currency)
        for parts in map(frozenset, combinations(Part, size)):
            cards = await find_cards(session, ids, parts, currency=currency)

            assert cards.products == whole.products
            assert cards.parts == {part: whole.parts[part] for part in parts}


async def test_a_part_that_cannot_be_read_fails_alone(own_shop: Shop) -> None:
    async with own_shop.resources.database.unit() as unit:
        await unit.session.execute(sa.text("ALTER TABLE rating_summary RENAME TO lost"))

    for document in (LISTING, SEARCH):
        answer = await own_shop.run(document, {"first": 5})

        edges = next(iter(answer.data.values()))["edges"]
        assert len(edges) == 5
        assert all(edge["node"]["title"] and edge["node"]["priceRange"] for edge in edges)
        assert [edge["node"]["rating"] for edge in edges] == [None] * 5
        assert {error["path"][-1] for error in answer.errors} == {"rating"}


async def _every_product(shop: Shop) -> list[sa.Row[tuple[object]]]:
    async with shop.resources.database.read() as session:
        return list(await session.execute(sa.text("SELECT id AS product_id FROM product ORDER BY id")))

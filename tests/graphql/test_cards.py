"""What lists show of products is read in one statement, and is what each field would read by itself."""

from itertools import combinations

import pytest
import sqlalchemy as sa

from loaders.registry import Loaders
from services.catalog.records import AnyProduct, ProductSummary
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
    others = ("created_at", "option_names", "media", "offer", "inventory_level", "rating_summary")
    assert not any(name in statement for name in others)


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
        everything = await find_cards(session, ids, frozenset(Part), currency=currency)
        for parts in map(frozenset, combinations(Part, size)):
            cards = await find_cards(session, ids, parts, currency=currency)

            assert {key: summary(product) for key, product in cards.products.items()} == {
                key: summary(product) for key, product in everything.products.items()
            }
            assert cards.whole == (everything.whole if Part.DETAILS in parts else {})
            assert cards.parts == {part: everything.parts[part] for part in parts - {Part.DETAILS}}


def summary(product: AnyProduct) -> dict[str, object]:
    return {name: getattr(product, name) for name in ProductSummary._fields}


@pytest.mark.parametrize("document", [LISTING, SEARCH], ids=["listing", "search"])
@pytest.mark.parametrize(
    "field",
    [
        *("id", "slug", "title", "status", "brand { name }", "category { name breadcrumbs { name } }"),
        *("image { url }", "priceRange { min { amountMinor } }", "availability { quantity }", "rating { histogram }"),
    ],
)
async def test_a_summary_shows_what_the_whole_product_does(shop: Shop, document: str, field: str) -> None:
    start, end = document.index("node {"), document.index("}\n    }")
    narrow = document[:start] + f"node {{ {field} " + document[end:]
    wide = document[:start] + f"node {{ {field} createdAt externalId " + document[end:]

    summarized, whole = await shop.run(narrow, {"first": 10}), await shop.run(wide, {"first": 10})

    assert summarized.errors == whole.errors == []
    (shown,), (shown_whole,) = (
        [[edge["node"] for edge in page["edges"]] for page in answer.data.values()] for answer in (summarized, whole)
    )
    assert shown
    assert shown == [{key: node[key] for key in node if key not in ("createdAt", "externalId")} for node in shown_whole]


async def test_lists_of_one_operation_that_show_more_and_less_are_both_right(shop: Shop) -> None:
    answer = await shop.run(
        """{
          a: products(first: 3) { edges { node { id title } } }
          b: products(first: 3) { edges { node { id createdAt options { name } } } }
          c: products(first: 3) { edges { node { defaultVariant { selectedOptions { name } product { createdAt } } } } }
        }"""
    )

    assert answer.errors == []
    a, b, c = ([edge["node"] for edge in answer.data[key]["edges"]] for key in "abc")
    assert [node["id"] for node in a] == [node["id"] for node in b]
    assert [node["createdAt"] for node in b] == [node["defaultVariant"]["product"]["createdAt"] for node in c]
    assert all(node["createdAt"] for node in b)


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

"""`products` and the lists below categories, brands and sellers."""

import pytest

from tests.fixtures.shop import Shop

LIST = """
query List($filter: ProductFilter, $sort: ProductSort, $first: Int, $after: String) {
  products(filter: $filter, sort: $sort, first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { externalId } }
  }
}
"""


@pytest.mark.parametrize("sort", ["BEST_SELLING", "PRICE_ASCENDING", "PRICE_DESCENDING", "RATING", "NEWEST"])
async def test_pages_meet_without_gap_or_overlap(shop: Shop, sort: str) -> None:
    seen: list[str] = []
    after = None
    while True:
        answer = await shop.run(LIST, {"sort": sort, "first": 40, "after": after})
        page = answer.data["products"]
        seen += [edge["node"]["externalId"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]

    assert page["totalCount"] == 150
    assert len(seen) == len(set(seen)) == 150


async def test_sorts_by_price(shop: Shop) -> None:
    answer = await shop.run(LIST, {"sort": "PRICE_ASCENDING", "first": 3})

    assert [edge["node"]["externalId"] for edge in answer.data["products"]["edges"]] == ["T-1", "T-2", "T-3"]


async def test_filters_by_everything_at_once(shop: Shop) -> None:
    category = (await shop.run('{ category(slug: "tents") { id } }')).data["category"]["id"]
    wanted = {
        "categories": [category],
        "price": {"min": 1100, "max": 1400},
        "minRating": 1,
        "inStock": True,
        "attributes": [
            {"code": "material", "values": ["Canvas", "Silk"]},
            {"code": "waterproof", "flag": False},
            {"code": "weight", "min": 200, "max": 490},
        ],
    }

    answer = await shop.run(LIST, {"filter": wanted, "sort": "PRICE_ASCENDING"})

    # Tents are 1, 4, 7 …; canvas and not waterproof are the odd ones; every fifth is sold out, every seventh unrated.
    assert answer.errors == []
    assert [edge["node"]["externalId"] for edge in answer.data["products"]["edges"]] == ["T-31", "T-37", "T-43"]
    assert answer.data["products"]["totalCount"] == 3


async def test_lists_below_category_brand_and_seller(shop: Shop) -> None:
    answer = await shop.run(
        """query($seller: ID!) {
            category(slug: "outdoor") { products { totalCount } children { name products(first: 1) { totalCount } } }
            product(slug: "meadow-tents-001") { brand { products { totalCount edges { node { externalId } } } } }
            seller(id: $seller) { products { totalCount } }
        }""",
        {"seller": shop.ids["Seller"][1]},
    )

    assert answer.errors == []
    assert answer.data["category"]["products"]["totalCount"] == 100
    counts = {child["name"]: child["products"]["totalCount"] for child in answer.data["category"]["children"]}
    assert (counts["Shoes"], counts["Tents"], counts["Corner 00"]) == (50, 50, 0)
    brand = answer.data["product"]["brand"]["products"]
    assert [edge["node"]["externalId"] for edge in brand["edges"]] == ["T-111", "T-56", "T-1"]
    # The first seller sells products 60 and 120, and the wide one.
    assert answer.data["seller"]["products"]["totalCount"] == 3


async def test_both_answers_of_a_flag_can_be_chosen(shop: Shop) -> None:
    yes, no = ({"code": "waterproof", "flag": flag} for flag in (True, False))

    counts = []
    for chosen in ([yes], [no], [yes, no]):
        answer = await shop.run(LIST, {"filter": {"attributes": chosen}})
        counts.append(answer.data["products"]["totalCount"])

    assert min(counts) > 0
    assert counts[2] == counts[0] + counts[1]


async def test_cursor_of_another_sort_is_stale(shop: Shop) -> None:
    page = await shop.run(LIST, {"sort": "NEWEST", "first": 5})
    cursor = page.data["products"]["pageInfo"]["endCursor"]

    answer = await shop.run(LIST, {"sort": "RATING", "after": cursor})

    assert answer.codes == ["STALE_CURSOR"]


async def test_cursor_of_another_filter_is_stale(shop: Shop) -> None:
    page = await shop.run(LIST, {"first": 5})
    cursor = page.data["products"]["pageInfo"]["endCursor"]

    answer = await shop.run(LIST, {"filter": {"inStock": True}, "after": cursor})

    assert answer.codes == ["STALE_CURSOR"]


@pytest.mark.parametrize("cursor", ["", "nonsense", "AAAA", "////", "\u0000"])
async def test_refuses_what_is_not_a_cursor(shop: Shop, cursor: str) -> None:
    answer = await shop.run(LIST, {"after": cursor})

    assert answer.codes[0] in ("BAD_CURSOR", "STALE_CURSOR")


@pytest.mark.parametrize("first", [0, -1, 101, 10_000])
async def test_refuses_page_sizes_out_of_bounds(shop: Shop, first: int) -> None:
    answer = await shop.run(LIST, {"first": first})

    assert answer.codes == ["BAD_PAGE_SIZE"]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"price": {"min": 2, "max": 1}}, "BAD_FILTER"),
        ({"minRating": 6}, "BAD_FILTER"),
        ({"attributes": [{"code": "weight"}]}, "BAD_FILTER"),
        ({"attributes": [{"code": "weight", "min": 1, "flag": True}]}, "BAD_FILTER"),
        ({"attributes": [{"code": "material", "values": ["a\u0000b"]}]}, "BAD_FILTER"),
        ({"attributes": [{"code": "material", "values": []}]}, "BAD_FILTER"),
        ({"categories": ["x"]}, "BAD_ID"),
        ({"categories": ["x"] * 101}, "LIST_TOO_LONG"),
    ],
)
async def test_refuses_filters_that_make_no_sense(shop: Shop, wanted: dict[str, object], code: str) -> None:
    answer = await shop.run(LIST, {"filter": wanted})

    assert answer.codes == [code]

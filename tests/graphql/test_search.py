"""`search` and `suggest`."""

from typing import Any

import pytest

from tests.fixtures.shop import Shop

SEARCH = """
query Search($query: String!, $filter: ProductFilter, $sort: SearchSort! = RELEVANCE, $first: Int, $after: String) {
  search(query: $query, filter: $filter, sort: $sort, first: $first, after: $after) {
    totalCount didYouMean degraded
    pageInfo { hasNextPage endCursor }
    edges { cursor node { externalId title } }
    facets { key label values { label count selected input } }
    priceHistogram { min { amountMinor } max { amountMinor } count }
  }
}
"""


def _facet(answer: Any, key: str) -> dict[str, int]:
    (found,) = [facet for facet in answer.data["search"]["facets"] if facet["key"] == key]
    return {value["label"]: value["count"] for value in found["values"]}


async def test_finds_products_by_words_of_their_title(shop: Shop) -> None:
    answer = await shop.run(SEARCH, {"query": "harbour radios"})

    assert answer.errors == []
    assert answer.data["search"]["edges"][0]["node"]["title"].startswith("Harbour radios")
    assert answer.data["search"]["degraded"] is False


async def test_a_word_that_names_a_category_must_match(shop: Shop) -> None:
    answer = await shop.run(SEARCH, {"query": "granite tents", "first": 100})

    titles = [edge["node"]["title"] for edge in answer.data["search"]["edges"]]
    assert answer.data["search"]["totalCount"] == 50
    assert all("tents" in title for title in titles)


async def test_corrects_a_typo_and_says_so(shop: Shop) -> None:
    answer = await shop.run(SEARCH, {"query": "harbuor radois"})

    assert answer.data["search"]["didYouMean"] == "harbour radios"
    assert answer.data["search"]["edges"][0]["node"]["title"].startswith("Harbour radios")


async def test_an_empty_query_finds_everything_and_counts_it(shop: Shop) -> None:
    answer = await shop.run(SEARCH, {"query": ""})

    assert answer.errors == []
    assert answer.data["search"]["totalCount"] == 150
    assert _facet(answer, "availability") == {"In stock": 121, "Out of stock": 29}
    assert sum(bucket["count"] for bucket in answer.data["search"]["priceHistogram"]) == 150


async def test_a_facets_own_choice_does_not_shrink_its_counts(shop: Shop) -> None:
    free = await shop.run(SEARCH, {"query": ""})
    choice = {"attributes": [{"code": "material", "values": ["Canvas"]}]}

    chosen = await shop.run(SEARCH, {"query": "", "filter": choice})

    assert chosen.data["search"]["totalCount"] == 75
    assert _facet(chosen, "attribute:material") == _facet(free, "attribute:material")
    assert _facet(chosen, "attribute:waterproof") != _facet(free, "attribute:waterproof")


async def test_the_input_of_every_facet_value_chooses_what_it_counts(shop: Shop) -> None:
    free = await shop.run(SEARCH, {"query": ""})

    for facet in free.data["search"]["facets"]:
        for value in facet["values"]:
            narrowed = await shop.run(SEARCH, {"query": "", "filter": value["input"], "first": 1})
            assert narrowed.errors == []
            assert narrowed.data["search"]["totalCount"] == value["count"], (facet["key"], value)
            (again,) = [one for one in narrowed.data["search"]["facets"] if one["key"] == facet["key"]]
            assert value["label"] in [one["label"] for one in again["values"] if one["selected"]]


@pytest.mark.parametrize(("low", "high", "total"), [(10, 10, 1), (11, 12, 0)])
async def test_ranges_of_a_number_stay_when_one_is_chosen(shop: Shop, low: int, high: int, total: int) -> None:
    free = await shop.run(SEARCH, {"query": ""})
    choice = {"attributes": [{"code": "weight", "min": low, "max": high}]}

    chosen = await shop.run(SEARCH, {"query": "", "filter": choice})

    # The choice leaves products of one leaf or none, whose own ranges would be others.
    assert chosen.data["search"]["totalCount"] == total
    assert len(_facet(free, "attribute:weight")) > 2
    assert _facet(free, "attribute:weight").items() <= _facet(chosen, "attribute:weight").items()


async def test_two_values_of_a_number_find_what_either_finds(shop: Shop) -> None:
    light, heavy = ({"code": "weight", "min": low, "max": low + 90} for low in (10, 500))

    both = await shop.run(SEARCH, {"query": "", "filter": {"attributes": [light, heavy]}})

    assert both.errors == []
    assert both.data["search"]["totalCount"] == 20


@pytest.mark.parametrize(
    "sort", ["RELEVANCE", "PRICE_ASCENDING", "PRICE_DESCENDING", "RATING", "NEWEST", "BEST_SELLING"]
)
async def test_pages_meet_without_gap_or_overlap(shop: Shop, sort: str) -> None:
    seen: list[str] = []
    after = None
    while True:
        answer = await shop.run(SEARCH, {"query": "companion", "sort": sort, "first": 60, "after": after})
        assert answer.errors == []
        seen += [edge["node"]["externalId"] for edge in answer.data["search"]["edges"]]
        if not answer.data["search"]["pageInfo"]["hasNextPage"]:
            break
        after = answer.data["search"]["pageInfo"]["endCursor"]

    assert len(seen) == len(set(seen)) == answer.data["search"]["totalCount"] == 150


async def test_a_cursor_of_another_query_is_stale(shop: Shop) -> None:
    page = await shop.run(SEARCH, {"query": "tents", "first": 5})

    answer = await shop.run(SEARCH, {"query": "radios", "after": page.data["search"]["pageInfo"]["endCursor"]})

    assert answer.codes == ["STALE_CURSOR"]


async def test_refuses_a_query_of_ten_kilobytes(shop: Shop) -> None:
    answer = await shop.run(SEARCH, {"query": "tent " * 2000})

    assert answer.codes == ["QUERY_TOO_LONG"]


@pytest.mark.parametrize(
    "query", ["\u0000\u0001\u001b[31m", "' OR 1=1 --", "\\\\((((", '"unclosed', "*", "🙂", "AND OR NOT"]
)
async def test_strange_text_is_searched_for_and_nothing_else(shop: Shop, query: str) -> None:
    answer = await shop.run(SEARCH, {"query": query})

    assert answer.errors == []
    assert answer.data["search"]["degraded"] is False


async def test_finds_nothing_for_words_like_nothing_in_the_shop(shop: Shop) -> None:
    answer = await shop.run(SEARCH, {"query": "xylophonist zzyzx"})

    assert answer.errors == []
    assert answer.data["search"]["totalCount"] == 0
    assert answer.data["search"]["edges"] == []


async def test_suggests_products_categories_and_queries(shop: Shop) -> None:
    answer = await shop.run('{ suggest(prefix: "hik", first: 3) { products { title } categories { name } queries } }')

    assert answer.errors == []
    assert answer.data["suggest"]["products"][0]["title"] == "Wide hiking shoe"
    assert answer.data["suggest"]["categories"] == [{"name": "Hiking shoes"}]
    assert any("hiking" in query for query in answer.data["suggest"]["queries"])


async def test_suggests_nothing_before_anything_is_typed(shop: Shop) -> None:
    answer = await shop.run('{ suggest(prefix: " ") { products { id } categories { id } queries } }')

    assert answer.errors == []
    assert answer.data["suggest"] == {"products": [], "categories": [], "queries": []}


@pytest.mark.parametrize("first", [0, 21])
async def test_refuses_numbers_of_suggestions_out_of_bounds(shop: Shop, first: int) -> None:
    answer = await shop.run('query($n: Int!) { suggest(prefix: "a", first: $n) { queries } }', {"n": first})

    assert answer.codes == ["BAD_PAGE_SIZE"]

"""Synonyms and boosts: what operators change, search uses."""

from typing import Any

import pytest

from services.accounts.tokens import Role
from tests.fixtures.shop import Shop

SAVE_SYNONYMS = """
mutation($input: SaveSynonymSetInput!) {
  saveSynonymSet(input: $input) { synonymSet { id terms isOneWay } userErrors { code message path } }
}
"""
SAVE_BOOST = """
mutation($input: SaveSearchBoostInput!) {
  saveSearchBoost(input: $input) {
    searchBoost { id name queryWords titleWords factor brand { name } }
    userErrors { code path }
  }
}
"""


async def _found(shop: Shop, query: str) -> Any:
    answer = await shop.run(
        "query($query: String!) { search(query: $query, first: 3) { totalCount edges { node { brand { name } } } } }",
        {"query": query},
    )
    assert answer.errors == []
    return answer.data["search"]


async def test_a_synonym_finds_what_its_other_words_find(own_shop: Shop) -> None:
    assert (await _found(own_shop, "wigwam"))["totalCount"] == 0

    saved = await own_shop.run(SAVE_SYNONYMS, {"input": {"terms": ["tents", "wigwam"]}}, role=Role.OPERATOR)
    own_shop.search_anew()

    assert saved.errors == []
    assert saved.data["saveSynonymSet"]["userErrors"] == []
    assert (await _found(own_shop, "wigwam"))["totalCount"] == 50


async def test_a_deleted_synonym_finds_nothing_more(own_shop: Shop) -> None:
    saved = await own_shop.run(SAVE_SYNONYMS, {"input": {"terms": ["tents", "wigwam"]}}, role=Role.OPERATOR)
    key = saved.data["saveSynonymSet"]["synonymSet"]["id"]
    delete = "mutation($id: ID!) { deleteSynonymSet(input: {id: $id}) { deletedId userErrors { code } } }"

    first = await own_shop.run(delete, {"id": key}, role=Role.OPERATOR)
    second = await own_shop.run(delete, {"id": key}, role=Role.OPERATOR)
    own_shop.search_anew()

    assert first.data["deleteSynonymSet"] == {"deletedId": key, "userErrors": []}
    assert second.data["deleteSynonymSet"] == {"deletedId": None, "userErrors": [{"code": "NOT_FOUND"}]}
    assert (await _found(own_shop, "wigwam"))["totalCount"] == 0


async def test_a_boost_lifts_what_it_describes(own_shop: Shop) -> None:
    brand = own_shop.ids["Brand"][7]

    saved = await own_shop.run(
        SAVE_BOOST,
        {"input": {"name": "push brand", "queryWords": ["tents"], "brand": brand, "factor": 5}},
        role=Role.OPERATOR,
    )
    own_shop.search_anew()

    assert saved.data["saveSearchBoost"]["userErrors"] == []
    name = saved.data["saveSearchBoost"]["searchBoost"]["brand"]["name"]
    assert (await _found(own_shop, "tents"))["edges"][0]["node"]["brand"]["name"] == name


async def test_operators_page_through_both_lists(own_shop: Shop) -> None:
    for number in range(3):
        await own_shop.run(SAVE_SYNONYMS, {"input": {"terms": [f"zig{number}", "zag"]}}, role=Role.OPERATOR)

    answer = await own_shop.run(
        "{ operations { synonymSets(first: 2) { edges { node { terms } } pageInfo { hasNextPage } } } }",
        role=Role.OPERATOR,
    )

    assert answer.errors == []
    assert len(answer.data["operations"]["synonymSets"]["edges"]) == 2
    assert answer.data["operations"]["synonymSets"]["pageInfo"]["hasNextPage"] is True


@pytest.mark.parametrize(
    ("terms", "code"),
    [(["one"], "BAD_TERMS"), ([], "BAD_TERMS"), (["a", " "], "BAD_TERMS"), (["x" * 81, "y"], "BAD_TERMS")]
    + [([f"a{sign}b", "c"], "BAD_TERMS") for sign in ("\x00", "\x1b", "\x7f", "\x9b")],
)
async def test_refuses_terms_that_are_no_synonyms(shop: Shop, terms: list[str], code: str) -> None:
    answer = await shop.run(SAVE_SYNONYMS, {"input": {"terms": terms}}, role=Role.OPERATOR)

    assert answer.data["saveSynonymSet"]["synonymSet"] is None
    assert [error["code"] for error in answer.data["saveSynonymSet"]["userErrors"]] == [code]


async def test_reports_all_mistakes_in_a_boost_together(shop: Shop) -> None:
    answer = await shop.run(SAVE_BOOST, {"input": {"name": " ", "factor": 11}}, role=Role.OPERATOR)

    codes = {error["code"] for error in answer.data["saveSearchBoost"]["userErrors"]}
    assert codes == {"BAD_NAME", "BAD_FACTOR", "DESCRIBES_NOTHING"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": "a\x00b"}, "BAD_NAME"),
        ({"queryWords": ["a\x00b"]}, "BAD_WORDS"),
        ({"titleWords": ["tent", "a\x07b"]}, "BAD_WORDS"),
        ({"factor": 5e-324}, "BAD_FACTOR"),
        ({"factor": 0.0099}, "BAD_FACTOR"),
        ({"factor": -1}, "BAD_FACTOR"),
    ],
)
async def test_refuses_a_boost_of_odd_texts_or_next_to_nothing(shop: Shop, given: dict[str, object], code: str) -> None:
    rule = {"name": "odd", "titleWords": ["tent"], "factor": 2} | given

    answer = await shop.run(SAVE_BOOST, {"input": rule}, role=Role.OPERATOR)

    assert answer.errors == []
    assert [error["code"] for error in answer.data["saveSearchBoost"]["userErrors"]] == [code]


async def test_refuses_a_boost_for_a_brand_that_is_gone(shop: Shop) -> None:
    answer = await shop.run(
        SAVE_BOOST, {"input": {"name": "x", "factor": 2, "brand": shop.ids["Category"][0]}}, role=Role.OPERATOR
    )

    assert answer.codes == ["WRONG_ID_TYPE"]

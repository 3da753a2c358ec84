"""Cursors of nested lists whose position was exchanged: refused by name, whatever it is exchanged for."""

import base64
import json

import pytest

from tests.fixtures.shop import Shop

PAGE = """
query Page($variants: String, $offers: String, $prices: String) {
  product(slug: "meadow-tents-001") {
    variants(first: 1, after: $variants) { edges { cursor node {
      offers(first: 1, after: $offers) { edges { cursor node {
        priceHistory(first: 1, after: $prices) { edges { cursor } }
      } } }
    } } }
  }
}
"""
SOME_KEY = "00000000-0000-0000-0000-000000000000"
NUMBERS = [None, True, 1.5, "2026-01-01T00:00:00Z", 2**63, -(2**63) - 1]
TIMES = [None, 0, "", "2026-01-01", "2026-01-01T00:00:00", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"]


def _binding(cursor: str) -> bytes:
    return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))[:8]


@pytest.mark.parametrize(
    ("name", "value"),
    [("variants", value) for value in NUMBERS]
    + [("offers", value) for value in NUMBERS]
    + [("prices", value) for value in TIMES],
)
async def test_refuses_a_position_of_another_kind_or_size(shop: Shop, name: str, value: str | float | None) -> None:
    variant = (await shop.run(PAGE)).data["product"]["variants"]["edges"][0]
    offer = variant["node"]["offers"]["edges"][0]
    genuine = {
        "variants": variant["cursor"],
        "offers": offer["cursor"],
        "prices": offer["node"]["priceHistory"]["edges"][0]["cursor"],
    }
    forged = base64.urlsafe_b64encode(_binding(genuine[name]) + json.dumps([value, SOME_KEY]).encode())

    answer = await shop.run(PAGE, {name: forged.decode().rstrip("=")})

    assert answer.codes == ["BAD_CURSOR"]


@pytest.mark.parametrize(
    ("sort", "value"),
    [("RELEVANCE", value) for value in (0, -1, 10_001, True, None, "1", 1.0)]
    + [("PRICE_ASCENDING", value) for value in (2**63, -(2**63) - 1, True, None)],
)
async def test_refuses_a_place_in_a_search_that_it_cannot_have(
    shop: Shop, sort: str, value: str | float | None
) -> None:
    search = """
    query Search($sort: SearchSort!, $after: String) {
      search(query: "tent", sort: $sort, first: 1, after: $after) { edges { cursor } }
    }
    """
    genuine = (await shop.run(search, {"sort": sort})).data["search"]["edges"][0]["cursor"]
    forged = base64.urlsafe_b64encode(_binding(genuine) + json.dumps([value]).encode()).decode().rstrip("=")

    answer = await shop.run(search, {"sort": sort, "after": forged})

    assert answer.codes == ["BAD_CURSOR"]

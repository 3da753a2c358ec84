"""Tax rates and classes: what operators say of them, and what they see."""

from typing import Any
from uuid import UUID

import pytest

from core.ids import decode_id_of, encode_global_id
from services import taxes
from services.accounts.tokens import Role
from tests.fixtures.shop import Shop
from tests.graphql.promotions import run

SAVE = """
mutation($input: SaveTaxRateInput!) {
  saveTaxRate(input: $input) {
    taxRate { id country postalPrefix taxClass name ratePpm appliesToDelivery } userErrors { code path }
  }
}
"""
DELETE = "mutation($id: ID!) { deleteTaxRate(input: {id: $id}) { deletedId userErrors { code path } } }"
CLASSIFY = """
mutation($input: SetCategoryTaxClassInput!) {
  setCategoryTaxClass(input: $input) { category { id slug } userErrors { code path } }
}
"""
LIST = """
query($first: Int, $after: String, $country: String) {
  operations {
    taxRates(first: $first, after: $after, country: $country) {
      edges { node { country postalPrefix taxClass } } pageInfo { endCursor hasNextPage }
    }
  }
}
"""


async def test_an_operator_makes_changes_and_deletes_a_rate(own_shop: Shop) -> None:
    made = await run(own_shop, SAVE, input={"postalPrefix": "10-0", "name": "New York", "ratePpm": 88_750})
    key = made["taxRate"]["id"]
    changed = await run(
        own_shop,
        SAVE,
        input={"id": key, "country": "us", "name": "State", "ratePpm": 40_000, "appliesToDelivery": True},
    )
    deleted = [await run(own_shop, DELETE, id=key) for _ in range(2)]

    rate = {"id": key, "country": "US", "taxClass": "standard"}
    first = {"postalPrefix": "100", "name": "New York", "ratePpm": 88_750, "appliesToDelivery": False}
    second = {"postalPrefix": "", "name": "State", "ratePpm": 40_000, "appliesToDelivery": True}
    assert made == {"taxRate": {**rate, **first}, "userErrors": []}
    assert changed == {"taxRate": {**rate, **second}, "userErrors": []}
    assert deleted == [
        {"deletedId": key, "userErrors": []},
        {"deletedId": None, "userErrors": [{"code": "NOT_FOUND", "path": ["id"]}]},
    ]


async def test_refuses_a_rate_with_all_reasons(shop: Shop) -> None:
    given = {"country": "USA", "postalPrefix": "!", "taxClass": "", "name": "", "ratePpm": -1}

    saved = await run(shop, SAVE, input=given)

    assert saved["taxRate"] is None
    assert [(one["code"], one["path"]) for one in saved["userErrors"]] == [
        ("BAD_COUNTRY", ["country"]),
        ("BAD_POSTAL_CODE", ["postalPrefix"]),
        ("BAD_TAX_CLASS", ["taxClass"]),
        ("BAD_NAME", ["name"]),
        ("BAD_TAX_RATE", ["ratePpm"]),
    ]


async def test_refuses_a_second_rate_for_a_place(own_shop: Shop) -> None:
    given = {"name": "State", "ratePpm": 1}
    await run(own_shop, SAVE, input=given)

    saved = await run(own_shop, SAVE, input=given)

    assert saved == {"taxRate": None, "userErrors": [{"code": "TAX_RATE_TAKEN", "path": ["postalPrefix"]}]}


async def test_lists_rates_by_place(own_shop: Shop) -> None:
    places = [("DE", "", "reduced"), ("DE", "", "standard"), ("US", "", "standard"), ("US", "1", "standard")]
    for country, prefix, tax_class in places:
        given = {"country": country, "postalPrefix": prefix, "taxClass": tax_class, "name": "Tax", "ratePpm": 1}
        await run(own_shop, SAVE, input=given)

    first = (await run(own_shop, LIST, first=3))["taxRates"]
    second = (await run(own_shop, LIST, first=3, after=first["pageInfo"]["endCursor"]))["taxRates"]
    german = (await run(own_shop, LIST, country="de"))["taxRates"]

    def shown(page: Any) -> list[tuple[str, ...]]:
        return [tuple(edge["node"].values()) for edge in page["edges"]]

    assert (shown(first), shown(second), shown(german)) == (places[:3], places[3:], places[:2])
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


@pytest.mark.parametrize("cursor", ["x", "", "é" * 10])
async def test_refuses_what_is_no_cursor(shop: Shop, cursor: str) -> None:
    answer = await shop.run(LIST, {"after": cursor}, role=Role.OPERATOR)

    assert answer.codes == ["BAD_CURSOR"]


async def test_an_operator_classifies_a_category(own_shop: Shop) -> None:
    category = own_shop.ids["Category"][-1]
    key = decode_id_of("Category", category)

    answers = [
        await run(own_shop, CLASSIFY, input={"category": id, "taxClass": tax_class})
        for id, tax_class in [
            (category, "Clothing"),
            (category, "not a class"),
            (encode_global_id("Category", UUID(int=1)), "clothing"),
        ]
    ]

    async with own_shop.resources.database.read() as session:
        table = await taxes.find_tax_table(session, country="US", postal_code="", category_ids=[key])
    assert answers[0]["category"]["id"] == category
    assert [one["userErrors"] for one in answers] == [
        [],
        [{"code": "BAD_TAX_CLASS", "path": ["taxClass"]}],
        [{"code": "NOT_FOUND", "path": ["category"]}],
    ]
    assert table.classes == {key: "clothing"}

"""What shoppers are told of delivery, what it costs to tell, and what operators see and change."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from core.clock import utc_now
from services import delivery
from services.accounts.tokens import Role
from tests.fixtures.shop import Shop

OPTIONS = """
query($variant: ID!, $code: String!, $quantity: Int! = 1) {
  deliveryOptions(variant: $variant, postalCode: $code, quantity: $quantity) {
    code method carrier price { amountMinor currency } minDays maxDays earliestOn latestOn
  }
}
"""
LISTING = "query($first: Int!) { products(first: $first) { edges { node { id %s } } } }"
DELIVERY = 'delivery(postalCode: "10001") { isDeliverable cheapest { price { amountMinor } } options { method } }'


async def _variant(shop: Shop, sku: str) -> str:
    answer = await shop.run(
        "query($slug: String!) { product(slug: $slug) { variants(first: 100) { edges { node { id sku } } } } }",
        {"slug": "wide-hiking-shoe"},
    )
    edges = answer.data["product"]["variants"]["edges"]
    return next(str(edge["node"]["id"]) for edge in edges if edge["node"]["sku"] == sku)


async def test_tells_the_ways_of_delivery_cheapest_first(shop: Shop) -> None:
    variant = await _variant(shop, "WIDE-01")

    answer = await shop.run(OPTIONS, {"variant": variant, "code": "1000 1"})

    today = utc_now().date()
    assert answer.errors == []
    assert answer.data["deliveryOptions"] == [
        {
            "code": code,
            "method": code.title(),
            "carrier": "Parcel Post",
            "price": {"amountMinor": price, "currency": "USD"},
            "minDays": least,
            "maxDays": most,
            "earliestOn": str(today + timedelta(days=least)),
            "latestOn": str(today + timedelta(days=most)),
        }
        for code, price, least, most in (("standard", 399, 1, 2), ("express", 1999, 1, 1))
    ]


@pytest.mark.parametrize(("code", "quantity"), [("96910", 1), ("00001", 1), ("10001", 3)])
async def test_tells_no_way_where_there_is_none(shop: Shop, code: str, quantity: int) -> None:
    variant = await _variant(shop, "WIDE-01")

    answer = await shop.run(OPTIONS, {"variant": variant, "code": code, "quantity": quantity})

    assert (answer.errors, answer.data["deliveryOptions"]) == ([], [])


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"code": "99999"}, "POSTAL_CODE_UNKNOWN"),
        ({"code": ""}, "POSTAL_CODE_UNKNOWN"),
        ({"code": "\x00'"}, "POSTAL_CODE_UNKNOWN"),
        ({"code": "9" * 10_000}, "POSTAL_CODE_UNKNOWN"),
        ({"quantity": 0}, "BAD_QUANTITY"),
        ({"quantity": -5}, "BAD_QUANTITY"),
        ({"quantity": 2**31 - 1}, "BAD_QUANTITY"),
        ({"variant": "x"}, "BAD_ID"),
    ],
)
async def test_refuses_what_cannot_be_asked(shop: Shop, given: dict[str, object], error: str) -> None:
    variables = {"variant": await _variant(shop, "WIDE-01"), "code": "10001", **given}

    answer = await shop.run(OPTIONS, variables)

    assert (answer.data, answer.codes) == (None, [error])


async def test_a_listing_of_24_costs_one_round_trip_more(shop: Shop) -> None:
    await shop.run(LISTING % "", {"first": 24})  # fills the cache
    without = await shop.run(LISTING % "", {"first": 24})

    told = await shop.run(LISTING % DELIVERY, {"first": 24})

    assert told.errors == []
    assert len(told.data["products"]["edges"]) == 24
    cost = (told.profile.sql + told.profile.cache) - (without.profile.sql + without.profile.cache)
    assert cost == 1, told.profile.batches


async def test_products_out_of_stock_are_not_deliverable_and_others_are(shop: Shop) -> None:
    answer = await shop.run(LISTING % (DELIVERY + " availability { inStock }"), {"first": 50})

    nodes = [edge["node"] for edge in answer.data["products"]["edges"]]
    assert {node["availability"]["inStock"] for node in nodes} == {True, False}
    assert all(node["delivery"]["isDeliverable"] is node["availability"]["inStock"] for node in nodes)


async def test_an_unknown_code_costs_the_field_and_not_the_page(shop: Shop) -> None:
    document = LISTING % 'title delivery(postalCode: "99999") { isDeliverable }'

    answer = await shop.run(document, {"first": 2})

    assert answer.codes == ["POSTAL_CODE_UNKNOWN"] * 2
    assert [edge["node"]["delivery"] for edge in answer.data["products"]["edges"]] == [None, None]


async def test_a_draft_s_variant_is_not_there_for_shoppers(own_shop: Shop) -> None:
    variant = own_shop.ids["Variant"][0]
    async with own_shop.resources.database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE product SET status = 'draft'"))

    answer = await own_shop.run(OPTIONS, {"variant": variant, "code": "10001"})

    assert (answer.errors, answer.data["deliveryOptions"]) == ([], [])


async def test_operators_see_from_where_it_comes(shop: Shop) -> None:
    document = OPTIONS.replace("carrier", "carrier warehouses { code }")

    answer = await shop.run(document, {"variant": await _variant(shop, "WIDE-01"), "code": "94103"}, role=Role.OPERATOR)

    assert [one["warehouses"] for one in answer.data["deliveryOptions"]] == [[{"code": "EAST"}]]


SAVE_ZONE = """
mutation($input: SaveDeliveryZoneInput!) {
  saveDeliveryZone(input: $input) {
    deliveryZone { id code postalCodeCount postalCodes(first: 1) { edges { node { code } } pageInfo { hasNextPage } } }
    userErrors { code path message }
  }
}
"""
SAVE_METHOD = """
mutation($input: SaveDeliveryMethodInput!) {
  saveDeliveryMethod(input: $input) {
    deliveryMethod { id rates { upToKm price { amountMinor } } carrier { code } } userErrors { code path }
  }
}
"""
OPERATIONS = """
{ operations { delivery {
  zones(first: 2) { edges { node { code postalCodeCount } } pageInfo { hasNextPage endCursor } }
  carriers { edges { node { id code methods { code rates { upToKm } } } } }
  matrix { version lanes }
} } }
"""


async def _operations(shop: Shop) -> Any:
    answer = await shop.run(OPERATIONS, role=Role.OPERATOR)
    assert answer.errors == []
    return answer.data["operations"]["delivery"]


async def test_operators_page_through_zones_and_see_carriers_and_the_matrix(shop: Shop) -> None:
    seen = await _operations(shop)

    assert [edge["node"] for edge in seen["zones"]["edges"]] == [
        {"code": "000", "postalCodeCount": 1},
        {"code": "100", "postalCodeCount": 2},
    ]
    rest = await shop.run(
        "query($after: String) { operations { delivery { zones(after: $after) { edges { node { code } } } } } }",
        {"after": seen["zones"]["pageInfo"]["endCursor"]},
        role=Role.OPERATOR,
    )
    codes = [edge["node"]["code"] for edge in rest.data["operations"]["delivery"]["zones"]["edges"]]
    assert codes == ["941", "969"]
    methods = seen["carriers"]["edges"][0]["node"]["methods"]
    assert [(one["code"], [rate["upToKm"] for rate in one["rates"]]) for one in methods] == [
        ("standard", [300, 5000]),
        ("express", [1000]),
    ]
    assert seen["matrix"]["lanes"] == 6


@pytest.mark.parametrize("position", [["US", 1], ["US", "a\x00"], [None, "100"], ["US"], "US"])
async def test_refuses_a_forged_cursor(shop: Shop, position: object) -> None:
    genuine = (await _operations(shop))["zones"]["pageInfo"]["endCursor"]
    bound_to = base64.urlsafe_b64decode(genuine + "=" * (-len(genuine) % 4))[:8]
    forged = base64.urlsafe_b64encode(bound_to + json.dumps(position).encode()).decode().rstrip("=")

    answer = await shop.run(
        "query($after: String) { operations { delivery { zones(after: $after) { edges { cursor } } } } }",
        {"after": forged},
        role=Role.OPERATOR,
    )

    assert answer.codes == ["BAD_CURSOR"]


async def test_an_empty_country_is_not_the_store_s_own(shop: Shop) -> None:
    product = LISTING % 'delivery(postalCode: "10001", country: "") { isDeliverable }'

    asked = await shop.run(product, {"first": 1})
    saved = await shop.run(SAVE_ZONE, {"input": {"code": "1", "name": "a", "country": ""}}, role=Role.OPERATOR)

    assert asked.codes == ["POSTAL_CODE_UNKNOWN"]
    problems = saved.data["saveDeliveryZone"]["userErrors"]
    assert [(problem["code"], problem["path"]) for problem in problems] == [("BAD_COUNTRY", ["country"])]


async def test_a_new_zone_and_a_new_rate_are_served_when_the_job_has_run(own_shop: Shop) -> None:
    place = {"code": "02108", "latitude": 42.36, "longitude": -71.06}
    carrier = (await _operations(own_shop))["carriers"]["edges"][0]["node"]["id"]
    rate = {"upToKm": 400, "priceMinor": 150, "minDays": 0, "maxDays": 1}

    zone = await own_shop.run(
        SAVE_ZONE, {"input": {"code": "021", "name": "Boston", "addPostalCodes": [place]}}, role=Role.OPERATOR
    )
    method = await own_shop.run(
        SAVE_METHOD,
        {"input": {"carrier": carrier, "code": "van", "name": "Van", "rates": [rate]}},
        role=Role.OPERATOR,
    )
    async with own_shop.resources.database.unit() as unit:
        await delivery.recompute(unit)

    assert zone.data["saveDeliveryZone"]["deliveryZone"]["postalCodeCount"] == 1
    assert method.data["saveDeliveryMethod"]["deliveryMethod"]["carrier"] == {"code": "parcel"}
    answer = await own_shop.run(OPTIONS, {"variant": await _variant(own_shop, "WIDE-01"), "code": "02108"})
    assert [(one["code"], one["price"]["amountMinor"]) for one in answer.data["deliveryOptions"]] == [
        ("van", 150),
        ("standard", 799),
        ("express", 1999),
    ]


async def test_all_mistakes_in_a_method_are_told_together(shop: Shop) -> None:
    carrier = (await _operations(shop))["carriers"]["edges"][0]["node"]["id"]
    rates = [{"upToKm": 0, "priceMinor": -1, "minDays": 2, "maxDays": 1}]

    answer = await shop.run(
        SAVE_METHOD, {"input": {"carrier": carrier, "code": "", "name": "", "rates": rates}}, role=Role.OPERATOR
    )

    codes = [error["code"] for error in answer.data["saveDeliveryMethod"]["userErrors"]]
    assert codes == ["BAD_CODE", "BAD_NAME", "BAD_RATE", "BAD_RATE", "BAD_RATE"]


@pytest.mark.parametrize("field", ["addPostalCodes", "removePostalCodes"])
async def test_too_many_codes_are_a_mistake_of_the_caller(shop: Shop, field: str) -> None:
    codes = [{"code": str(n)} if field == "addPostalCodes" else str(n) for n in range(101)]

    answer = await shop.run(SAVE_ZONE, {"input": {"code": "021", "name": "Boston", field: codes}}, role=Role.OPERATOR)

    assert answer.codes == ["LIST_TOO_LONG"]


@pytest.mark.parametrize(("mutation", "kind"), [("deleteDeliveryZone", "DeliveryZone"), ("deleteDeliveryMethod", "X")])
async def test_what_is_gone_cannot_be_removed(own_shop: Shop, mutation: str, kind: str) -> None:
    seen = await own_shop.run(
        "{ operations { delivery { "
        "zones { edges { node { id } } } carriers { edges { node { methods { id } } } } } } }",
        role=Role.OPERATOR,
    )
    found = seen.data["operations"]["delivery"]
    zone = found["zones"]["edges"][0]["node"]["id"]
    key = zone if kind == "DeliveryZone" else found["carriers"]["edges"][0]["node"]["methods"][0]["id"]
    document = f"mutation($id: ID!) {{ {mutation}(input: {{id: $id}}) {{ deletedId userErrors {{ code }} }} }}"

    first = await own_shop.run(document, {"id": key}, role=Role.OPERATOR)
    second = await own_shop.run(document, {"id": key}, role=Role.OPERATOR)

    assert first.data[mutation] == {"deletedId": key, "userErrors": []}
    assert second.data[mutation] == {"deletedId": None, "userErrors": [{"code": "NOT_FOUND"}]}

"""Promotions: what operators say of them, and what they see."""

from uuid import UUID

import pytest

from core.ids import decode_id_of, encode_global_id
from services import promotions
from services.accounts.tokens import Role
from tests.factories.promotions import save_coupon
from tests.fixtures.shop import Shop
from tests.graphql.promotions import CREATE_COUPONS, NO_SUCH, SAVE, SAVE_COUPON, TEN, run, save, write

LIST = """
query($first: Int, $after: String, $active: Boolean) {
  operations {
    promotions(first: $first, after: $after, active: $active) {
      edges { node { name uses coupons(first: 2) { edges { node { code uses } } pageInfo { hasNextPage } } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""


async def test_an_operator_makes_a_promotion(own_shop: Shop) -> None:
    category, brand, product = (own_shop.ids[kind][0] for kind in ("Category", "Brand", "Product"))
    given = {
        "name": " Three for two ",
        "kind": "BUY_X_GET_Y",
        "basisPoints": 10_000,
        "buyQuantity": 2,
        "getQuantity": 1,
        "minimumMinor": 5_000,
        "categories": [category],
        "brands": [brand],
        "products": [product],
        "isCombinable": False,
        "priority": -3,
        "startsAt": "2026-01-01T00:00:00+02:00",
        "endsAt": "2026-02-01T00:00:00Z",
        "mostUses": 100,
        "budgetMinor": 10**10,
        "mostUsesPerCustomer": 2,
    }

    saved = await run(own_shop, SAVE, input=given)

    assert saved["userErrors"] == []
    assert saved["promotion"] == {
        "id": saved["promotion"]["id"],
        "name": "Three for two",
        "kind": "BUY_X_GET_Y",
        "basisPoints": 10_000,
        "amount": None,
        "buyQuantity": 2,
        "getQuantity": 1,
        "minimum": {"amountMinor": 5_000},
        "categories": [{"slug": saved["promotion"]["categories"][0]["slug"]}],
        "brands": [{"id": brand}],
        "products": [{"id": product}],
        "needsCoupon": False,
        "isCombinable": False,
        "priority": -3,
        "startsAt": "2025-12-31T22:00:00+00:00",
        "endsAt": "2026-02-01T00:00:00+00:00",
        "isActive": True,
        "mostUses": 100,
        "uses": 0,
        "budget": {"amountMinor": 10**10},
        "spent": {"amountMinor": 0, "currency": "USD"},
        "mostUsesPerCustomer": 2,
    }


async def test_a_promotion_is_as_it_was_given_last(own_shop: Shop) -> None:
    key = await save(own_shop, mostUses=3, priority=7)

    changed = await run(
        own_shop, SAVE, input={"id": key, "name": "Five", "kind": "AMOUNT", "amountMinor": 500, "isActive": False}
    )

    found = changed["promotion"]
    assert (found["id"], found["name"], found["kind"], found["basisPoints"]) == (key, "Five", "AMOUNT", None)
    assert found["amount"] == {"amountMinor": 500, "currency": "USD"}
    assert (found["mostUses"], found["priority"], found["isActive"]) == (None, 0, False)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        (
            {
                "name": " ",
                "basisPoints": 10_001,
                "amountMinor": 1,
                "buyQuantity": 1,
                "priority": 1_001,
                "startsAt": "2026-02-01T00:00:00Z",
                "endsAt": "2026-02-01T00:00:00Z",
                "minimumMinor": -1,
                "mostUses": 0,
                "budgetMinor": 0,
                "mostUsesPerCustomer": 0,
            },
            [
                ("BAD_NAME", "name"),
                ("BAD_DISCOUNT", "basisPoints"),
                ("BAD_DISCOUNT", "amountMinor"),
                ("BAD_DISCOUNT", "buyQuantity"),
                ("BAD_PRIORITY", "priority"),
                ("BAD_WINDOW", "endsAt"),
                ("BAD_LIMIT", "minimumMinor"),
                ("BAD_LIMIT", "mostUses"),
                ("BAD_LIMIT", "budgetMinor"),
                ("BAD_LIMIT", "mostUsesPerCustomer"),
            ],
        ),
        ({"basisPoints": None}, [("BAD_DISCOUNT", "basisPoints")]),
        ({"kind": "AMOUNT"}, [("BAD_DISCOUNT", "basisPoints"), ("BAD_DISCOUNT", "amountMinor")]),
        ({"kind": "FREE_DELIVERY"}, [("BAD_DISCOUNT", "basisPoints")]),
        (
            {"kind": "BUY_X_GET_Y", "buyQuantity": 0, "getQuantity": 1_001},
            [("BAD_DISCOUNT", "buyQuantity"), ("BAD_DISCOUNT", "getQuantity")],
        ),
        (
            {
                "name": "",
                "categories": [encode_global_id("Category", UUID(int=1))],
                "products": [encode_global_id("Product", UUID(int=number)) for number in (1, 2)],
            },
            [
                ("BAD_NAME", "name"),
                ("NOT_FOUND", "categories.0"),
                ("NOT_FOUND", "products.0"),
                ("NOT_FOUND", "products.1"),
            ],
        ),
        ({"id": NO_SUCH}, [("NOT_FOUND", "id")]),
    ],
)
async def test_refuses_a_promotion_with_all_reasons(
    shop: Shop, changes: dict[str, object], problems: list[tuple[str, str]]
) -> None:
    saved = await run(shop, SAVE, input={**TEN, **changes})

    assert saved["promotion"] is None
    assert [(one["code"], ".".join(one["path"])) for one in saved["userErrors"]] == problems


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"id": "x"}, "BAD_ID"),
        ({"brands": [NO_SUCH]}, "WRONG_ID_TYPE"),
        ({"brands": [NO_SUCH] * 101}, "LIST_TOO_LONG"),
    ],
)
async def test_refuses_what_is_no_id(shop: Shop, changes: dict[str, object], code: str) -> None:
    answer = await shop.run(SAVE, {"input": {**TEN, **changes}}, role=Role.OPERATOR)

    assert answer.codes == [code]


async def test_a_promotion_cannot_contradict_what_has_happened(own_shop: Shop) -> None:
    key = await save(own_shop, needsCoupon=True)
    promotion_id = decode_id_of("Promotion", key)
    coupon_id = await save_coupon(own_shop.resources.database, "USED", promotion_id)
    await write(own_shop, "UPDATE promotion SET uses = 2, spent_minor = 500", "UPDATE coupon SET uses = 2")

    fewer = await run(own_shop, SAVE, input={**TEN, "id": key, "mostUses": 1, "budgetMinor": 499})
    enough = await run(own_shop, SAVE, input={**TEN, "id": key, "mostUses": 2, "budgetMinor": 500, "needsCoupon": True})
    coupon = await run(
        own_shop,
        SAVE_COUPON,
        input={"id": encode_global_id("Coupon", coupon_id), "promotion": key, "code": "USED", "mostUses": 1},
    )

    assert [(one["code"], one["path"]) for one in fewer["userErrors"]] == [
        ("BAD_LIMIT", ["mostUses"]),
        ("BAD_LIMIT", ["budgetMinor"]),
        ("PROMOTION_HAS_COUPONS", ["needsCoupon"]),
    ]
    assert (enough["userErrors"], enough["promotion"]["uses"]) == ([], 2)
    assert coupon["userErrors"] == [{"code": "BAD_LIMIT", "path": ["mostUses"]}]


async def test_lists_promotions_with_coupons_in_a_constant_number_of_round_trips(own_shop: Shop) -> None:
    for number in range(10):
        key = await save(own_shop, name=f"Number {number}", needsCoupon=True, isActive=number % 2 == 0)
        await run(own_shop, CREATE_COUPONS, input={"promotion": key, "count": 3})
    await save_coupon(own_shop.resources.database, "MOST", decode_id_of("Promotion", key))
    await write(own_shop, "UPDATE coupon SET uses = 4 WHERE code = 'MOST'")

    page = await own_shop.run(LIST, {"first": 4}, role=Role.OPERATOR)
    rest = await own_shop.run(
        LIST,
        {"first": 10, "after": page.data["operations"]["promotions"]["pageInfo"]["endCursor"]},
        role=Role.OPERATOR,
    )
    active = await own_shop.run(LIST, {"active": True}, role=Role.OPERATOR)

    nodes = [edge["node"] for edge in page.data["operations"]["promotions"]["edges"]]
    assert [node["name"] for node in nodes] == [f"Number {number}" for number in (9, 8, 7, 6)]
    assert nodes[0]["coupons"]["edges"][0]["node"] == {"code": "MOST", "uses": 4}
    assert all(len(node["coupons"]["edges"]) == 2 and node["coupons"]["pageInfo"]["hasNextPage"] for node in nodes)
    assert len(rest.data["operations"]["promotions"]["edges"]) == 6
    assert len(active.data["operations"]["promotions"]["edges"]) == 5
    assert page.profile.sql == rest.profile.sql == 2


async def test_what_was_saved_applies(own_shop: Shop) -> None:
    key = await save(own_shop)

    async with own_shop.resources.database.read() as session:
        offered = await promotions.find_offered(
            session, cart_id=UUID(int=1), account_id=None, coupon_codes=[], currency="USD"
        )

    assert [one.promotion.id for one in offered.automatic] == [decode_id_of("Promotion", key)]

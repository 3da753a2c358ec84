"""Carts as clients use them: filling, changing, and what is refused."""

import pytest

from core.ids import encode_global_id, new_id
from tests.factories.carts import add, amounts, change, codes, save_shopper, see, variant_ids, write
from tests.fixtures.shop import Shop

FIRST, SECOND = "T-001S", "T-002S"


async def test_guest_fills_a_cart_and_finds_it_again(shop: Shop) -> None:
    cart = await add(shop, (FIRST, 2), (SECOND, 1))

    seen = await see(shop, cart["id"])

    assert seen == cart
    assert [(line["variant"]["sku"], line["quantity"]) for line in seen["lines"]] == [(FIRST, 2), (SECOND, 1)]
    assert seen["units"] == 3
    assert seen["isReadyForCheckout"]
    assert amounts(seen["totals"]) == {
        "lines": 2 * 1007 + 1014, "discount": 0, "delivery": 0, "deliveryDiscount": 0, "addedTax": 0, "includedTax": 0,
        "total": 2 * 1007 + 1014,
    }  # fmt: skip


async def test_adding_the_same_again_adds_up_in_one_line(shop: Shop) -> None:
    cart = await add(shop, (FIRST, 1), (FIRST, 1))

    again = await add(shop, (FIRST, 1), cart=cart["id"])

    assert [line["quantity"] for line in again["lines"]] == [3]
    assert again["version"] != cart["version"]


async def test_each_guest_who_names_no_cart_gets_a_new_one(shop: Shop) -> None:
    one, other = await add(shop, (FIRST, 1)), await add(shop, (FIRST, 1))

    assert one["id"] != other["id"]
    assert (await shop.run("{ cart { id } }")).data == {"cart": None}


async def test_customer_has_one_cart_without_naming_it(own_shop: Shop) -> None:
    account = await save_shopper(own_shop.resources.database)

    first = await add(own_shop, (FIRST, 1), account=account)
    second = await add(own_shop, (SECOND, 1), account=account)

    assert first["id"] == second["id"]
    assert await see(own_shop, account=account) == second


async def test_quantities_change_and_lines_go(shop: Shop) -> None:
    cart = await add(shop, (FIRST, 2), (SECOND, 1))
    first, second = (line["id"] for line in cart["lines"])

    updated = await change(shop, "updateCartLines", cart=cart["id"], lines=[{"line": first, "quantity": 3}])
    removed = await change(shop, "removeCartLines", cart=cart["id"], lines=[second])

    assert [line["quantity"] for line in updated["cart"]["lines"]] == [3, 1]
    assert [line["quantity"] for line in removed["cart"]["lines"]] == [3]


async def test_lines_are_put_aside_and_bought_after_all(shop: Shop) -> None:
    cart = await add(shop, (FIRST, 2), (SECOND, 1))
    first = cart["lines"][0]["id"]

    aside = (await change(shop, "saveForLater", cart=cart["id"], lines=[first]))["cart"]
    back = (await change(shop, "moveToCart", cart=cart["id"], lines=[first]))["cart"]

    assert [line["variant"]["sku"] for line in aside["lines"]] == [SECOND]
    assert [(line["variant"]["sku"], line["isSavedForLater"]) for line in aside["savedForLater"]] == [(FIRST, True)]
    assert amounts(aside["totals"])["total"] == 1014
    assert [line["quantity"] for line in back["lines"]] == [2, 1]
    assert back["savedForLater"] == []


async def test_units_that_were_put_aside_join_a_line_of_the_same_offer(shop: Shop) -> None:
    cart = await add(shop, (FIRST, 2))
    await change(shop, "saveForLater", cart=cart["id"], lines=[cart["lines"][0]["id"]])
    again = await add(shop, (FIRST, 1), cart=cart["id"])

    back = await change(shop, "moveToCart", cart=cart["id"], lines=[again["savedForLater"][0]["id"]])

    assert [line["quantity"] for line in back["cart"]["lines"]] == [3]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize(("name", "left"), [("moveToCart", ([5], [])), ("saveForLater", ([], [5]))])
async def test_both_lines_of_an_offer_named_at_once_are_added_up_once(
    own_shop: Shop, name: str, left: tuple[list[int], list[int]], order: tuple[int, int]
) -> None:
    await write(own_shop.resources.database, "UPDATE inventory_level SET on_hand = 100")
    cart = await add(own_shop, (FIRST, 3))
    aside = await change(own_shop, "saveForLater", cart=cart["id"], lines=[cart["lines"][0]["id"]])
    active = await add(own_shop, (FIRST, 2), cart=cart["id"])
    ids = [aside["cart"]["savedForLater"][0]["id"], active["lines"][0]["id"]]

    moved = (await change(own_shop, name, cart=cart["id"], lines=[ids[place] for place in order]))["cart"]

    found = [[line["quantity"] for line in moved[part]] for part in ("lines", "savedForLater")]
    assert tuple(found) == left


async def test_no_line_grows_past_its_limit_by_being_put_aside(own_shop: Shop) -> None:
    await write(own_shop.resources.database, "UPDATE inventory_level SET on_hand = 5000")
    cart = await add(own_shop, (FIRST, 999))
    await change(own_shop, "saveForLater", cart=cart["id"], lines=[cart["lines"][0]["id"]])
    again = await add(own_shop, (FIRST, 1), cart=cart["id"])

    payload = await change(own_shop, "saveForLater", cart=cart["id"], lines=[again["lines"][0]["id"]])

    assert [(one["code"], one["limit"]) for one in payload["userErrors"]] == [("QUANTITY_LIMITED", 999)]


@pytest.mark.parametrize(
    ("sku", "quantity", "code"),
    [
        (FIRST, 0, "BAD_QUANTITY"),
        (FIRST, -1, "BAD_QUANTITY"),
        (FIRST, 1000, "BAD_QUANTITY"),
        (FIRST, 5, "OUT_OF_STOCK"),
    ],
)
async def test_refuses_a_quantity_that_cannot_be(shop: Shop, sku: str, quantity: int, code: str) -> None:
    ids = await variant_ids(shop)
    cart = await add(shop, (SECOND, 1))

    payload = await change(
        shop,
        "addCartLines",
        cart=cart["id"],
        lines=[{"variant": ids[SECOND]}, {"variant": ids[sku], "quantity": quantity}],
    )

    assert payload["cart"] is None
    assert [(one["code"], one["path"]) for one in payload["userErrors"]] == [(code, ["lines", "1", "quantity"])]
    assert await see(shop, cart["id"]) == cart


async def test_says_how_many_are_left(shop: Shop) -> None:
    ids = await variant_ids(shop)

    payload = await change(shop, "addCartLines", lines=[{"variant": ids[FIRST], "quantity": 9}])

    assert payload["userErrors"] == [
        {"code": "OUT_OF_STOCK", "path": ["lines", "0", "quantity"], "wanted": 9, "available": 4}
    ]


async def test_refuses_variants_that_are_unknown_archived_or_offered_by_nobody(own_shop: Shop) -> None:
    database = own_shop.resources.database
    ids = await variant_ids(own_shop)
    await write(database, "UPDATE variant SET status = 'archived' WHERE sku = 'T-004S'")
    await write(database, "UPDATE product SET status = 'archived' FROM variant v WHERE v.product_id = product.id "
                          "AND v.sku = 'T-007S'")  # fmt: skip
    await write(
        database, "UPDATE offer SET status = 'paused' FROM variant v WHERE v.id = variant_id AND v.sku = 'T-008S'"
    )
    unknown = encode_global_id("Variant", new_id())

    payload = await change(
        own_shop,
        "addCartLines",
        lines=[{"variant": one} for one in (unknown, ids["T-004S"], ids["T-007S"], ids["T-008S"])],
    )

    assert [(one["code"], one["path"][1]) for one in payload["userErrors"]] == [
        ("NOT_FOUND", "0"), ("NOT_SOLD", "1"), ("NOT_SOLD", "2"), ("NOT_SOLD", "3"),
    ]  # fmt: skip


async def test_refuses_another_variants_offer(shop: Shop) -> None:
    ids = await variant_ids(shop)
    cart = await add(shop, (SECOND, 1))
    offer = cart["lines"][0]["offer"]["id"]

    payload = await change(shop, "addCartLines", lines=[{"variant": ids[FIRST], "offer": offer}])

    assert [(one["code"], one["path"]) for one in payload["userErrors"]] == [("NOT_FOUND", ["lines", "0", "offer"])]


async def test_offers_of_one_variant_share_its_stock(own_shop: Shop) -> None:
    cart = await add(own_shop, (FIRST, 3))
    ids = await variant_ids(own_shop)
    variant = "query($id: ID!) { node(id: $id) { ... on Variant { offers(first: 2) { edges { node { id } } } } } }"
    offers = (await own_shop.run(variant, {"id": ids[FIRST]})).data["node"]["offers"]["edges"]
    dearer = offers[1]["node"]["id"]

    payload = await change(
        own_shop, "addCartLines", cart=cart["id"], lines=[{"variant": ids[FIRST], "offer": dearer, "quantity": 2}]
    )

    assert [(one["code"], one["wanted"], one["available"]) for one in payload["userErrors"]] == [("OUT_OF_STOCK", 5, 4)]


async def test_refuses_more_than_one_customer_may_have(own_shop: Shop) -> None:
    await write(own_shop.resources.database, "UPDATE offer SET most_per_customer = 2")
    ids = await variant_ids(own_shop)

    payload = await change(own_shop, "addCartLines", lines=[{"variant": ids[FIRST], "quantity": 3}])

    assert [(one["code"], one["limit"]) for one in payload["userErrors"]] == [("QUANTITY_LIMITED", 2)]


async def test_refuses_5000_lines(shop: Shop) -> None:
    ids = await variant_ids(shop)

    answer = await shop.run(
        "mutation($input: AddCartLinesInput!) { addCartLines(input: $input) { userErrors { code } } }",
        {"input": {"lines": [{"variant": ids[FIRST]}] * 5000}},
    )

    assert answer.codes == ["LIST_TOO_LONG"]


async def test_refuses_more_lines_than_a_cart_may_have(shop: Shop) -> None:
    known = await variant_ids(shop)
    skus = [sku for sku in known if sku.startswith("WIDE") or int(sku[2:5]) % 5][:201]
    cart = await add(shop, *[(sku, 1) for sku in skus[:100]])
    await add(shop, *[(sku, 1) for sku in skus[100:200]], cart=cart["id"])
    ids = await variant_ids(shop)

    payload = await change(shop, "addCartLines", cart=cart["id"], lines=[{"variant": ids[skus[200]]}])

    assert [(one["code"], one["limit"]) for one in payload["userErrors"]] == [("CART_FULL", 200)]


async def test_refuses_a_stale_version_and_says_the_present_one(shop: Shop) -> None:
    cart = await add(shop, (FIRST, 1))
    now = await add(shop, (SECOND, 1), cart=cart["id"], version=cart["version"])

    payload = await change(
        shop, "removeCartLines", cart=cart["id"], version=cart["version"], lines=[cart["lines"][0]["id"]]
    )

    assert payload["cart"] is None
    assert payload["userErrors"] == [{"code": "STALE_CART", "path": ["version"], "version": now["version"]}]
    assert await see(shop, cart["id"]) == now


async def test_refuses_unknown_lines_and_carts(shop: Shop) -> None:
    cart = await add(shop, (FIRST, 1))
    line, nowhere = encode_global_id("CartLine", new_id()), encode_global_id("Cart", new_id())

    unknown = await change(shop, "removeCartLines", cart=cart["id"], lines=[cart["lines"][0]["id"], line])
    lost = await change(shop, "removeCartLines", cart=nowhere, lines=[line])
    nothing = await change(shop, "removeCartLines", cart=cart["id"], lines=[])

    assert [(one["code"], one["path"]) for one in unknown["userErrors"]] == [("LINE_NOT_FOUND", ["lines", "1"])]
    assert [one["code"] for one in lost["userErrors"]] == ["CART_NOT_FOUND"]
    assert [one["code"] for one in nothing["userErrors"]] == ["NOTHING_NAMED"]
    assert await see(shop, cart["id"]) == cart


async def test_customers_cart_is_for_that_customer_alone(own_shop: Shop) -> None:
    owner, other = [await save_shopper(own_shop.resources.database) for _ in range(2)]
    cart = await add(own_shop, (FIRST, 1), account=owner)
    line = cart["lines"][0]["id"]

    assert await see(own_shop, cart["id"]) is None
    assert await see(own_shop, cart["id"], account=other) is None
    for account in (None, other):
        payload = await change(own_shop, "removeCartLines", account, cart=cart["id"], lines=[line])
        assert [one["code"] for one in payload["userErrors"]] == ["CART_NOT_FOUND"]
    assert await see(own_shop, account=owner) == cart


async def test_nobody_makes_a_cart_with_an_id_of_their_choice(own_shop: Shop) -> None:
    account = await save_shopper(own_shop.resources.database)
    ids = await variant_ids(own_shop)

    payload = await change(
        own_shop, "addCartLines", cart=encode_global_id("Cart", account), lines=[{"variant": ids[FIRST]}]
    )

    assert [one["code"] for one in payload["userErrors"]] == ["CART_NOT_FOUND"]
    assert await see(own_shop, account=account) is None


async def test_ids_of_guests_carts_are_random_in_all_their_bits(shop: Shop) -> None:
    found = [(await add(shop, (FIRST, 1)))["id"] for _ in range(20)]

    assert len({one[:4] for one in found}) > 15
    assert codes((await see(shop, found[0]))["lines"][0]) == []

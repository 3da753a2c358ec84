"""A guest's cart goes into the customer's at sign-in: once, with a report, and without losing a line."""

import asyncio
from typing import Any
from uuid import UUID

from services.cart import Carts
from tests.factories.carts import CART, ERRORS, add, change, save_shopper, see, write
from tests.fixtures.shop import Shop
from tests.services.cart.test_coupons import holds, save_coupon

FIRST, SECOND, THIRD = "T-001S", "T-002S", "T-004S"
MERGE = (
    "mutation($input: MergeCartInput!) { mergeCart(input: $input) { cart { ...Whole } "
    "report { variant { sku } status reason wanted quantity isSavedForLater } " + ERRORS + " } }" + CART
)


# What clients get is any JSON, hence Any.
async def merged(shop: Shop, cart: str, account: UUID) -> Any:
    answer = await shop.run(MERGE, {"input": {"cart": cart}}, account=account)
    assert answer.errors == []
    return answer.data["mergeCart"]


def quantities(cart: Any) -> dict[str, int]:
    return {line["variant"]["sku"]: line["quantity"] for line in cart["lines"]}


def carts_of(shop: Shop) -> Carts:
    return Carts(shop.resources.carts, shop.resources.database, shop.resources.settings)


async def test_each_line_is_reported(own_shop: Shop, account: UUID) -> None:
    guest = await add(own_shop, (FIRST, 1), (SECOND, 2), (THIRD, 3))
    await add(own_shop, (SECOND, 1), (THIRD, 5), account=account)

    payload = await merged(own_shop, guest["id"], account)

    assert [
        (one["variant"]["sku"], one["status"], one["reason"], one["wanted"], one["quantity"])
        for one in payload["report"]
    ] == [
        (FIRST, "KEPT", None, 1, 1),
        (SECOND, "SUMMED", None, 3, 3),
        (THIRD, "CAPPED", "OUT_OF_STOCK", 8, 7),
    ]
    assert quantities(payload["cart"]) == {SECOND: 3, THIRD: 7, FIRST: 1}


async def test_guests_cart_ends_and_a_repeat_answers_the_same(own_shop: Shop, account: UUID) -> None:
    guest = await add(own_shop, (FIRST, 1))
    first = await merged(own_shop, guest["id"], account)

    again = await merged(own_shop, guest["id"], account)
    late = await change(own_shop, "removeCartLines", cart=guest["id"], lines=[guest["lines"][0]["id"]])

    assert again == first
    assert await see(own_shop, guest["id"]) is None
    assert [one["code"] for one in late["userErrors"]] == ["CART_ENDED"]


async def test_customer_who_has_no_cart_gets_the_guests(own_shop: Shop, account: UUID) -> None:
    guest = await add(own_shop, (FIRST, 1))
    await change(own_shop, "saveForLater", cart=guest["id"], lines=[guest["lines"][0]["id"]])
    await change(own_shop, "setCartDestination", cart=guest["id"], postalCode="10001")

    payload = await merged(own_shop, guest["id"], account)

    assert [line["variant"]["sku"] for line in payload["cart"]["savedForLater"]] == [FIRST]
    assert payload["cart"]["destination"]["postalCode"] == "10001"
    assert [(one["status"], one["isSavedForLater"]) for one in payload["report"]] == [("KEPT", True)]


async def test_lower_of_the_agreed_prices_stays(own_shop: Shop, account: UUID) -> None:
    guest = await add(own_shop, (FIRST, 1))
    await write(own_shop.resources.database, "UPDATE offer SET price_minor = 1200, compare_at_minor = NULL")
    await add(own_shop, (FIRST, 1), account=account)

    payload = await merged(own_shop, guest["id"], account)

    assert [line["acceptedPrice"]["amountMinor"] for line in payload["cart"]["lines"]] == [1007]


async def test_limit_for_one_customer_caps(own_shop: Shop, account: UUID) -> None:
    guest = await add(own_shop, (FIRST, 2))
    await add(own_shop, (FIRST, 1), account=account)
    await write(own_shop.resources.database, "UPDATE offer SET most_per_customer = 2")

    payload = await merged(own_shop, guest["id"], account)

    assert [(one["status"], one["reason"], one["quantity"]) for one in payload["report"]] == [
        ("CAPPED", "QUANTITY_LIMITED", 2)
    ]


async def test_what_is_sold_out_stays_with_its_problem(own_shop: Shop, account: UUID) -> None:
    guest = await add(own_shop, (FIRST, 2))
    await write(own_shop.resources.database, "UPDATE inventory_level SET on_hand = 0")

    payload = await merged(own_shop, guest["id"], account)

    assert [(one["status"], one["quantity"]) for one in payload["report"]] == [("KEPT", 2)]
    assert [one["code"] for one in payload["cart"]["lines"][0]["problems"]] == ["OUT_OF_STOCK"]


async def test_what_no_longer_exists_is_dropped_with_a_reason(own_shop: Shop, account: UUID) -> None:
    guest = await add(own_shop, (FIRST, 2), (SECOND, 1))
    database = own_shop.resources.database
    await write(
        database, "DELETE FROM inventory_level USING variant v WHERE v.id = variant_id AND v.sku = :sku", sku=FIRST
    )
    await write(database, "DELETE FROM variant WHERE sku = :sku", sku=FIRST)

    payload = await merged(own_shop, guest["id"], account)

    assert [(one["variant"], one["status"], one["reason"]) for one in payload["report"]] == [
        (None, "DROPPED", "OFFER_GONE"),
        ({"sku": SECOND}, "KEPT", None),
    ]


async def test_other_accounts_and_unknown_carts_are_refused(own_shop: Shop, account: UUID) -> None:
    other = await save_shopper(own_shop.resources.database)
    guest, own = await add(own_shop, (FIRST, 1)), await add(own_shop, (FIRST, 1), account=account)
    await merged(own_shop, guest["id"], account)

    taken = await merged(own_shop, guest["id"], other)
    foreign = await merged(own_shop, own["id"], other)
    itself = await merged(own_shop, own["id"], account)

    assert [one["code"] for one in taken["userErrors"]] == ["CART_ENDED"]
    assert [one["code"] for one in foreign["userErrors"]] == ["CART_NOT_FOUND"]
    assert [one["code"] for one in itself["userErrors"]] == ["NOT_A_GUEST_CART"]
    assert quantities(await see(own_shop, account=account)) == {FIRST: 2}


async def test_of_many_merges_at_once_one_counts(own_shop: Shop, account: UUID) -> None:
    guest = await add(own_shop, (FIRST, 1))
    await add(own_shop, (FIRST, 1), account=account)

    payloads = await asyncio.gather(*(merged(own_shop, guest["id"], account) for _ in range(8)))

    assert all(payload["userErrors"] == [] for payload in payloads)
    assert {payload["report"][0]["quantity"] for payload in payloads} == {2}
    assert quantities(await see(own_shop, account=account)) == {FIRST: 2}


async def test_two_accounts_at_once_get_it_once(own_shop: Shop, account: UUID) -> None:
    guest, other = await add(own_shop, (FIRST, 1)), await save_shopper(own_shop.resources.database)

    payloads = await asyncio.gather(*(merged(own_shop, guest["id"], one) for one in (account, other)))

    assert sorted(len(payload["userErrors"]) for payload in payloads) == [0, 1]
    seen = [await see(own_shop, account=one) for one in (account, other)]
    assert [quantities(one) for one in seen if one is not None and one["lines"]] == [{FIRST: 1}]


async def test_guest_who_adds_during_the_merge_loses_nothing(own_shop: Shop, account: UUID) -> None:
    guest = await add(own_shop, (FIRST, 1))

    async def adding() -> int:
        payload = await change(own_shop, "updateCartLines", cart=guest["id"],
                               lines=[{"line": guest["lines"][0]["id"], "quantity": 3}])  # fmt: skip
        return 3 if payload["userErrors"] == [] else 1

    _, wanted = await asyncio.gather(merged(own_shop, guest["id"], account), adding())

    assert quantities(await see(own_shop, account=account)) == {FIRST: wanted}


async def test_coupons_go_along_as_far_as_there_is_room(own_shop: Shop, account: UUID) -> None:
    for number in range(8):
        await save_coupon(own_shop, f"code{number}", uses=1)
    guest = await add(own_shop, (FIRST, 1))
    await add(own_shop, (FIRST, 1), account=account)
    for number in range(4):
        await change(own_shop, "applyCoupon", cart=guest["id"], code=f"code{number}")
        await change(own_shop, "applyCoupon", account, code=f"code{number + 4}")

    payload = await merged(own_shop, guest["id"], account)

    assert {one["code"] for one in payload["cart"]["coupons"]} == {"code0", "code4", "code5", "code6", "code7"}
    assert await holds(own_shop) == 5

"""Checkout as clients use it: from a cart to an order, with what it says on the way."""

from collections.abc import Mapping
from typing import Any

import pytest

from core.ids import encode_global_id, new_id
from tests.factories.carts import add, save_shopper
from tests.factories.checkouts import write
from tests.fixtures.shop import Shop

MONEY = "{ amountMinor currency }"
CHECKOUT = f"""
fragment Whole on Checkout {{
  id status version expiresAt canBeExtended email failureCode
  lines {{ id sku quantity unitPrice {MONEY} subtotal {MONEY} discount {MONEY} total {MONEY} tax {{ amount {MONEY} }} }}
  groups {{ id seller {{ name }} options {{ code price {MONEY} minDays maxDays earliestOn latestOn }} chosen {{ code }}
    lines {{ quantity line {{ sku }} }} }}
  discounts {{ name amount {MONEY} }} destination {{ country postalCode }}
  shippingAddress {{ recipient city postalCode }} billingAddress {{ recipient }}
  totals {{ lines {MONEY} discount {MONEY} delivery {MONEY} deliveryDiscount {MONEY} addedTax {MONEY} total {MONEY} }}
  payments {{ method amount {MONEY} status clientSecret failureCode failureMessage }}
  order {{ id number status accessKey }}
}}
"""
ERRORS = """userErrors { code path message ... on OutOfStockError { available }
  ... on PriceNotAcceptedError { line previousPrice { amountMinor } presentPrice { amountMinor } }
  ... on TendersDoNotSumError { total { amountMinor } given { amountMinor } }
  ... on CheckoutNotOpenError { status } ... on CheckoutInProgressError { checkout } }"""
ADDRESS = {"recipient": "Ann Lee", "line1": "1 Main Street", "city": "New York", "postalCode": "10001", "country": "US"}
SEE = "query($id: ID!) { checkout(id: $id) { ...Whole } }" + CHECKOUT


# What clients send and get is any JSON, hence Any.
async def change(shop: Shop, name: str, account: Any = None, **given: Any) -> Any:
    capital = name[0].upper() + name[1:]
    document = f"mutation($input: {capital}Input!) {{ {name}(input: $input) {{ checkout {{ ...Whole }} {ERRORS} }} }}"
    answer = await shop.run(document + CHECKOUT, {"input": given}, account=account)
    assert answer.errors == []
    return answer.data[name]


async def begin(shop: Shop, *lines: tuple[str, int], account: Any = None) -> Mapping[str, Any]:
    """A checkout that lacks nothing but money."""
    cart = await add(shop, *lines or (("T-001S", 2),), account=account)
    made = await change(shop, "createCheckout", account, cart=cart["id"], email="ann@example.org", idempotencyKey=key())
    assert made["userErrors"] == []
    id = made["checkout"]["id"]
    sent = await change(shop, "updateCheckout", account, checkout=id, shippingAddress=ADDRESS)
    assert sent["userErrors"] == []
    checkout: Mapping[str, Any] = sent["checkout"]
    return checkout


def key() -> str:
    return new_id().hex


def by_card(card: str = "pm_card_visa") -> list[dict[str, Any]]:
    return [{"method": "CARD", "card": card}]


async def test_a_guest_buys_a_cart(own_shop: Shop) -> None:
    checkout = await begin(own_shop)

    paid = await change(
        own_shop, "completeCheckout", checkout=checkout["id"], version=checkout["version"], tenders=by_card(),
        idempotencyKey=key(),
    )  # fmt: skip

    assert paid["userErrors"] == []
    done = paid["checkout"]
    assert (done["status"], done["order"]["status"]) == ("SUCCEEDED", "PLACED")
    assert done["totals"] == checkout["totals"]
    assert done["totals"]["total"] == {"amountMinor": 2 * 1007 + 399, "currency": "USD"}
    (payment,) = done["payments"]
    assert (payment["method"], payment["status"], payment["amount"]) == ("CARD", "SUCCEEDED", done["totals"]["total"])
    seen = await own_shop.run(SEE, {"id": checkout["id"]})
    assert seen.data["checkout"] == done
    order = await own_shop.run(
        "query($number: String, $key: String) { order(number: $number, accessKey: $key) { status lines { sku } } }",
        {"number": done["order"]["number"], "key": done["order"]["accessKey"]},
    )
    assert order.data["order"] == {"status": "PLACED", "lines": [{"sku": "T-001S"}]}


async def test_groups_show_their_options_with_prices_and_dates(own_shop: Shop) -> None:
    checkout = await begin(own_shop, ("T-001S", 4))

    near, far = checkout["groups"]
    assert [(one["code"], one["price"]["amountMinor"]) for one in near["options"]] == [
        ("standard", 399),
        ("express", 1999),
    ]
    assert all(one["earliestOn"] <= one["latestOn"] for one in near["options"] + far["options"])
    assert [near["chosen"]["code"], near["lines"][0]["quantity"], far["lines"][0]["quantity"]] == ["standard", 3, 1]
    chosen = await change(
        own_shop, "updateCheckout", checkout=checkout["id"], delivery=[{"group": near["id"], "option": "express"}]
    )
    assert chosen["checkout"]["totals"]["delivery"]["amountMinor"] == 1999 + 799


async def test_three_d_secure_gives_the_client_its_secret(own_shop: Shop) -> None:
    checkout = await begin(own_shop)

    paid = await change(
        own_shop, "completeCheckout", checkout=checkout["id"], idempotencyKey=key(),
        tenders=by_card("pm_card_threeDSecure2Required"),
    )  # fmt: skip

    assert paid["checkout"]["status"] == "ACTION_REQUIRED"
    assert paid["checkout"]["payments"][0]["clientSecret"]


async def test_a_refused_card_is_said_and_another_pays(own_shop: Shop) -> None:
    checkout = await begin(own_shop)

    failed = await change(
        own_shop, "completeCheckout", checkout=checkout["id"], idempotencyKey=key(),
        tenders=by_card("pm_card_visa_chargeDeclinedInsufficientFunds"),
    )  # fmt: skip
    paid = await change(
        own_shop, "retryPayment", checkout=checkout["id"], idempotencyKey=key(), tenders=by_card("pm_card_mastercard")
    )

    assert failed["userErrors"] == []
    assert (failed["checkout"]["status"], failed["checkout"]["failureCode"]) == ("FAILED", "insufficient_funds")
    assert failed["checkout"]["payments"][0]["failureMessage"]
    assert paid["checkout"]["status"] == "SUCCEEDED"
    assert [one["status"] for one in paid["checkout"]["payments"]] == ["FAILED", "SUCCEEDED"]


async def test_a_risen_price_names_its_line_and_both_prices(own_shop: Shop) -> None:
    cart = await add(own_shop, ("T-001S", 1))
    await write(own_shop, "UPDATE offer SET price_minor = price_minor + 100")

    refused = await change(own_shop, "createCheckout", cart=cart["id"], idempotencyKey=key())

    (problem,) = refused["userErrors"]
    assert problem["code"] == "PRICE_NOT_ACCEPTED"
    assert problem["line"] == cart["lines"][0]["id"]
    assert (problem["previousPrice"]["amountMinor"], problem["presentPrice"]["amountMinor"]) == (1007, 1107)


async def test_tenders_that_do_not_sum_say_what_is_to_be_paid(own_shop: Shop) -> None:
    checkout = await begin(own_shop)

    refused = await change(
        own_shop, "completeCheckout", checkout=checkout["id"], idempotencyKey=key(),
        tenders=[{"method": "CASH_ON_DELIVERY", "amountMinor": 1}],
    )  # fmt: skip

    (problem,) = refused["userErrors"]
    assert (problem["code"], problem["given"], problem["path"]) == (
        "TENDERS_DO_NOT_SUM",
        {"amountMinor": 1},
        ["tenders"],
    )
    assert problem["total"]["amountMinor"] == checkout["totals"]["total"]["amountMinor"]


async def test_a_second_completion_is_told_where_the_checkout_is(own_shop: Shop) -> None:
    checkout = await begin(own_shop)
    await change(own_shop, "completeCheckout", checkout=checkout["id"], tenders=by_card(), idempotencyKey=key())

    refused = await change(
        own_shop, "completeCheckout", checkout=checkout["id"], tenders=by_card(), idempotencyKey=key()
    )

    assert [(one["code"], one["status"]) for one in refused["userErrors"]] == [("CHECKOUT_NOT_OPEN", "SUCCEEDED")]


async def test_a_customers_checkout_is_for_that_customer_alone(own_shop: Shop) -> None:
    account = await save_shopper(own_shop.resources.database)
    other = await save_shopper(own_shop.resources.database)
    checkout = await begin(own_shop, account=account)

    seen = await own_shop.run(SEE, {"id": checkout["id"]}, account=account)
    hidden = await own_shop.run(SEE, {"id": checkout["id"]}, account=other)
    refused = await change(
        own_shop, "completeCheckout", other, checkout=checkout["id"], tenders=by_card(), idempotencyKey=key()
    )

    assert seen.data["checkout"]["id"] == checkout["id"]
    assert hidden.data == {"checkout": None}
    assert [one["code"] for one in refused["userErrors"]] == ["CHECKOUT_NOT_FOUND"]


async def test_a_hold_is_extended_once(own_shop: Shop) -> None:
    checkout = await begin(own_shop)

    longer = await change(own_shop, "extendHold", checkout=checkout["id"], idempotencyKey=key())
    refused = await change(own_shop, "extendHold", checkout=checkout["id"], idempotencyKey=key())

    assert checkout["canBeExtended"]
    assert not longer["checkout"]["canBeExtended"]
    assert longer["checkout"]["expiresAt"] > checkout["expiresAt"]
    assert [one["code"] for one in refused["userErrors"]] == ["ALREADY_EXTENDED"]


async def test_a_guest_cancels_an_order_by_its_key(own_shop: Shop) -> None:
    checkout = await begin(own_shop)
    paid = await change(own_shop, "completeCheckout", checkout=checkout["id"], tenders=by_card(), idempotencyKey=key())
    order = paid["checkout"]["order"]
    document = """mutation($input: CancelOrderInput!) {
      cancelOrder(input: $input) { order { status } userErrors { code } } }"""

    unknown = await own_shop.run(document, {"input": {"order": order["id"], "idempotencyKey": key()}})
    given = {"order": order["id"], "accessKey": order["accessKey"], "idempotencyKey": key()}
    cancelled = await own_shop.run(document, {"input": given})

    assert unknown.data["cancelOrder"] == {"order": None, "userErrors": [{"code": "NOT_FOUND"}]}
    assert cancelled.data["cancelOrder"] == {"order": {"status": "CANCELLED"}, "userErrors": []}


@pytest.mark.parametrize("kind", ["Checkout", "Cart"])
async def test_what_does_not_exist_is_null_or_a_wrong_id(shop: Shop, kind: str) -> None:
    answer = await shop.run("query($id: ID!) { checkout(id: $id) { id } }", {"id": encode_global_id(kind, new_id())})

    if kind == "Checkout":
        assert answer.data == {"checkout": None}
    else:
        assert answer.codes == ["WRONG_ID_TYPE"]


async def test_who_knows_the_address_buys_with_two_requests(own_shop: Shop) -> None:
    cart = await add(own_shop, ("T-001S", 2))
    given = {"cart": cart["id"], "email": "ann@example.org", "shippingAddress": ADDRESS, "billingAddress": ADDRESS}

    made = await change(own_shop, "createCheckout", **given, idempotencyKey=key())
    id = made["checkout"]["id"]
    paid = await change(own_shop, "completeCheckout", checkout=id, tenders=by_card(), idempotencyKey=key())

    assert made["checkout"]["destination"] == {"country": "US", "postalCode": "10001"}
    assert all(group["chosen"] for group in made["checkout"]["groups"])
    assert paid["checkout"]["status"] == "SUCCEEDED"


async def test_guests_may_use_the_same_key(own_shop: Shop) -> None:
    carts = [await add(own_shop, ("T-001S", 1)) for _ in range(2)]

    made = [
        await change(own_shop, "createCheckout", cart=cart["id"], email="ann@example.org", idempotencyKey="checkout-1")
        for cart in carts
    ]

    assert [one["userErrors"] for one in made] == [[], []]
    assert len({one["checkout"]["id"] for one in made}) == 2

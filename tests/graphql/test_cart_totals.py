"""What a cart costs at its destination: delivery, taxes and promotions, in parts that sum up."""

from typing import Any

import pytest

from core.ids import new_id
from tests.factories.carts import add, amounts, change, codes, save_shopper, see, write
from tests.fixtures.shop import Shop

FIRST, SECOND = "T-001S", "T-002S"  # 10.07 and 10.14


async def tax(shop: Shop, ppm: int, *, prefix: str = "", name: str = "Sales tax", delivery: bool = False) -> None:
    await write(
        shop.resources.database,
        "INSERT INTO tax_rate (id, country, postal_prefix, name, rate_ppm, applies_to_delivery) "
        "VALUES (:id, 'US', :prefix, :name, :ppm, :delivery)",
        id=new_id(),
        prefix=prefix,
        name=name,
        ppm=ppm,
        delivery=delivery,
    )


def sums_up(cart: Any) -> bool:
    """Whether the totals are the sum of their parts, and the lines' totals that of theirs."""
    parts = amounts(cart["totals"])
    lines = [line["subtotal"]["amountMinor"] - line["discount"]["amountMinor"] for line in cart["lines"]]
    return (
        parts["lines"] - parts["discount"] + parts["delivery"] - parts["deliveryDiscount"] + parts["addedTax"]
        == parts["total"]
        and sum(lines) == parts["lines"] - parts["discount"]
        and lines == [line["total"]["amountMinor"] for line in cart["lines"]]
        and sum(one["amount"]["amountMinor"] for one in cart["totals"]["taxes"])
        == parts["addedTax"] + parts["includedTax"]
    )


async def test_destination_brings_delivery_and_tax(own_shop: Shop) -> None:
    await tax(own_shop, 40_000)
    await tax(own_shop, 88_750, prefix="100", name="New York", delivery=True)
    cart = await add(own_shop, (FIRST, 3), (SECOND, 1))

    priced = (await change(own_shop, "setCartDestination", cart=cart["id"], postalCode=" 10001 "))["cart"]

    # 3 x 10.07 + 10.14 = 40.35; 30.21 x 8.875 % = 2.681, 10.14 x 8.875 % = 0.8999, 3.99 x 8.875 % = 0.354
    assert priced["destination"] == {"country": "US", "postalCode": "10001"}
    assert amounts(priced["totals"]) == {
        "lines": 4035, "discount": 0, "delivery": 399, "deliveryDiscount": 0, "addedTax": 268 + 90 + 35,
        "includedTax": 0, "total": 4035 + 399 + 393,
    }  # fmt: skip
    assert priced["totals"]["taxes"] == [
        {
            "name": "New York",
            "ratePpm": 88_750,
            "taxable": {"amountMinor": 4434, "currency": "USD"},
            "amount": {"amountMinor": 393, "currency": "USD"},
        }
    ]
    (parcel,) = priced["delivery"]["parcels"]
    assert parcel["lines"] == [line["id"] for line in priced["lines"]]
    assert sums_up(priced)


async def test_place_that_nothing_reaches_is_a_problem_of_each_line(own_shop: Shop) -> None:
    cart = await add(own_shop, (FIRST, 1))

    far = (await change(own_shop, "setCartDestination", cart=cart["id"], postalCode="96910"))["cart"]
    nowhere = (await change(own_shop, "setCartDestination", cart=cart["id"], postalCode="99999"))["cart"]

    assert codes(far["lines"][0]) == ["NOT_DELIVERABLE"]
    assert far["delivery"]["isKnown"]
    assert not nowhere["delivery"]["isKnown"]
    assert not nowhere["isReadyForCheckout"]


@pytest.mark.parametrize(("code", "is_known"), [("00000", False), ("10001", True)])
async def test_place_of_an_empty_cart_is_known_if_it_exists(shop: Shop, code: str, is_known: bool) -> None:
    payload = await change(shop, "setCartDestination", postalCode=code)

    assert payload["cart"]["delivery"]["isKnown"] is is_known


async def test_destination_is_taken_back(shop: Shop) -> None:
    cart = await add(shop, (FIRST, 1))
    await change(shop, "setCartDestination", cart=cart["id"], postalCode="10001")

    payload = await change(shop, "setCartDestination", cart=cart["id"])

    assert (payload["cart"]["destination"], payload["cart"]["delivery"]) == (None, None)


@pytest.mark.parametrize(
    ("given", "code"),
    [({"postalCode": "", "country": "US"}, "BAD_POSTAL_CODE"), ({"postalCode": "1", "country": "USA"}, "BAD_COUNTRY")],
)
async def test_refuses_what_is_no_place(shop: Shop, given: dict[str, Any], code: str) -> None:
    cart = await add(shop, (FIRST, 1))

    payload = await change(shop, "setCartDestination", cart=cart["id"], **given)

    assert [one["code"] for one in payload["userErrors"]] == [code]


async def test_default_address_is_the_destination_of_its_customer(own_shop: Shop) -> None:
    database = own_shop.resources.database
    account = await save_shopper(database)
    await write(
        database,
        "INSERT INTO address (id, account_id, recipient, line1, city, postal_code, country, is_default) "
        "VALUES (:id, :account, 'Ann', 'A street 1', 'New York', '10001-1234', 'US', true)",
        id=new_id(),
        account=account,
    )

    cart = await add(own_shop, (FIRST, 1), account=account)

    assert cart["destination"] == {"country": "US", "postalCode": "10001"}
    assert amounts(cart["totals"])["delivery"] == 399


async def test_automatic_promotion_and_coupon_take_off_what_they_say(own_shop: Shop) -> None:
    database = own_shop.resources.database
    await tax(own_shop, 100_000)
    promotion = (
        "INSERT INTO promotion (id, name, kind, basis_points, currency, needs_coupon) "
        "VALUES (:id, :name, 'percentage', :points, 'USD', :coupon)"
    )
    spring, opened = new_id(), new_id()
    await write(database, promotion, id=spring, name="Spring", points=1000, coupon=False)
    await write(database, promotion, id=opened, name="Welcome", points=500, coupon=True)
    await write(
        database,
        "INSERT INTO coupon (id, promotion_id, code, code_key) VALUES (:id, :opened, 'WEL-COME', 'welcome')",
        id=new_id(),
        opened=opened,
    )
    cart = await add(own_shop, (FIRST, 3), (SECOND, 1))
    await change(own_shop, "setCartDestination", cart=cart["id"], postalCode="10001")

    priced = (await change(own_shop, "applyCoupon", cart=cart["id"], code="Wel Come"))["cart"]
    without = (await change(own_shop, "removeCoupon", cart=cart["id"], code="welcome"))["cart"]

    # 30.21 and 10.14: less 3.02 and 1.01 (10 %), then of 27.19 and 9.13 less 1.36 and 0.46 (5 %)
    assert [(one["name"], one["couponCode"], one["amount"]["amountMinor"]) for one in priced["discounts"]] == [
        ("Spring", None, 403),
        ("Welcome", "welcome", 182),
    ]
    assert [(one["code"], one["refusal"]) for one in priced["coupons"]] == [("welcome", None)]
    assert sums_up(priced)
    assert amounts(priced["totals"])["addedTax"] == 258 + 87
    assert (without["coupons"], amounts(without["totals"])["discount"]) == ([], 403)


async def test_free_delivery_takes_off_what_delivery_costs(own_shop: Shop) -> None:
    await tax(own_shop, 100_000, delivery=True)
    await write(
        own_shop.resources.database,
        "INSERT INTO promotion (id, name, kind, minimum_minor, currency) "
        "VALUES (:id, 'Free delivery', 'free_delivery', 2000, 'USD')",
        id=new_id(),
    )
    cart = await add(own_shop, (FIRST, 1))
    dear = (await change(own_shop, "setCartDestination", cart=cart["id"], postalCode="10001"))["cart"]

    free = await add(own_shop, (FIRST, 1), cart=cart["id"])

    assert amounts(dear["totals"])["deliveryDiscount"] == 0
    assert amounts(free["totals"])["deliveryDiscount"] == 399
    assert amounts(free["totals"])["addedTax"] == 201
    assert [(one["kind"], one["amount"]["amountMinor"]) for one in free["discounts"]] == [("FREE_DELIVERY", 399)]
    assert sums_up(free)


async def test_refused_coupon_leaves_the_cart_as_it_was(own_shop: Shop) -> None:
    cart = await add(own_shop, (FIRST, 1))

    payload = await change(own_shop, "applyCoupon", cart=cart["id"], code="nothing")

    assert [one["code"] for one in payload["userErrors"]] == ["COUPON_UNKNOWN"]
    assert await see(own_shop, cart["id"]) == cart

"""What the problems of a cart's lines are when the shop changes behind its back, and what they cost."""

from tests.factories.carts import add, amounts, change, codes, see, write
from tests.fixtures.shop import Shop

FIRST, SECOND = "T-001S", "T-002S"  # 10.07 and 10.14
_OFFERS = "FROM variant v WHERE v.id = variant_id AND v.sku = :sku"


async def rise(shop: Shop, sku: str, price: int) -> None:
    """All offers of a variant cost this now."""
    await write(
        shop.resources.database,
        f"UPDATE offer SET price_minor = :price, compare_at_minor = NULL {_OFFERS}",
        sku=sku,
        price=price,
    )


async def test_risen_price_must_be_accepted(own_shop: Shop) -> None:
    cart = await add(own_shop, (FIRST, 2))
    await rise(own_shop, FIRST, 1500)

    risen = await see(own_shop, cart["id"])
    prices = [{"line": cart["lines"][0]["id"], "amountMinor": 1500}]
    accepted = (await change(own_shop, "acceptPriceChanges", cart=cart["id"], prices=prices))["cart"]

    (problem,) = risen["lines"][0]["problems"]
    assert (problem["code"], problem["isBlocking"]) == ("PRICE_ROSE", True)
    assert problem["previousPrice"]["amountMinor"] == 1007
    assert problem["presentPrice"]["amountMinor"] == 1500
    assert not risen["isReadyForCheckout"]
    assert amounts(risen["totals"])["total"] == 3000
    assert codes(accepted["lines"][0]) == []
    assert accepted["isReadyForCheckout"]


async def test_price_that_rose_again_is_not_agreed_to(own_shop: Shop) -> None:
    cart = await add(own_shop, (FIRST, 2))
    await rise(own_shop, FIRST, 9900)
    prices = [{"line": cart["lines"][0]["id"], "amountMinor": 1500}]

    payload = await change(own_shop, "acceptPriceChanges", cart=cart["id"], prices=prices)

    assert [(one["code"], one["path"], one["amountMinor"]) for one in payload["userErrors"]] == [
        ("PRICE_CHANGED", ["prices", "0", "line"], 9900)
    ]
    assert codes((await see(own_shop, cart["id"]))["lines"][0]) == ["PRICE_ROSE"]


async def test_all_prices_are_agreed_to_where_none_is_named(own_shop: Shop) -> None:
    cart = await add(own_shop, (FIRST, 1), (SECOND, 1))
    await rise(own_shop, FIRST, 1500)
    await rise(own_shop, SECOND, 1600)

    payload = await change(own_shop, "acceptPriceChanges", cart=cart["id"])

    assert [line["acceptedPrice"]["amountMinor"] for line in payload["cart"]["lines"]] == [1500, 1600]


async def test_nothing_is_delivered_of_an_offer_that_is_gone(own_shop: Shop) -> None:
    cart = await add(own_shop, (FIRST, 1))
    await change(own_shop, "setCartDestination", cart=cart["id"], postalCode="10001")
    await write(own_shop.resources.database, f"UPDATE offer SET status = 'paused' {_OFFERS}", sku=FIRST)

    seen = await see(own_shop, cart["id"])

    assert amounts(seen["totals"])["total"] == 0
    assert seen["delivery"]["parcels"] == []


async def test_fallen_price_is_said_and_keeps_nothing_from_being_bought(own_shop: Shop) -> None:
    cart = await add(own_shop, (FIRST, 2))
    await rise(own_shop, FIRST, 900)

    fallen = await see(own_shop, cart["id"])

    assert codes(fallen["lines"][0]) == ["PRICE_FELL"]
    assert fallen["isReadyForCheckout"]
    assert amounts(fallen["totals"])["total"] == 1800


async def test_adding_more_does_not_agree_to_a_risen_price(own_shop: Shop) -> None:
    cart = await add(own_shop, (FIRST, 1))
    await rise(own_shop, FIRST, 1500)

    again = await add(own_shop, (FIRST, 1), cart=cart["id"])

    assert codes(again["lines"][0]) == ["PRICE_ROSE"]


async def test_lost_stock_is_a_problem_of_the_lines_that_come_too_late(own_shop: Shop) -> None:
    database = own_shop.resources.database
    cart = await add(own_shop, (FIRST, 3), (SECOND, 1))
    levels = "UPDATE inventory_level SET on_hand = :units FROM variant v WHERE v.id = variant_id AND v.sku = :sku"
    await write(database, levels, units=1, sku=FIRST)
    await write(database, levels, units=0, sku=SECOND)

    first, second = (await see(own_shop, cart["id"]))["lines"]

    assert [(one["code"], one["mostUnits"]) for one in first["problems"]] == [("QUANTITY_LIMITED", 2)]
    assert [(one["code"], one["mostUnits"]) for one in second["problems"]] == [("OUT_OF_STOCK", 0)]


async def test_fewer_units_can_be_had_of_what_is_short(own_shop: Shop) -> None:
    cart = await add(own_shop, (FIRST, 4))
    await write(
        own_shop.resources.database,
        "UPDATE inventory_level SET on_hand = 1 FROM variant v WHERE v.id = variant_id AND v.sku = :sku",
        sku=FIRST,
    )
    line = cart["lines"][0]["id"]

    fewer = await change(own_shop, "updateCartLines", cart=cart["id"], lines=[{"line": line, "quantity": 3}])
    more = await change(own_shop, "updateCartLines", cart=cart["id"], lines=[{"line": line, "quantity": 4}])

    assert fewer["userErrors"] == []
    assert [(one["code"], one["path"]) for one in more["userErrors"]] == [("OUT_OF_STOCK", ["lines", "0", "quantity"])]


async def test_limit_that_came_later_is_a_problem(own_shop: Shop) -> None:
    cart = await add(own_shop, (FIRST, 3))
    await write(own_shop.resources.database, "UPDATE offer SET most_per_customer = 2")

    (line,) = (await see(own_shop, cart["id"]))["lines"]

    assert [(one["code"], one["mostUnits"]) for one in line["problems"]] == [("QUANTITY_LIMITED", 2)]


async def test_offer_that_is_gone_costs_nothing_and_names_another(own_shop: Shop) -> None:
    cart = await add(own_shop, (FIRST, 1), (SECOND, 1))
    offer = cart["lines"][0]["offer"]["id"]
    await write(
        own_shop.resources.database,
        f"UPDATE offer SET status = 'paused' {_OFFERS} AND price_minor = 1007",
        sku=FIRST,
    )

    seen = await see(own_shop, cart["id"])

    (problem,) = seen["lines"][0]["problems"]
    assert problem["code"] == "OFFER_GONE"
    assert problem["alternative"]["id"] not in (None, offer)
    assert seen["lines"][0]["unitPrice"] is None
    assert amounts(seen["totals"])["total"] == 1014
    assert not seen["isReadyForCheckout"]


async def test_archived_variant_stays_visible_and_cannot_be_bought(own_shop: Shop) -> None:
    cart = await add(own_shop, (FIRST, 1))
    await write(own_shop.resources.database, "UPDATE variant SET status = 'archived' WHERE sku = :sku", sku=FIRST)

    (line,) = (await see(own_shop, cart["id"]))["lines"]

    assert line["variant"] == {"sku": FIRST}
    assert [(one["code"], one["alternative"]) for one in line["problems"]] == [("OFFER_GONE", None)]

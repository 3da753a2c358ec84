"""A cart's page costs the same round trips whatever is in the cart, and few."""

from collections import Counter

import pytest

from tests.factories.carts import CART, add, change, save_shopper, variant_ids
from tests.fixtures.shop import Answer, Shop

# What the page of a cart shows of each line beside what it costs.
PAGE = (
    "query($id: ID) { cart(id: $id) { ...Whole lines { variant { sku product { title slug } media(first: 1) "
    "{ url } } offer { seller { name } } } } }" + CART
)
MOST_ROUND_TRIPS = 12


async def page(shop: Shop, units: int) -> Answer:
    """The page of a guest's cart with so many lines, a coupon that is unknown meanwhile and a destination."""
    known = await variant_ids(shop)
    skus = [sku for sku in known if sku.startswith("WIDE") or int(sku[2:5]) % 5][:units]
    cart = await add(shop, *[(sku, 1) for sku in skus])
    await change(shop, "setCartDestination", cart=cart["id"], postalCode="10001")
    await shop.run(PAGE, {"id": cart["id"]})
    answer = await shop.run(PAGE, {"id": cart["id"]})
    assert answer.errors == []
    assert len(answer.data["cart"]["lines"]) == units
    return answer


async def test_a_page_of_50_lines_costs_as_many_round_trips_as_one_of_5(shop: Shop) -> None:
    few, many = await page(shop, 5), await page(shop, 50)

    assert Counter(many.profile.statements) == Counter(few.profile.statements)
    assert many.profile.cache == few.profile.cache
    assert many.profile.round_trips <= MOST_ROUND_TRIPS


@pytest.mark.parametrize("lines", [1, 50])
async def test_adding_costs_as_many_statements_whatever_is_added(own_shop: Shop, lines: int) -> None:
    account = await save_shopper(own_shop.resources.database)
    known = await variant_ids(own_shop)
    skus = [sku for sku in known if sku.startswith("WIDE") or int(sku[2:5]) % 5][:lines]
    added = [{"variant": known[sku], "quantity": 1} for sku in skus]

    answer = await own_shop.run(
        "mutation($input: AddCartLinesInput!) { addCartLines(input: $input) { cart { version } } }",
        {"input": {"lines": added}},
        account=account,
    )

    # The copy of a cart that is not there, the facts; and the store is asked and told once each.
    assert (answer.profile.sql, answer.profile.cache) == (2, 2)


async def test_one_cart_named_a_hundred_times_is_read_and_priced_once(shop: Shop) -> None:
    cart = await add(shop, *[(sku, 1) for sku in ("T-001S", "T-002S")])
    once = "query($id: ID!) { one: cart(id: $id) { totals { total { amountMinor } } } }"
    fields = " ".join(f"c{number}: cart(id: $id) {{ totals {{ total {{ amountMinor }} }} }}" for number in range(100))

    few = await shop.run(once, {"id": cart["id"]})
    many = await shop.run(f"query($id: ID!) {{ {fields} }}", {"id": cart["id"]})

    assert len({str(one) for one in many.data.values()}) == 1
    assert many.profile.round_trips == few.profile.round_trips

"""Wishlists as their owners, and those with a link, see and change them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from graphql import GraphQLObjectType

from core.ids import encode_global_id, new_id
from schema.schema import build_schema
from services.accounts.tokens import Role
from services.catalog.commands import set_status
from tests.factories.carts import save_shopper, see, variant_ids, write
from tests.fixtures.shop import Shop
from workers.main import drain

FIRST, SECOND, SOLD_OUT = "T-001S", "T-002S", "T-005S"
LIST = """
fragment Whole on Wishlist {
  id name shareKey itemCount
  items(first: 50) { edges { node {
    variant { sku } priceAtAdding { amountMinor currency } hasStockAlert hasPriceAlert } } }
}
"""
LISTS = "{ viewer { wishlists { edges { node { ...Whole } } } } }" + LIST
SHARED = (
    "query($key: String!) { sharedWishlist(key: $key) { name itemCount items { edges { node { variant { sku } } } } } }"
)
NODE = "query($id: ID!) { node(id: $id) { id ...Whole } }" + LIST


# What clients get is any JSON, hence Any.
async def change(shop: Shop, name: str, account: UUID, /, **given: Any) -> Any:
    """The payload of a mutation of wishlists."""
    capital = name[0].upper() + name[1:]
    shown = "deletedId" if name == "deleteWishlist" else "wishlist { ...Whole }"
    document = f"mutation($input: {capital}Input!) {{ {name}(input: $input) {{ {shown} userErrors {{ code path }} }} }}"
    answer = await shop.run(
        document if name == "deleteWishlist" else document + LIST, {"input": given}, account=account
    )
    assert answer.errors == []
    return answer.data[name]


async def make(shop: Shop, account: UUID, *skus: str, name: str = "Garden") -> str:
    """The id of a list with these variants."""
    made = (await change(shop, "createWishlist", account, name=name))["wishlist"]["id"]
    ids = await variant_ids(shop)
    filled = await change(shop, "addWishlistItems", account, wishlist=made, variants=[ids[sku] for sku in skus])
    assert filled["userErrors"] == []
    return str(made)


async def move(shop: Shop, account: UUID, wishlist: str, *skus: str) -> Any:
    ids = await variant_ids(shop)
    document = """
        mutation($input: MoveWishlistItemsToCartInput!) { moveWishlistItemsToCart(input: $input) {
          cart { lines { variant { sku } quantity } } wishlist { itemCount } userErrors { code path } } }
    """
    given = {"wishlist": wishlist, "variants": [ids[sku] for sku in skus]}
    answer = await shop.run(document, {"input": given}, account=account)
    assert answer.errors == []
    return answer.data["moveWishlistItemsToCart"]


def _fields(name: str) -> Iterable[str]:
    type_ = build_schema()._schema.type_map[name]
    assert isinstance(type_, GraphQLObjectType)
    return list(type_.fields)


def skus_of(wishlist: Any) -> list[str]:
    return sorted(edge["node"]["variant"]["sku"] for edge in wishlist["items"]["edges"])


async def test_a_list_is_filled_and_read(own_shop: Shop) -> None:
    account = await save_shopper(own_shop.resources.database)

    wishlist = await make(own_shop, account, FIRST, SOLD_OUT)
    answer = await own_shop.run(LISTS, account=account)

    (found,) = [edge["node"] for edge in answer.data["viewer"]["wishlists"]["edges"]]
    assert (found["id"], found["name"], found["shareKey"], found["itemCount"]) == (wishlist, "Garden", None, 2)
    assert {edge["node"]["variant"]["sku"]: edge["node"]["priceAtAdding"] for edge in found["items"]["edges"]} == {
        FIRST: {"amountMinor": 1007, "currency": "USD"},
        SOLD_OUT: {"amountMinor": 1035, "currency": "USD"},
    }


async def test_items_and_alerts_change(own_shop: Shop) -> None:
    account, ids = await save_shopper(own_shop.resources.database), await variant_ids(own_shop)
    wishlist = await make(own_shop, account, FIRST, SECOND, SOLD_OUT)

    renamed = await change(own_shop, "renameWishlist", account, wishlist=wishlist, name="Gärten")
    fewer = await change(own_shop, "removeWishlistItems", account, wishlist=wishlist, variants=[ids[FIRST]])
    alerts = [{"variant": ids[SECOND], "priceDrop": True}, {"variant": ids[SOLD_OUT], "backInStock": True}]
    asked = await change(own_shop, "saveWishlistAlerts", account, wishlist=wishlist, items=alerts)
    deleted = await change(own_shop, "deleteWishlist", account, wishlist=wishlist)

    assert renamed["wishlist"]["name"] == "Gärten"
    assert skus_of(fewer["wishlist"]) == [SECOND, SOLD_OUT]
    flags = [
        (one["node"]["hasStockAlert"], one["node"]["hasPriceAlert"]) for one in asked["wishlist"]["items"]["edges"]
    ]
    assert sorted(flags) == [(False, True), (True, False)]
    assert deleted == {"deletedId": wishlist, "userErrors": []}
    assert (await own_shop.run(LISTS, account=account)).data["viewer"]["wishlists"]["edges"] == []


async def test_a_shared_list_shows_nothing_of_its_owner(own_shop: Shop) -> None:
    account = await save_shopper(own_shop.resources.database)
    wishlist = await make(own_shop, account, FIRST)

    key = (await change(own_shop, "shareWishlist", account, wishlist=wishlist))["wishlist"]["shareKey"]
    shown = await own_shop.run(SHARED, {"key": key})
    await change(own_shop, "unshareWishlist", account, wishlist=wishlist)
    hidden = await own_shop.run(SHARED, {"key": key})

    assert shown.data["sharedWishlist"] == {
        "name": "Garden",
        "itemCount": 1,
        "items": {"edges": [{"node": {"variant": {"sku": FIRST}}}]},
    }
    assert (hidden.data, hidden.errors) == ({"sharedWishlist": None}, [])
    fields = {name: set(_fields(name)) for name in ("SharedWishlist", "SharedWishlistItem")}
    assert fields == {
        "SharedWishlist": {"name", "itemCount", "items"},
        "SharedWishlistItem": {"variant", "addedAt"},
    }


@pytest.mark.parametrize("key", ["", "a\0b", "x" * 32, "x" * 10_000])
async def test_an_unknown_key_is_no_list(shop: Shop, key: str) -> None:
    answer = await shop.run(SHARED, {"key": key})

    assert (answer.data, answer.errors) == ({"sharedWishlist": None}, [])


async def test_lists_of_others_do_not_exist(own_shop: Shop) -> None:
    owner, stranger = [await save_shopper(own_shop.resources.database) for _ in range(2)]
    wishlist = await make(own_shop, owner, FIRST)
    ids = await variant_ids(own_shop)
    given: dict[str, dict[str, Any]] = {
        "renameWishlist": {"name": "Mine"},
        "deleteWishlist": {},
        "addWishlistItems": {"variants": [ids[SECOND]]},
        "removeWishlistItems": {"variants": [ids[FIRST]]},
        "saveWishlistAlerts": {"items": [{"variant": ids[FIRST], "priceDrop": True}]},
        "shareWishlist": {},
        "unshareWishlist": {},
        "moveWishlistItemsToCart": {"variants": [ids[FIRST]]},
    }

    refused = {
        name: (await change(own_shop, name, stranger, wishlist=wishlist, **more))["userErrors"]
        for name, more in given.items()
    }
    seen = [
        (await own_shop.run(NODE, {"id": wishlist}, **caller)).data["node"] is not None
        for caller in ({}, {"account": stranger}, {"role": Role.OPERATOR}, {"account": owner})
    ]

    assert refused == {name: [{"code": "NOT_FOUND", "path": ["wishlist"]}] for name in given}
    assert seen == [False, False, False, True]
    assert (await own_shop.run(LISTS, account=stranger)).data["viewer"]["wishlists"]["edges"] == []


async def test_items_go_to_the_cart_and_leave_the_list(own_shop: Shop) -> None:
    account = await save_shopper(own_shop.resources.database)
    wishlist = await make(own_shop, account, FIRST, SECOND)

    moved = await move(own_shop, account, wishlist, FIRST)

    assert moved == {
        "cart": {"lines": [{"variant": {"sku": FIRST}, "quantity": 1}]},
        "wishlist": {"itemCount": 1},
        "userErrors": [],
    }


async def test_a_move_that_broke_off_is_made_again_without_adding_twice(own_shop: Shop) -> None:
    account = await save_shopper(own_shop.resources.database)
    wishlist = await make(own_shop, account, FIRST, SECOND)
    await move(own_shop, account, wishlist, FIRST)
    # As if the process had died between the cart and the list.
    ids = await variant_ids(own_shop)
    await change(own_shop, "addWishlistItems", account, wishlist=wishlist, variants=[ids[FIRST]])

    moved = await move(own_shop, account, wishlist, FIRST, SECOND)

    assert [(line["variant"]["sku"], line["quantity"]) for line in moved["cart"]["lines"]] == [(FIRST, 1), (SECOND, 1)]
    assert moved["wishlist"] == {"itemCount": 0}


async def test_what_cannot_be_moved_moves_nothing(own_shop: Shop) -> None:
    account = await save_shopper(own_shop.resources.database)
    wishlist = await make(own_shop, account, FIRST, SOLD_OUT)

    sold_out = await move(own_shop, account, wishlist, FIRST, SOLD_OUT)
    absent = await move(own_shop, account, wishlist, FIRST, SECOND)

    assert sold_out == {
        "cart": None,
        "wishlist": None,
        "userErrors": [{"code": "OUT_OF_STOCK", "path": ["variants", "1"]}],
    }
    assert absent["userErrors"] == [{"code": "NOT_FOUND", "path": ["variants", "1"]}]
    assert await see(own_shop, account=account) is None
    assert (await own_shop.run(NODE, {"id": wishlist}, account=account)).data["node"]["itemCount"] == 2


async def test_all_that_is_wrong_is_said_together(own_shop: Shop) -> None:
    account, ids = await save_shopper(own_shop.resources.database), await variant_ids(own_shop)
    wishlist = await make(own_shop, account, FIRST)
    await write(own_shop.resources.database, "UPDATE variant SET status = 'archived' WHERE sku = :sku", sku=SECOND)
    unknown = encode_global_id("Variant", new_id())

    added = await change(
        own_shop, "addWishlistItems", account, wishlist=wishlist, variants=[ids[SOLD_OUT], ids[SECOND], unknown]
    )
    named = await change(own_shop, "renameWishlist", account, wishlist=wishlist, name=" ")

    assert added == {
        "wishlist": None,
        "userErrors": [
            {"code": "NOT_SOLD", "path": ["variants", "1"]},
            {"code": "NOT_FOUND", "path": ["variants", "2"]},
        ],
    }
    assert named["userErrors"] == [{"code": "BAD_NAME", "path": ["name"]}]


async def test_what_left_the_store_stays_on_the_list_without_its_variant(own_shop: Shop) -> None:
    account = await save_shopper(own_shop.resources.database)
    wishlist = await make(own_shop, account, FIRST)
    async with own_shop.resources.database.unit() as unit:
        product_id = await unit.session.scalar(sa.text("SELECT product_id FROM variant WHERE sku = :s"), {"s": FIRST})
        await set_status(unit, product_id=product_id, status="archived")
    await drain(own_shop.resources)

    answer = await own_shop.run(NODE, {"id": wishlist}, account=account)

    assert answer.data["node"]["items"]["edges"][0]["node"]["variant"] is None


async def test_who_has_no_account_has_no_lists(shop: Shop) -> None:
    document = 'mutation { createWishlist(input: {name: "A"}) { userErrors { code } } }'

    answers = [await shop.run(document), await shop.run(document, role=Role.OPERATOR)]

    assert [answer.codes for answer in answers] == [["UNAUTHENTICATED"], ["FORBIDDEN"]]


async def test_pages_follow_each_other(own_shop: Shop) -> None:
    account = await save_shopper(own_shop.resources.database)
    await make(own_shop, account, FIRST, SECOND, SOLD_OUT)
    document = """
        query($after: String) { viewer { wishlists { edges { node { items(first: 2, after: $after) {
          edges { node { variant { sku } } } pageInfo { hasNextPage endCursor } } } } } } }
    """

    async def page(after: str | None) -> Any:
        answer = await own_shop.run(document, {"after": after}, account=account)
        return answer.data["viewer"]["wishlists"]["edges"][0]["node"]["items"]

    first = await page(None)
    second = await page(first["pageInfo"]["endCursor"])

    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    skus = [edge["node"]["variant"]["sku"] for one in (first, second) for edge in one["edges"]]
    assert sorted(skus) == [FIRST, SECOND, SOLD_OUT]

"""What accounts are told, as their pages show it."""

from typing import Any
from uuid import UUID

from core.ids import decode_id_of, encode_global_id, new_id
from core.money import Money
from models.wishlists import NotificationKind
from services.notifications import News, notify
from tests.factories.carts import save_shopper, variant_ids
from tests.fixtures.shop import Shop

FIRST, SECOND = "T-001S", "T-002S"
VIEWER = """
{ viewer { unreadNotifications notifications { edges { node {
  id kind readAt price { amountMinor } priceBefore { amountMinor } variant { sku product { title } } } } } } }
"""
READ = """
mutation($input: MarkNotificationsReadInput!) {
  markNotificationsRead(input: $input) { unreadNotifications userErrors { code path } }
}
"""


async def tell(shop: Shop, account: UUID, sku: str, price: Money | None = None) -> None:
    variant_id = decode_id_of("Variant", (await variant_ids(shop))[sku])
    kind = NotificationKind.BACK_IN_STOCK if price is None else NotificationKind.PRICE_DROPPED
    async with shop.resources.database.unit() as unit:
        before = None if price is None else price.amount_minor + 100
        await notify(unit, {News(kind, variant_id, new_id(), price): {account: before}})


# What clients get is any JSON, hence Any.
async def see(shop: Shop, account: UUID) -> tuple[int, list[Any]]:
    """How many are unread, and all of them."""
    answer = await shop.run(VIEWER, account=account)
    assert answer.errors == []
    viewer = answer.data["viewer"]
    return viewer["unreadNotifications"], [edge["node"] for edge in viewer["notifications"]["edges"]]


async def test_the_newest_comes_first_with_what_it_is_about(own_shop: Shop) -> None:
    account = await save_shopper(own_shop.resources.database)
    await tell(own_shop, account, FIRST)
    await tell(own_shop, account, SECOND, Money(900, "USD"))

    unread, (second, first) = await see(own_shop, account)

    assert unread == 2
    assert second.pop("id") != first.pop("id")
    title = {"title": "Meadow tents 001"}
    assert first == {
        "kind": "BACK_IN_STOCK", "readAt": None, "price": None, "priceBefore": None,
        "variant": {"sku": FIRST, "product": title},
    }  # fmt: skip
    assert (second["kind"], second["price"], second["priceBefore"]) == (
        "PRICE_DROPPED",
        {"amountMinor": 900},
        {"amountMinor": 1000},
    )


async def test_what_is_read_is_unread_no_longer(own_shop: Shop) -> None:
    account = await save_shopper(own_shop.resources.database)
    for sku in (FIRST, SECOND, FIRST):
        await tell(own_shop, account, sku)
    _, (newest, *_) = await see(own_shop, account)

    one = await own_shop.run(READ, {"input": {"notifications": [newest["id"]]}}, account=account)
    all_ = await own_shop.run(READ, {"input": {}}, account=account)

    assert one.data["markNotificationsRead"] == {"unreadNotifications": 2, "userErrors": []}
    assert all_.data["markNotificationsRead"] == {"unreadNotifications": 0, "userErrors": []}
    unread, notifications = await see(own_shop, account)
    assert (unread, [one["readAt"] is None for one in notifications]) == (0, [False] * 3)


async def test_notifications_of_others_do_not_exist(own_shop: Shop) -> None:
    owner, stranger = [await save_shopper(own_shop.resources.database) for _ in range(2)]
    await tell(own_shop, owner, FIRST)
    _, (theirs,) = await see(own_shop, owner)
    unknown = encode_global_id("Notification", new_id())

    refused = await own_shop.run(READ, {"input": {"notifications": [theirs["id"], unknown]}}, account=stranger)
    node = "query($id: ID!) { node(id: $id) { id } }"
    seen = [
        (await own_shop.run(node, {"id": theirs["id"]}, account=account)).data["node"]
        for account in (None, stranger, owner)
    ]

    assert refused.data["markNotificationsRead"] == {
        "unreadNotifications": None,
        "userErrors": [{"code": "NOT_FOUND", "path": ["notifications", str(place)]} for place in range(2)],
    }
    assert seen == [None, None, {"id": theirs["id"]}]
    assert await see(own_shop, stranger) == (0, [])

"""A checkout as its shopper hears of it: how it is after its changes, over both transports, and nobody else does."""

from collections.abc import AsyncIterator

import httpx
import pytest

from core.ids import encode_global_id
from core.settings import SubscriptionSettings
from services.checkout import CheckoutRecord
from tests.factories.checkouts import SAN_FRANCISCO, Buyer
from tests.factories.live import Site, acknowledged, hear, is_listening, serving, tell
from tests.factories.sse import STREAM, Listener
from tests.fixtures.shop import Shop
from tests.graphql.orders import new_account
from tests.graphql.test_order_subscriptions import customer, events, subscribe

HEARD = """
subscription($checkout: ID!, $after: ID) {
  checkoutUpdated(checkout: $checkout, after: $after) { eventId checkout { status version } }
}
"""


@pytest.fixture(scope="module")
async def site(live_shop: Shop) -> AsyncIterator[Site]:
    async with serving(live_shop, live_shop.resources.live, settings=SubscriptionSettings()) as site:
        yield site


def global_id(checkout: CheckoutRecord) -> str:
    return encode_global_id("Checkout", checkout.id)


async def tell_all(site: Site) -> None:
    await tell(site.shop.resources.database, site.feed)


async def test_a_change_arrives_with_the_checkout_as_it_is(site: Site) -> None:
    buyer = Buyer(site.shop)
    made = await buyer.prepare(("T-001S", 1))
    await tell_all(site)
    async with acknowledged(site.address) as opened:
        await subscribe(opened, HEARD, checkout=global_id(made))
        await is_listening(opened)

        await buyer.pay(made.id)
        await tell_all(site)
        (heard,) = await events(opened, "checkoutUpdated", 1)

    # An event says how the checkout is: of those that are told together, the last one is.
    assert heard["checkout"]["status"] == "SUCCEEDED"


async def test_what_was_missed_is_told_behind_an_event(site: Site) -> None:
    buyer = Buyer(site.shop)
    made = await buyer.prepare(("T-001S", 1))
    await tell_all(site)
    async with acknowledged(site.address) as opened:
        await subscribe(opened, HEARD, checkout=global_id(made))
        await is_listening(opened)
        await buyer.send_to(made.id, SAN_FRANCISCO)
        await tell_all(site)
        (last,) = await events(opened, "checkoutUpdated", 1)
    await buyer.pay(made.id)
    await tell_all(site)

    async with acknowledged(site.address) as opened:
        await subscribe(opened, HEARD, checkout=global_id(made), after=last["eventId"])
        (missed,) = await events(opened, "checkoutUpdated", 1)

    assert last["checkout"]["status"] == "OPEN"
    assert missed["checkout"]["status"] == "SUCCEEDED"
    assert missed["checkout"]["version"] > last["checkout"]["version"]


async def test_another_account_hears_of_none(site: Site) -> None:
    made = await Buyer(site.shop, account_id=await new_account(site.shop)).prepare(("T-001S", 1))
    async with acknowledged(site.address, await customer(site, await new_account(site.shop))) as opened:
        await subscribe(opened, HEARD, checkout=global_id(made))
        refused = await hear(opened)

    assert refused["type"] == "error"
    assert [error["extensions"]["code"] for error in refused["payload"]] == ["NOT_FOUND"]


async def test_changes_come_as_server_sent_events(site: Site) -> None:
    buyer = Buyer(site.shop)
    made = await buyer.prepare(("T-001S", 1))
    await tell_all(site)
    body = {"query": HEARD, "variables": {"checkout": global_id(made)}}
    async with (
        httpx.AsyncClient(base_url=f"http://{site.address}", timeout=10) as client,
        client.stream("POST", "/graphql", json=body, headers=STREAM) as response,
    ):
        stream = Listener(response)
        await stream.block()

        await buyer.send_to(made.id, SAN_FRANCISCO)
        await tell_all(site)
        heard = await stream.event()

    assert heard is not None
    assert heard.data["data"]["checkoutUpdated"]["checkout"]["status"] == "OPEN"

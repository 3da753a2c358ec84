"""One event for many subscribers: executed and encoded once for all who may see the same, and each gets it in order,
whatever holds up the others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.asyncio.client import ClientConnection

from services.accounts.tokens import Role
from tests.factories.live import (
    Site,
    acknowledged,
    acknowledged_narrowly,
    hear,
    is_listening,
    say,
    serving,
    subscribe,
    token,
    variant_id,
)
from tests.fixtures.shop import Shop
from web.subscriptions.server import WebSocketServer

SKU = "WIDE-00"
CONNECTIONS = 4
ON_EACH = 50
LATE = 10
LOADED = """
subscription($variants: [ID!]!) {
  stockChanged(variants: $variants) { availability { quantity } variant { sku product { title } } }
}
"""
LONG = " ".join(f"e{number}{'x' * 60}: eventId" for number in range(90))
WIDE = (
    f"subscription($variants: [ID!]!) {{ stockChanged(variants: $variants) {{ availability {{ quantity }} {LONG} }} }}"
)
STOCK = "subscription($variants: [ID!]!) { stockChanged(variants: $variants) { eventId availability { quantity } } }"


@pytest.fixture(scope="module", params=[WebSocketServer, WebSocketsSansIOProtocol], ids=["at once", "by ASGI alone"])
async def site(live_shop: Shop, request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    async with serving(live_shop, live_shop.resources.live, ws=request.param) as site:
        yield site


@pytest.fixture
async def variant(site: Site) -> str:
    return await variant_id(site.shop.resources.database, SKU)


@asynccontextmanager
async def crowd(site: Site, variant: str, query: str) -> AsyncIterator[list[ClientConnection]]:
    """A few connections with many subscriptions each."""
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(acknowledged(site.address)) for _ in range(CONNECTIONS)]
        for one in opened:
            for number in range(ON_EACH):
                await subscribe(one, [variant], query=query, id=f"sub-{number}")
            await is_listening(one)
        yield opened


async def heard(opened: ClientConnection, count: int) -> list[tuple[str, int]]:
    """The next events: whose they are, and how many units they tell of."""
    return [_shown(await hear(opened)) for _ in range(count)]


def _shown(event: Any) -> tuple[str, int]:
    return event["id"], event["payload"]["data"]["stockChanged"]["availability"]["quantity"]


@pytest.mark.parametrize("query", [STOCK, LOADED], ids=["from the event", "from the database"])
async def test_an_event_is_executed_and_encoded_once_for_all(site: Site, variant: str, query: str) -> None:
    async with crowd(site, variant, query) as opened:
        before = site.serving.shared.made
        for quantity in (501, 502, 503):
            await site.set_stock(SKU, quantity)
        events = await asyncio.gather(*(heard(one, 3 * ON_EACH) for one in opened))

    assert site.serving.shared.made - before == 3
    for ones in events:
        for number in range(ON_EACH):
            assert [quantity for id, quantity in ones if id == f"sub-{number}"] == [501, 502, 503]


async def test_callers_of_other_roles_share_nothing(site: Site, variant: str) -> None:
    tokens = [{"authorization": f"Bearer {token(seconds=60, role=role)}"} for role in (Role.OPERATOR, Role.CUSTOMER)]
    async with AsyncExitStack() as stack:
        opened = [
            await stack.enter_async_context(acknowledged(site.address, payload)) for payload in (None, None, *tokens)
        ]
        for one in opened:
            await subscribe(one, [variant], query=STOCK)
            await is_listening(one)
        before = site.serving.shared.made

        await site.set_stock(SKU, 511)
        events = [await heard(one, 1) for one in opened]

    assert site.serving.shared.made - before == 3
    assert events == [[("1", 511)]] * 4


async def test_who_unsubscribes_hears_no_more_and_the_others_do(site: Site, variant: str) -> None:
    async with acknowledged(site.address) as one, acknowledged(site.address) as other:
        for opened in (one, other):
            for id in ("stays", "leaves"):
                await subscribe(opened, [variant], query=STOCK, id=id)
            await is_listening(opened)

        await say(one, {"id": "leaves", "type": "complete"})
        await is_listening(one)
        await site.set_stock(SKU, 521)
        of_other = await heard(other, 2)
        of_one = await heard(one, 1)
        await is_listening(one)

    assert of_one == [("stays", 521)]
    assert sorted(of_other) == [("leaves", 521), ("stays", 521)]


async def test_who_reads_late_holds_nobody_up_and_gets_all_in_order(site: Site, variant: str) -> None:
    quantities = list(range(600, 640))
    late = await acknowledged_narrowly(site.address)
    for number in range(LATE):
        await subscribe(late, [variant], query=WIDE, id=str(number))
    await is_listening(late)
    late.transport.pause_reading()
    async with acknowledged(site.address) as quick:
        await subscribe(quick, [variant], query=WIDE)
        await is_listening(quick)

        in_time = []
        for quantity in quantities:
            await site.set_stock(SKU, quantity)
            in_time += await heard(quick, 1)
        late.transport.resume_reading()
        events = await heard(late, len(quantities) * LATE)
    await late.close()

    assert [quantity for _, quantity in in_time] == quantities
    for number in range(LATE):
        assert [quantity for id, quantity in events if id == str(number)] == quantities

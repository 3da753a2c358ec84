"""How connections end: expired tokens, clients that vanish, are silent or slow, and a process that stops."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
import sqlalchemy as sa
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from core.settings import SubscriptionSettings
from tests.factories.live import (
    Site,
    acknowledged,
    acknowledged_narrowly,
    closed_with,
    hear,
    is_listening,
    say,
    serving,
    subscribe,
    token,
    variant_id,
    websocket,
)
from tests.fixtures.shop import Shop

SKU = "WIDE-00"


@pytest.fixture(scope="module")
async def site(live_shop: Shop) -> AsyncIterator[Site]:
    settings = SubscriptionSettings(heartbeat_seconds=0.5, waiting_events=20)
    async with serving(live_shop, live_shop.resources.live, settings=settings) as site:
        yield site


@pytest.fixture
async def variant(site: Site) -> str:
    return await variant_id(site.shop.resources.database, SKU)


async def soon(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.02)


@asynccontextmanager
async def staying(opened: ClientConnection) -> AsyncIterator[None]:
    """Tell the server again and again that this client is there, whatever else it waits for."""

    async def tell() -> None:
        while True:
            await say(opened, {"type": "pong"})
            await asyncio.sleep(0.1)

    telling = asyncio.create_task(tell())
    try:
        yield
    finally:
        telling.cancel()


async def messages_of(opened: ClientConnection) -> AsyncIterator[str]:
    """All messages until the server closes, however it does."""
    with suppress(ConnectionClosed):
        while True:
            yield str(await opened.recv())


async def test_a_token_that_expires_ends_the_socket(site: Site, variant: str) -> None:
    async with acknowledged(site.address, {"authorization": f"Bearer {token(seconds=2)}"}) as opened:
        await subscribe(opened, [variant])
        await is_listening(opened)
        code = await closed_with(opened)

    assert code == 4403


async def test_a_client_that_vanishes_leaves_nothing_behind(site: Site, variant: str) -> None:
    await soon(lambda: len(site.connections) == 0)
    before = asyncio.all_tasks()
    raw = socket.create_connection(("127.0.0.1", int(site.address.rpartition(":")[2])))
    opened = await connect(
        f"ws://{site.address}/graphql", sock=raw, subprotocols=[Subprotocol("graphql-transport-ws")], ping_interval=None
    )
    await say(opened, {"type": "connection_init"})
    await hear(opened)
    for number in range(5):
        await subscribe(opened, [variant], id=str(number))
    await is_listening(opened)
    during = (site.hub.topics, len(site.connections))

    opened.transport.abort()
    await soon(lambda: (site.hub.topics, len(site.connections)) == (0, 0))
    await soon(lambda: not {task for task in asyncio.all_tasks() - before if "Socket" in repr(task.get_coro())})

    assert during == (1, 1)


async def test_a_client_that_says_nothing_is_taken_to_be_gone(site: Site) -> None:
    pings = 0
    async with acknowledged(site.address) as opened, asyncio.timeout(10):
        async for message in messages_of(opened):
            pings += '"ping"' in message

    assert pings >= 2
    assert opened.close_code == 1001


async def test_a_client_that_answers_pings_stays(site: Site) -> None:
    async with acknowledged(site.address) as opened:
        for _ in range(6):
            async with asyncio.timeout(10):
                assert '"ping"' in str(await opened.recv())
            await say(opened, {"type": "pong"})

        await say(opened, {"type": "ping"})
        answer = await hear(opened)

    assert answer == {"type": "pong"}


async def test_a_stopping_process_closes_with_1012_and_refuses_others(live_shop: Shop, variant: str) -> None:
    async with serving(live_shop, live_shop.resources.live) as site:
        async with acknowledged(site.address) as opened:
            await subscribe(opened, [variant])
            await is_listening(opened)

            site.connections.stop()
            assert await closed_with(opened) == 1012
        with pytest.raises(InvalidStatus) as refusal:
            async with websocket(site.address):
                pass

    assert refusal.value.response.status_code == 503


async def test_a_client_that_reads_nothing_is_cut_off_and_hurts_nobody(site: Site, variant: str) -> None:
    # Nearly a megabyte for each event fills the buffers of the system soon.
    wide = " ".join(f"e{number}{'x' * 60}: eventId" for number in range(90))
    query = f"subscription($variants: [ID!]!) {{ stockChanged(variants: $variants) {{ {wide} }} }}"
    slow = await acknowledged_narrowly(site.address)
    for number in range(100):
        await subscribe(slow, [variant], query=query, id=str(number))
    await is_listening(slow)
    slow.transport.pause_reading()
    async with acknowledged(site.address) as quick, staying(quick):
        await subscribe(quick, [variant])
        await is_listening(quick)
        for quantity in range(2_000, 2_060):
            await site.set_stock(SKU, quantity)
            event = await hear(quick)
            assert event["payload"]["data"]["stockChanged"]["availability"] == {"quantity": quantity}

        await soon(lambda: len(site.connections) == 1)
    slow.transport.abort()


async def test_a_mutation_is_finished_although_its_client_leaves(site: Site) -> None:
    mutation = 'mutation { saveSynonymSet(input: {terms: ["left", "gone"]}) { userErrors { code } } }'
    database = site.shop.resources.database
    async with acknowledged(site.address, {"authorization": f"Bearer {token(seconds=60)}"}) as opened:
        await say(opened, {"id": "1", "type": "subscribe", "payload": {"query": mutation}})
        await say(opened, {"id": "1", "type": "complete"})
        await is_listening(opened)
    await soon(lambda: not site.serving.mutations)

    async with database.read() as session:
        saved = await session.scalar(sa.text("SELECT count(*) FROM synonym_set WHERE 'gone' = ANY(terms)"))
    assert saved == 1

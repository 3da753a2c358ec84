"""Subscriptions as Server-Sent Events: what the stream holds, how it is resumed, and how it ends."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import orjson
import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from core.settings import SubscriptionSettings
from services.accounts.tokens import Role
from tests.factories.live import STOCK, Site, serving, token, variant_id
from tests.factories.sse import STREAM, Heard, Listener
from tests.fixtures.shop import Shop
from web.subscriptions.server import HttpServer

SKU = "WIDE-00"
# Answers of some 10 kB.
LONG = " ".join(f"e{number}{'x' * 60}: eventId" for number in range(90))
WIDE = (
    f"subscription($variants: [ID!]!) {{ stockChanged(variants: $variants) {{ availability {{ quantity }} {LONG} }} }}"
)
TWO = "subscription A { stockChanged(variants: []) { eventId } } query B { __typename }"


@pytest.fixture(scope="module", params=[HttpServer, HttpToolsProtocol], ids=["at once", "by ASGI alone"])
async def site(live_shop: Shop, request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    settings = SubscriptionSettings(heartbeat_seconds=0.2)
    async with serving(live_shop, live_shop.resources.live, settings=settings, http=request.param) as site:
        yield site


@pytest.fixture
async def variant(site: Site) -> str:
    return await variant_id(site.shop.resources.database, SKU)


@asynccontextmanager
async def listening(
    site: Site,
    variant: str,
    *,
    headers: Mapping[str, str] | None = None,
    after: str | None = None,
    query: str = STOCK,
    buffer_bytes: int | None = None,
) -> AsyncIterator[Listener]:
    """With `buffer_bytes` no more than that waits on the client's side to be read, more or less."""
    variables = {"variants": [variant]} | ({} if after is None else {"after": after})
    options = [] if buffer_bytes is None else [(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)]
    body = {"query": query, "variables": variables}
    transport = httpx.AsyncHTTPTransport(socket_options=options)
    async with (
        httpx.AsyncClient(base_url=f"http://{site.address}", timeout=10, transport=transport) as client,
        client.stream("POST", "/graphql", json=body, headers={**STREAM, **(headers or {})}) as response,
    ):
        yield Listener(response)


def quantity(heard: Heard | None) -> int:
    assert heard is not None
    found: int = heard.data["data"]["stockChanged"]["availability"]["quantity"]
    return found


async def test_events_come_with_their_ids(site: Site, variant: str) -> None:
    async with listening(site, variant) as stream:
        first = await stream.block()
        await site.set_stock(SKU, 31)
        heard = await stream.event()

    assert stream.response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert first is not None
    assert first.id
    assert heard is not None
    assert (heard.event, quantity(heard)) == ("next", 31)
    assert heard.id == heard.data["data"]["stockChanged"]["eventId"]


async def test_last_event_id_resumes_and_wins_over_after(site: Site, variant: str) -> None:
    async with listening(site, variant) as stream:
        await stream.block()
        await site.set_stock(SKU, 32)
        seen = await stream.event()
    assert seen is not None
    assert seen.id
    await site.set_stock(SKU, 33)

    async with listening(site, variant, headers={"last-event-id": seen.id}, after="nonsense") as stream:
        heard = await stream.event()

    assert quantity(heard) == 33


async def test_nothing_is_missed_behind_the_id_that_a_stream_begins_with(site: Site, variant: str) -> None:
    async with listening(site, variant) as stream:
        first = await stream.block()
    assert first is not None
    await site.set_stock(SKU, 34)

    async with listening(site, variant, after=first.id) as stream:
        heard = await stream.event()

    assert quantity(heard) == 34


async def test_get_subscribes_too(site: Site, variant: str) -> None:
    parameters = {"query": STOCK, "variables": orjson.dumps({"variants": [variant]}).decode()}
    async with (
        httpx.AsyncClient(base_url=f"http://{site.address}") as client,
        client.stream("GET", "/graphql", params=parameters, headers=STREAM) as response,
    ):
        stream = Listener(response)
        await stream.block()
        await site.set_stock(SKU, 35)

        heard = await stream.event()

    assert quantity(heard) == 35


async def test_a_quiet_stream_has_heartbeats(site: Site, variant: str) -> None:
    async with listening(site, variant) as stream:
        await stream.block()

        beats = [await stream.block(), await stream.block()]

    assert [beat is not None and beat.comment for beat in beats] == [True, True]


async def test_a_query_is_one_event_and_the_end(site: Site) -> None:
    async with httpx.AsyncClient(base_url=f"http://{site.address}") as client:
        response = await client.post("/graphql", json={"query": "{ __typename }"}, headers=STREAM)

    assert response.text == 'event: next\ndata: {"data":{"__typename":"Query"}}\n\nevent: complete\ndata: \n\n'


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ('subscription { stockChanged(variants: ["x"]) { eventId } }', "BAD_ID"),
    ],
)
async def test_a_refusal_is_the_only_event(site: Site, query: str, code: str) -> None:
    async with httpx.AsyncClient(base_url=f"http://{site.address}") as client:
        response = await client.post("/graphql", json={"query": query}, headers=STREAM)

    event, data, _, end, *_ = response.text.split("\n")
    assert (response.status_code, event, end) == (200, "event: next", "event: complete")
    answer = orjson.loads(data.removeprefix("data: "))
    assert answer["errors"][0]["extensions"]["code"] == code
    assert "data" not in answer


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"query": 1}, "BAD_REQUEST"),
        ({"query": TWO}, "UNKNOWN_OPERATION"),
    ],
)
async def test_what_is_no_request_gets_no_stream(site: Site, body: Mapping[str, Any], code: str) -> None:
    async with httpx.AsyncClient(base_url=f"http://{site.address}") as client:
        response = await client.post("/graphql", json=body, headers=STREAM)

    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == code


async def test_a_bad_token_is_refused(site: Site, variant: str) -> None:
    async with listening(site, variant, headers={"authorization": "Bearer nonsense"}) as stream:
        await stream.response.aread()

    assert stream.response.status_code == 401


async def test_a_subscription_needs_a_stream(site: Site) -> None:
    query = 'subscription { stockChanged(variants: ["x"]) { eventId } }'
    async with httpx.AsyncClient(base_url=f"http://{site.address}") as client:
        response = await client.post("/graphql", json={"query": query})

    assert response.status_code == 406
    assert response.json()["errors"][0]["extensions"]["code"] == "NOT_ACCEPTABLE"


async def test_an_expired_token_ends_the_stream(site: Site, variant: str) -> None:
    headers = {"authorization": f"Bearer {token(seconds=2, role=Role.CUSTOMER)}"}

    async with listening(site, variant, headers=headers) as stream:
        last = await stream.event()
        end = [await stream.event(), await stream.event()]

    assert last is not None
    assert last.data["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert end[0] is not None
    assert end[0].event == "complete"
    assert end[1] is None


async def test_a_client_that_leaves_is_forgotten(site: Site, variant: str) -> None:
    async with listening(site, variant) as stream:
        await stream.block()
        during = (site.hub.topics, len(site.connections))

    async with asyncio.timeout(5):
        while site.hub.topics or len(site.connections):  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.01)
    assert during == (1, 1)


async def test_who_reads_late_holds_nobody_up_and_gets_all_in_order(site: Site, variant: str) -> None:
    quantities = list(range(700, 780))
    async with (
        listening(site, variant, query=WIDE, buffer_bytes=4096) as late,
        listening(site, variant, query=WIDE) as quick,
    ):
        await quick.block()
        in_time = []
        for number in quantities:
            await site.set_stock(SKU, number)
            in_time.append(quantity(await quick.event()))
        afterwards = [quantity(await late.event()) for _ in quantities]

    assert in_time == quantities
    assert afterwards == quantities


async def test_streams_that_share_an_event_all_get_it_whole(site: Site, variant: str) -> None:
    async with AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(listening(site, variant)) for _ in range(30)]
        for stream in streams:
            await stream.block()
        await site.set_stock(SKU, 811)
        await site.set_stock(SKU, 812)
        heard = [[await stream.event(), await stream.event()] for stream in streams]

    assert all([quantity(one) for one in events] == [811, 812] for events in heard)
    assert len({(first.id, second.id) for first, second in heard if first and second}) == 1


async def test_a_stopping_process_ends_its_streams_without_completing_them(live_shop: Shop, variant: str) -> None:
    async with serving(live_shop, live_shop.resources.live) as site, listening(site, variant) as stream:
        await stream.block()

        site.connections.stop()
        end = await stream.event()

    assert end is None

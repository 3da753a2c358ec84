"""Connections that stay open: who may open them, and that they end with the session that they were opened by."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest

from core.settings import SubscriptionSettings
from services.accounts.tokens import Role
from tests.factories.authentication import SignedIn, sign_in, sign_out
from tests.factories.live import (
    STOCK,
    Site,
    acknowledged,
    closed_with,
    hear,
    is_listening,
    say,
    serving,
    subscribe,
    variant_id,
    websocket,
)
from tests.fixtures.shop import Shop

EVIL = {"origin": "https://evil.example"}
INIT = {"type": "connection_init"}
LOGIN = 'mutation { login(input: {email: "a@b.example", password: "x", transport: COOKIE}) { userErrors { code } } }'
OPERATIONS = "{ operations { synonymSets(first: 1) { pageInfo { hasNextPage } } } }"


@pytest.fixture(scope="module")
async def site(live_shop: Shop) -> AsyncIterator[Site]:
    settings = SubscriptionSettings(heartbeat_seconds=0.2)
    async with serving(live_shop, live_shop.resources.live, settings=settings) as site:
        yield site


@pytest.fixture
async def variant(site: Site) -> str:
    return await variant_id(site.shop.resources.database, "WIDE-00")


@pytest.fixture
async def operator(site: Site) -> SignedIn:
    return await sign_in(site.shop.resources.database, role=Role.OPERATOR)


async def _ask(site: Site, headers: Mapping[str, str], payload: Mapping[str, str] | None = None) -> str | None:
    """The code of what an operator's query is answered with on a new socket; None if it is answered."""
    async with acknowledged(site.address, payload, headers=headers) as opened:
        await say(opened, {"id": "1", "type": "subscribe", "payload": {"query": OPERATIONS}})
        errors = (await hear(opened))["payload"].get("errors", [])
    return errors[0]["extensions"]["code"] if errors else None


async def test_a_socket_is_opened_by_cookie_from_our_own_page(site: Site, operator: SignedIn) -> None:
    assert await _ask(site, {**operator.cookie, "origin": f"http://{site.address}"}) is None


async def test_a_socket_is_opened_by_cookie_by_a_program(site: Site, operator: SignedIn) -> None:
    assert await _ask(site, operator.cookie) is None


async def test_a_page_of_another_site_opens_none_by_its_visitors_cookies(site: Site, operator: SignedIn) -> None:
    async with websocket(site.address, headers={**operator.cookie, **EVIL}) as opened:
        await say(opened, INIT)

        assert await closed_with(opened) == 4403


async def test_a_page_of_another_site_opens_one_by_its_own_token(site: Site, operator: SignedIn) -> None:
    assert await _ask(site, {**operator.cookie, **EVIL}, operator.bearer) is None


async def test_a_page_of_another_site_is_anybody_without_cookies(site: Site) -> None:
    assert await _ask(site, EVIL) == "UNAUTHENTICATED"


@pytest.mark.parametrize("headers", [EVIL, {"sec-fetch-site": "cross-site"}])
async def test_a_page_of_another_site_changes_nothing_without_a_token(site: Site, headers: Mapping[str, str]) -> None:
    async with acknowledged(site.address, headers=headers) as opened:
        await say(opened, {"id": "1", "type": "subscribe", "payload": {"query": LOGIN}})
        answer = await hear(opened)
        await is_listening(opened)

    assert (answer["type"], answer["id"]) == ("error", "1")
    assert [error["extensions"]["code"] for error in answer["payload"]] == ["CSRF_REFUSED"]


async def test_a_page_of_another_site_may_change_what_its_own_token_lets_it(site: Site, operator: SignedIn) -> None:
    async with acknowledged(site.address, operator.bearer, headers=EVIL) as opened:
        await say(opened, {"id": "1", "type": "subscribe", "payload": {"query": LOGIN}})
        answer = await hear(opened)

    assert answer["payload"]["errors"][0]["extensions"]["code"] == "COOKIES_NEED_HTTP"


async def test_an_expired_cookie_is_anybodys(site: Site) -> None:
    late = await sign_in(site.shop.resources.database, role=Role.OPERATOR, seconds=-1)

    assert await _ask(site, late.cookie) == "UNAUTHENTICATED"


async def test_a_socket_has_no_place_for_cookies(site: Site) -> None:
    async with acknowledged(site.address) as opened:
        await say(opened, {"id": "1", "type": "subscribe", "payload": {"query": LOGIN}})
        answer = await hear(opened)

    assert answer["payload"]["errors"][0]["extensions"]["code"] == "COOKIES_NEED_HTTP"


async def test_a_socket_ends_with_its_session(site: Site, operator: SignedIn, variant: str) -> None:
    parts = site.shop.resources
    async with acknowledged(site.address, operator.bearer) as opened:
        await subscribe(opened, [variant])
        await is_listening(opened)
        await sign_out(parts.database, parts.cache, operator)

        assert await closed_with(opened) == 4403


async def test_the_end_of_a_session_is_noticed_within_one_heartbeat(live_shop: Shop) -> None:
    parts, beat = live_shop.resources, 2.0
    operator = await sign_in(parts.database, role=Role.OPERATOR)
    variant = await variant_id(parts.database, "WIDE-00")
    async with (
        serving(live_shop, parts.live, settings=SubscriptionSettings(heartbeat_seconds=beat)) as site,
        acknowledged(site.address, operator.bearer) as opened,
    ):
        await subscribe(opened, [variant])
        await is_listening(opened)
        await sign_out(parts.database, parts.cache, operator)

        async with asyncio.timeout(beat * 1.4):
            assert await closed_with(opened) == 4403


async def test_no_operation_begins_behind_the_end_of_the_session(live_shop: Shop) -> None:
    parts = live_shop.resources
    operator = await sign_in(parts.database, role=Role.OPERATOR)
    async with serving(live_shop, parts.live) as site, acknowledged(site.address, operator.bearer) as opened:
        await sign_out(parts.database, parts.cache, operator)
        await say(opened, {"id": "1", "type": "subscribe", "payload": {"query": OPERATIONS}})

        assert await closed_with(opened) == 4403


async def test_other_sockets_stay_open(site: Site, operator: SignedIn, variant: str) -> None:
    async with acknowledged(site.address, operator.bearer) as opened, acknowledged(site.address) as anybodys:
        await asyncio.sleep(0.5)
        for one in (opened, anybodys):
            await is_listening(one)


async def test_a_stream_ends_with_its_session(site: Site, operator: SignedIn, variant: str) -> None:
    parts = site.shop.resources
    body = {"query": STOCK, "variables": {"variants": [variant]}}
    headers = {**operator.cookie, "accept": "text/event-stream"}
    async with (
        httpx.AsyncClient(base_url=f"http://{site.address}", timeout=10) as client,
        client.stream("POST", "/graphql", json=body, headers=headers) as response,
    ):
        lines = response.aiter_lines()
        await anext(lines)
        await sign_out(parts.database, parts.cache, operator)
        rest = [line async for line in lines]

    assert "UNAUTHENTICATED" in "".join(rest)
    assert "event: complete" in rest


async def test_events_do_not_put_off_that_a_stream_ends_with_its_session(live_shop: Shop) -> None:
    parts, beat = live_shop.resources, 2.0
    operator = await sign_in(parts.database, role=Role.OPERATOR)
    body = {"query": STOCK, "variables": {"variants": [await variant_id(parts.database, "WIDE-00")]}}
    headers = {**operator.cookie, "accept": "text/event-stream"}
    async with (
        serving(live_shop, parts.live, settings=SubscriptionSettings(heartbeat_seconds=beat)) as site,
        httpx.AsyncClient(base_url=f"http://{site.address}", timeout=10) as client,
        client.stream("POST", "/graphql", json=body, headers=headers) as response,
    ):
        lines = response.aiter_lines()
        await anext(lines)
        await sign_out(parts.database, parts.cache, operator)
        await asyncio.sleep(beat / 2)
        await site.set_stock("WIDE-00", 43)
        async with asyncio.timeout(beat * 0.9):
            rest = [line async for line in lines]

    assert "UNAUTHENTICATED" in "".join(rest)


async def test_a_stream_is_refused_to_a_page_of_another_site(site: Site, operator: SignedIn, variant: str) -> None:
    parameters = {"query": f'subscription {{ stockChanged(variants: ["{variant}"]) {{ eventId }} }}'}
    headers = {**operator.cookie, **EVIL, "accept": "text/event-stream"}
    async with httpx.AsyncClient(base_url=f"http://{site.address}") as client:
        response = await client.get("/graphql", params=parameters, headers=headers)

    assert response.status_code == 403

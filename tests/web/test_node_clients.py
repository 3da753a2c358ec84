"""Subscriptions as clients of other makers have them: graphql-ws and graphql-sse, from Node."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from core.settings import SubscriptionSettings
from tests.factories.authentication import sign_in, sign_out
from tests.factories.live import STOCK, Site, serving, variant_id
from tests.factories.web import persisted
from tests.fixtures.node import Node
from tests.fixtures.shop import Shop

SKU = "WIDE-00"
ORDERS = "subscription { viewerOrders { eventId } }"
SCRIPTS = ["websocket.mjs", "stream.mjs"]
BEATS = SubscriptionSettings(heartbeat_seconds=0.5)


@pytest.fixture(scope="module")
async def site(live_shop: Shop) -> AsyncIterator[Site]:
    async with serving(live_shop, live_shop.resources.live, settings=BEATS) as site:
        yield site


@pytest.fixture
async def variant(site: Site) -> str:
    return await variant_id(site.shop.resources.database, SKU)


def task(script: str, *sites: Site, query: str = STOCK, **more: Any) -> dict[str, Any]:  # any JSON
    scheme = "ws" if script == "websocket.mjs" else "http"
    return {"urls": [f"{scheme}://{site.address}/graphql" for site in sites], "query": query, **more}


def quantity(said: Any) -> int:  # any JSON
    found: int = said["next"]["data"]["stockChanged"]["availability"]["quantity"]
    return found


def codes(said: Any) -> list[str]:  # any JSON
    errors = said["error"]["errors"] if "error" in said else said["next"]["errors"]
    return [error["extensions"]["code"] for error in errors]


@pytest.mark.parametrize("script", SCRIPTS)
async def test_a_client_hears_of_changes_until_it_has_enough(node: Node, site: Site, variant: str, script: str) -> None:
    async with node.running(script, task(script, site, variables={"variants": [variant]})) as client:
        await client.hear("ready")
        heard = []
        for number in (41, 42, 43):
            await site.set_stock(SKU, number)
            heard.append(quantity(await client.hear("next")))
        await client.stop()
        ended = await client.hear("complete", "error")

    assert heard == [41, 42, 43]
    assert ended == {"complete": True}


@pytest.mark.parametrize("script", SCRIPTS)
async def test_a_client_that_was_cut_off_misses_nothing(node: Node, site: Site, variant: str, script: str) -> None:
    shop = site.shop
    async with serving(shop, shop.resources.live, settings=BEATS) as stopping:
        sites = task(script, stopping, site, variables={"variants": [variant]}, attempts=5)
        async with node.running(script, sites) as client:
            await client.hear("ready")
            await site.set_stock(SKU, 51)
            before = await client.hear("next")
            stopping.connections.stop()
            await site.set_stock(SKU, 52)
            missed = await client.hear("next", "error")
            await site.set_stock(SKU, 53)
            after = await client.hear("next", "error")

    assert [quantity(said) for said in (before, missed, after)] == [51, 52, 53]


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"query": STOCK, "variables": {"variants": ["nonsense"]}}, "BAD_ID"),
        ({"query": STOCK, "variables": {"variants": []}}, "BAD_INPUT"),
        ({"query": ORDERS}, "UNAUTHENTICATED"),
        ({"query": "subscription { nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_a_client_gets_the_codes_of_what_refuses_it(
    node: Node, site: Site, script: str, asked: dict[str, Any], code: str
) -> None:
    async with node.running(script, task(script, site, **asked)) as client:
        refused = await client.hear("error", "next")

    assert codes(refused) == [code]


@pytest.mark.parametrize("script", SCRIPTS)
async def test_a_client_gives_its_token(node: Node, site: Site, script: str) -> None:
    customer = await sign_in(site.shop.resources.database)

    given = task(script, site, query="{ viewer { email } }", **customer.bearer)

    async with node.running(script, given) as client:
        said = await client.hear("next", "error")

    assert said["next"]["data"]["viewer"]["email"]


async def test_a_bad_token_closes_a_socket_with_4403(node: Node, site: Site) -> None:
    given = task("websocket.mjs", site, query=ORDERS, authorization="Bearer nonsense")

    async with node.running("websocket.mjs", given) as client:
        closed = await client.hear("closed")
        error = await client.hear("error")

    assert closed == {"closed": 4403}
    assert error["error"]["code"] == 4403


async def test_a_bad_token_is_401_for_a_stream(node: Node, site: Site) -> None:
    given = task("stream.mjs", site, query=ORDERS, authorization="Bearer nonsense")

    async with node.running("stream.mjs", given) as client:
        error = await client.hear("error")

    assert error == {"error": {"status": 401}}


async def test_the_end_of_a_session_closes_its_socket_with_4403(node: Node, site: Site, variant: str) -> None:
    parts = site.shop.resources
    customer = await sign_in(parts.database)
    given = task("websocket.mjs", site, variables={"variants": [variant]}, **customer.bearer)

    async with node.running("websocket.mjs", given) as client:
        await client.hear("ready")
        await sign_out(parts.database, parts.cache, customer)
        closed = await client.hear("closed")

    assert closed == {"closed": 4403}


async def test_both_sides_of_a_socket_ping(node: Node, site: Site, variant: str) -> None:
    given = task("websocket.mjs", site, variables={"variants": [variant]}, keepAlive=100)

    async with node.running("websocket.mjs", given) as client:
        pong = await client.hear("pong")
        ping = await client.hear("ping")

    assert (pong, ping) == ({"pong": True}, {"ping": True})


@pytest.mark.parametrize("script", SCRIPTS)
async def test_a_client_is_told_that_a_document_is_not_known(node: Node, site: Site, script: str) -> None:
    given = task(script, site, query="", **persisted(STOCK))

    async with node.running(script, given) as client:
        refused = await client.hear("error", "next")

    assert codes(refused) == ["PERSISTED_QUERY_NOT_SUPPORTED"]


async def test_the_single_connection_mode_is_refused(node: Node, site: Site) -> None:
    given = task("stream.mjs", site, query=ORDERS, single=True)

    async with node.running("stream.mjs", given) as client:
        error = await client.hear("error")

    assert error == {"error": {"status": 405}}

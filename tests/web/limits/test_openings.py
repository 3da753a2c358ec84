"""Opening a subscription counts as an operation of its caller, by whatever way it comes."""

from collections.abc import AsyncIterator

import httpx
import pytest
from graphql.utilities import get_operation_ast

from core.limit_settings import LimitSettings
from ports.throttle import Meter
from schema.schema import build_schema
from tests.factories.authentication import sign_in
from tests.factories.live import STOCK, Site, acknowledged, hear, say, serving, subscribe, variant_id
from tests.factories.sse import STREAM, Listener
from tests.fixtures.shop import Shop
from web.limits.gate import Gate
from web.limits.rates import Rates

SCHEMA = build_schema()._schema
HERE = "address:127.0.0.1"


@pytest.fixture
async def site(live_shop: Shop, throttle: Meter) -> AsyncIterator[Site]:
    """What one subscription costs is all that an account may use in a minute."""
    limits = LimitSettings(points_per_minute=_cost(live_shop))
    gate = Gate(at_once=1, rates=Rates(SCHEMA, limits), throttle=throttle)
    async with serving(live_shop, live_shop.resources.live, gate=gate) as site:
        yield site


def _cost(shop: Shop) -> int:
    executor = shop.executor
    document = executor.prepare(STOCK).document
    assert document is not None
    operation = get_operation_ast(document)
    assert operation is not None
    return executor.costs.of(document, operation, {"variants": ["x"]}, {})


async def test_a_socket_that_subscribes_and_completes_again_and_again_is_limited(site: Site) -> None:
    variant = await variant_id(site.shop.resources.database, "WIDE-00")
    customer = await sign_in(site.shop.resources.database)
    async with acknowledged(site.address, customer.bearer) as opened:
        await subscribe(opened, [variant])
        await say(opened, {"id": "1", "type": "complete"})
        await subscribe(opened, [variant])
        refusal = await hear(opened)

    assert (refusal["id"], refusal["type"]) == ("1", "error")
    extensions = refusal["payload"][0]["extensions"]
    assert extensions["code"] == "RATE_LIMITED"
    assert extensions["retryAfterSeconds"] > 0


async def test_a_stream_that_is_opened_again_and_again_is_limited(site: Site) -> None:
    variant = await variant_id(site.shop.resources.database, "WIDE-00")
    customer = await sign_in(site.shop.resources.database)
    body, headers = {"query": STOCK, "variables": {"variants": [variant]}}, {**STREAM, **customer.bearer}
    async with httpx.AsyncClient(base_url=f"http://{site.address}", timeout=10) as client:
        async with client.stream("POST", "/graphql", json=body, headers=headers) as response:
            first = await Listener(response).block()
        async with client.stream("POST", "/graphql", json=body, headers=headers) as response:
            refusal = await Listener(response).event()

    assert first is not None
    assert first.data is None
    assert refusal is not None
    assert [error["extensions"]["code"] for error in refusal.data["errors"]] == ["RATE_LIMITED"]
    assert refusal.data["errors"][0]["extensions"]["retryAfterSeconds"] > 0


async def test_a_caller_who_runs_as_many_as_they_may_opens_none(site: Site) -> None:
    variant, gate = await variant_id(site.shop.resources.database, "WIDE-00"), site.serving.executor.gate
    async with acknowledged(site.address) as opened:
        gate.enter(HERE)
        await subscribe(opened, [variant])
        refusal = await hear(opened)
        gate.leave(HERE)

    assert refusal["payload"][0]["extensions"] == {
        "code": "TOO_MANY_OPERATIONS", "limit": 1, "asked": 2, "retryAfterSeconds": 1,
    }  # fmt: skip


async def test_what_is_open_counts_no_longer(site: Site) -> None:
    variant = await variant_id(site.shop.resources.database, "WIDE-00")
    async with acknowledged(site.address) as opened:
        await subscribe(opened, [variant])
        await say(opened, {"id": "2", "type": "subscribe", "payload": {"query": "{ __typename }"}})
        answer = await hear(opened)

    assert (answer["id"], answer["type"]) == ("2", "next")

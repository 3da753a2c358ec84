"""In development each answer says what it cost: with errors, and for each event of a subscription, too."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.factories.live import Site, acknowledged, hear, is_listening, serving, subscribe, variant_id
from tests.fixtures.shop import Shop

SKU = "WIDE-00"
WATCHED = "subscription($variants: [ID!]!) { stockChanged(variants: $variants) { variant { product { title } } } }"


@pytest.fixture(scope="module")
async def site(live_shop: Shop) -> AsyncIterator[Site]:
    async with serving(live_shop, live_shop.resources.live) as site:
        # As in development.
        site.serving.executor.profile = True
        yield site


async def test_answers_with_errors_say_what_they_cost(site: Site) -> None:
    async with httpx.AsyncClient() as client:
        body = {"query": '{ search(query: "tent", after: "none") { totalCount } product(slug: "none") { title } }'}
        answer = (await client.post(f"http://{site.address}/graphql", json=body)).json()

    assert answer["errors"]
    assert answer["extensions"]["profile"]["roundTrips"] >= 0
    assert "batches" in answer["extensions"]["profile"]


async def test_events_say_what_their_answers_cost(site: Site) -> None:
    variant = await variant_id(site.shop.resources.database, SKU)
    async with acknowledged(site.address) as opened:
        await subscribe(opened, [variant], query=WATCHED)
        await is_listening(opened)

        await site.set_stock(SKU, 43)
        event = await hear(opened)

    cost = event["payload"]["extensions"]["profile"]
    assert cost["roundTrips"] == cost["sql"] + cost["cache"] + cost["search"]
    assert cost["batches"]

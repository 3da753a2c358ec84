"""graphql-transport-ws, message by message and close code by close code."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from core.settings import SubscriptionSettings
from services.live import EventId
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
    token,
    variant_id,
    websocket,
)
from tests.fixtures.shop import Shop

SKU = "WIDE-00"


@pytest.fixture(scope="module")
async def site(live_shop: Shop) -> AsyncIterator[Site]:
    settings = SubscriptionSettings(most_per_connection=3)
    async with serving(live_shop, live_shop.resources.live, settings=settings, init_seconds=0.5) as site:
        yield site


@pytest.fixture
async def variant(site: Site) -> str:
    return await variant_id(site.shop.resources.database, SKU)


async def test_a_change_of_stock_arrives(site: Site, variant: str) -> None:
    async with acknowledged(site.address) as opened:
        await subscribe(opened, [variant])
        await is_listening(opened)

        await site.set_stock(SKU, 41)
        event = await hear(opened)

    assert (event["id"], event["type"]) == ("1", "next")
    assert event["payload"]["data"]["stockChanged"]["availability"] == {"quantity": 41}


async def test_an_event_shows_what_it_does_not_carry(site: Site, variant: str) -> None:
    query = (
        "subscription($variants: [ID!]!) { stockChanged(variants: $variants) { variant { sku product { title } } } }"
    )
    async with acknowledged(site.address) as opened:
        await subscribe(opened, [variant], query=query)
        await is_listening(opened)

        await site.set_stock(SKU, 42)
        event = await hear(opened)

    assert event["payload"]["data"]["stockChanged"]["variant"]["sku"] == SKU


async def test_queries_and_mutations_run_beside_subscriptions(site: Site, variant: str) -> None:
    mutation = 'mutation { saveSynonymSet(input: {terms: ["a", "b"]}) { userErrors { code } } }'
    async with acknowledged(site.address, {"Authorization": f"Bearer {token(seconds=60)}"}) as opened:
        await subscribe(opened, [variant])
        await say(opened, {"id": "2", "type": "subscribe", "payload": {"query": "{ __typename }"}})
        query = [await hear(opened), await hear(opened)]
        await say(opened, {"id": "2", "type": "subscribe", "payload": {"query": mutation}})
        changed = [await hear(opened), await hear(opened)]

    assert query == [
        {"id": "2", "type": "next", "payload": {"data": {"__typename": "Query"}}},
        {"id": "2", "type": "complete"},
    ]
    assert changed[0]["payload"] == {"data": {"saveSynonymSet": {"userErrors": []}}}
    assert changed[1] == {"id": "2", "type": "complete"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ('subscription { stockChanged(variants: ["x"]) { eventId } }', "BAD_ID"),
        ("subscription { stockChanged(variants: []) { eventId } }", "BAD_INPUT"),
        (
            f"subscription {{ stockChanged(variants: {orjson.dumps(['x'] * 101).decode()}) {{ eventId }} }}",
            "LIST_TOO_LONG",
        ),
        ("subscription A { stockChanged(variants: []) { eventId } } query B { __typename }", "BAD_REQUEST"),
    ],
)
async def test_what_is_refused_is_an_error_of_its_operation(site: Site, query: str, code: str) -> None:
    async with acknowledged(site.address) as opened:
        await say(opened, {"id": "1", "type": "subscribe", "payload": {"query": query}})
        refusal = await hear(opened)
        await say(opened, {"id": "1", "type": "subscribe", "payload": {"query": "{ __typename }"}})
        after = await hear(opened)

    assert (refusal["id"], refusal["type"]) == ("1", "error")
    assert refusal["payload"][0]["extensions"]["code"] == code
    assert after["type"] == "next"


@pytest.mark.parametrize(
    ("after", "code"),
    [
        ("nonsense", "BAD_ID"),
        ("", "BAD_ID"),
        (EventId.of(2**40, datetime.now(UTC)).encode(), "BAD_ID"),
        (EventId.of(1, datetime.now(UTC) - timedelta(days=8)).encode(), "EVENT_ID_EXPIRED"),
    ],
    ids=["nonsense", "empty", "never given", "old"],
)
async def test_refuses_ids_of_events_that_it_never_gave_or_no_longer_keeps(
    site: Site, variant: str, after: str, code: str
) -> None:
    async with acknowledged(site.address) as opened:
        await subscribe(opened, [variant], after=after)
        refusal = await hear(opened)

    assert refusal["payload"][0]["extensions"]["code"] == code


async def test_a_completed_operation_is_heard_of_no_more(site: Site, variant: str) -> None:
    async with acknowledged(site.address) as opened:
        await subscribe(opened, [variant])
        await say(opened, {"id": "1", "type": "complete"})
        await is_listening(opened)
        await site.set_stock(SKU, 43)
        await subscribe(opened, [variant])
        await is_listening(opened)

        await site.set_stock(SKU, 44)
        event = await hear(opened)

    assert event["payload"]["data"]["stockChanged"]["availability"] == {"quantity": 44}


async def test_more_operations_than_allowed_are_refused_one_by_one(site: Site, variant: str) -> None:
    async with acknowledged(site.address) as opened:
        for number in range(4):
            await subscribe(opened, [variant], id=str(number))
        refusal = await hear(opened)

    assert (refusal["id"], refusal["type"]) == ("3", "error")
    assert refusal["payload"][0]["extensions"] == {"code": "TOO_MANY_OPERATIONS", "limit": 3, "asked": 4}


async def test_answers_pings_before_and_after_the_acknowledgement(site: Site) -> None:
    async with websocket(site.address) as opened:
        await say(opened, {"type": "ping"})
        before = await hear(opened)
        await say(opened, {"type": "connection_init"})
        await say(opened, {"type": "ping", "payload": {"a": 1}})

        answers = [await hear(opened), await hear(opened)]

    assert before == {"type": "pong"}
    assert answers == [{"type": "connection_ack"}, {"type": "pong", "payload": {"a": 1}}]


@pytest.mark.parametrize(
    "message",
    [
        "{",
        "[]",
        "1",
        '{"type": 1}',
        '{"type": "unheard-of"}',
        '{"type": "subscribe", "payload": {"query": "{ __typename }"}}',
        '{"type": "subscribe", "id": "", "payload": {"query": "{ __typename }"}}',
        '{"type": "subscribe", "id": 1, "payload": {"query": "{ __typename }"}}',
        '{"type": "subscribe", "id": "1"}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 1}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{a}", "variables": []}}',
        '{"type": "complete"}',
        '{"type": "subscribe", "id": "%s", "payload": {"query": "{ __typename }"}}' % ("x" * 201),
        '{"type": "ping", "payload": []}',
        b"\xff\x00",
    ],
)
async def test_closes_4400_on_what_is_no_message(site: Site, message: Any) -> None:
    async with acknowledged(site.address) as opened:
        await opened.send(message)

        assert await closed_with(opened) == 4400


async def test_closes_4401_on_an_operation_before_the_acknowledgement(site: Site) -> None:
    async with websocket(site.address) as opened:
        await say(opened, {"id": "1", "type": "subscribe", "payload": {"query": "{ __typename }"}})

        assert await closed_with(opened) == 4401


@pytest.mark.parametrize("authorization", ["Bearer nonsense", "Basic abc", "", 5])
async def test_closes_4403_on_a_bad_token(site: Site, authorization: Any) -> None:
    async with websocket(site.address) as opened:
        await say(opened, {"type": "connection_init", "payload": {"authorization": authorization}})

        assert await closed_with(opened) == 4403


async def test_closes_4406_without_the_subprotocol(site: Site) -> None:
    async with websocket(site.address, subprotocol="graphql-ws") as opened:
        assert await closed_with(opened) == 4406


async def test_closes_4408_without_an_initialisation(site: Site) -> None:
    async with websocket(site.address) as opened:
        assert await closed_with(opened) == 4408


async def test_closes_4409_on_an_id_in_use(site: Site, variant: str) -> None:
    async with acknowledged(site.address) as opened:
        await subscribe(opened, [variant])
        await subscribe(opened, [variant])

        assert await closed_with(opened) == 4409


async def test_an_id_may_have_200_signs_of_any_kind(site: Site, variant: str) -> None:
    sign = "\N{PACKAGE}" * 200
    async with acknowledged(site.address) as opened:
        await subscribe(opened, [variant], id=sign)
        await is_listening(opened)
        await site.set_stock(SKU, 43)
        event = await hear(opened)
        await subscribe(opened, [variant], id=sign)

        assert event["id"] == sign
        assert await closed_with(opened) == 4409


async def test_closes_4429_on_a_second_initialisation(site: Site) -> None:
    async with acknowledged(site.address) as opened:
        await say(opened, {"type": "connection_init"})

        assert await closed_with(opened) == 4429


async def test_closes_1009_on_a_message_that_is_too_big(site: Site) -> None:
    async with acknowledged(site.address) as opened:
        await subscribe(opened, ["x" * 20_000], query=STOCK)

        assert await closed_with(opened) == 1009


async def test_drafts_do_not_exist_for_shoppers(site: Site) -> None:
    database = site.shop.resources.database
    async with database.unit() as unit:
        # One that no other test of this file has looked at, since the cache does not hear of this change.
        some = "SELECT sku, product_id FROM variant WHERE sku LIKE 'T-%' ORDER BY sku DESC LIMIT 1"
        sku, product_id = (await unit.session.execute(sa.text(some))).one()
        statement = sa.text("UPDATE product SET status = 'draft' WHERE id = :id")
        await unit.session.execute(statement, {"id": product_id})
    hidden = await variant_id(database, sku)
    async with acknowledged(site.address) as shopper:
        await subscribe(shopper, [hidden])
        refusal = await hear(shopper)
    async with acknowledged(site.address, {"authorization": f"Bearer {token(seconds=60)}"}) as operator:
        await subscribe(operator, [hidden])
        await is_listening(operator)

    assert refusal["payload"][0]["extensions"]["code"] == "NOT_FOUND"

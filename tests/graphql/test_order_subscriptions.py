"""Orders as subscribers hear of them: everything that happens, once and in order, over both transports."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from websockets.asyncio.client import ClientConnection

from core.ids import encode_global_id, new_id
from core.settings import SubscriptionSettings
from models.orders import OrderStatus
from services.accounts.tokens import Role, issue_token
from services.orders import OrderRecord
from tests.factories.accounts import save_session
from tests.factories.authentication import SECRET
from tests.factories.live import Site, acknowledged, hear, is_listening, say, serving, tell, token
from tests.factories.orders import find_goods, move, save_order, save_placed, ship
from tests.factories.sse import STREAM, Heard, Listener
from tests.fixtures.shop import Shop
from tests.graphql.orders import global_id, new_account

SHOWN = "{ eventId cause before status version order { number status } }"
ONE = f"""
subscription($order: ID!, $key: String, $after: ID) {{
  orderUpdated(order: $order, accessKey: $key, after: $after) {SHOWN}
}}
"""
MINE = f"subscription($after: ID) {{ viewerOrders(after: $after) {SHOWN} }}"
Seen = tuple[str, str, str, int]


@pytest.fixture(scope="module")
async def site(live_shop: Shop) -> AsyncIterator[Site]:
    async with serving(live_shop, live_shop.resources.live, settings=SubscriptionSettings()) as site:
        yield site


@pytest.fixture
async def account(site: Site) -> UUID:
    return await new_account(site.shop)


async def unpaid(site: Site, **changes: Any) -> OrderRecord:  # as `save_order` takes them
    """An order that was made some time ago: all have been told of it."""
    database = site.shop.resources.database
    made = await save_order(database, await find_goods(database), **changes)
    await tell_all(site)
    return made


async def pay(site: Site, order: OrderRecord) -> None:
    await move(site.shop.resources.database, order.id, OrderStatus.PLACED, cause="payment.succeeded")


async def cancel(site: Site, order: OrderRecord) -> None:
    await move(site.shop.resources.database, order.id, OrderStatus.CANCELLED, cause="shopper.cancelled")


async def tell_all(site: Site) -> None:
    await tell(site.shop.resources.database, site.feed)


async def customer(site: Site, account: UUID) -> dict[str, str]:
    """The payload of `connection_init` of who has signed in to this account."""
    session = (await save_session(site.shop.resources.database, account)).session
    found = issue_token(
        secret=SECRET,
        role=Role.CUSTOMER,
        subject=str(account),
        lifetime=timedelta(minutes=5),
        now=datetime.now(UTC),
        session_id=session.id,
    )
    return {"authorization": f"Bearer {found}"}


async def subscribe(opened: ClientConnection, query: str, **variables: str | None) -> None:
    await say(opened, {"id": "1", "type": "subscribe", "payload": {"query": query, "variables": variables}})


async def events(opened: ClientConnection, field: str, count: int) -> list[Mapping[str, Any]]:  # any JSON
    heard = [await hear(opened) for _ in range(count)]
    assert [message["type"] for message in heard] == ["next"] * count, heard
    assert all("errors" not in message["payload"] for message in heard), heard
    return [message["payload"]["data"][field] for message in heard]


def seen(event: Mapping[str, Any]) -> Seen:  # any JSON
    return event["cause"], event["before"], event["status"], event["version"]


async def test_each_thing_that_happens_to_an_order_arrives(site: Site, account: UUID) -> None:
    made = await unpaid(site, account_id=account)
    async with acknowledged(site.address, await customer(site, account)) as opened:
        await subscribe(opened, ONE, order=global_id(made))
        await is_listening(opened)

        await pay(site, made)
        await cancel(site, made)
        await tell_all(site)
        first, second = await events(opened, "orderUpdated", 2)

    assert seen(first) == ("payment.succeeded", "CREATED", "PLACED", 2)
    assert seen(second) == ("shopper.cancelled", "PLACED", "CANCELLED", 3)
    assert second["order"] == {"number": made.number, "status": "CANCELLED"}


async def test_nothing_is_lost_or_doubled_behind_an_event(site: Site, account: UUID) -> None:
    made = await unpaid(site, account_id=account)
    caller = await customer(site, account)
    async with acknowledged(site.address, caller) as opened:
        await subscribe(opened, ONE, order=global_id(made))
        await is_listening(opened)
        await pay(site, made)
        await tell_all(site)
        (last,) = await events(opened, "orderUpdated", 1)
    await move(site.shop.resources.database, made.id, OrderStatus.CANCELLED)
    await move(site.shop.resources.database, made.id, OrderStatus.REFUNDED)
    await tell_all(site)

    async with acknowledged(site.address, caller) as opened:
        await subscribe(opened, ONE, order=global_id(made), after=last["eventId"])
        missed = await events(opened, "orderUpdated", 2)

    assert [one["status"] for one in missed] == ["CANCELLED", "REFUNDED"]
    assert [one["version"] for one in missed] == [3, 4]


async def test_a_guest_hears_of_an_order_by_its_key(site: Site) -> None:
    made = await unpaid(site)
    async with acknowledged(site.address) as opened:
        await subscribe(opened, ONE, order=global_id(made), key=made.access_key)
        await is_listening(opened)

        await pay(site, made)
        await tell_all(site)
        (event,) = await events(opened, "orderUpdated", 1)

    assert event["order"] == {"number": made.number, "status": "PLACED"}


async def test_operators_hear_of_any_order(site: Site, account: UUID) -> None:
    made = await unpaid(site, account_id=account)
    async with acknowledged(site.address, {"authorization": f"Bearer {token(seconds=60)}"}) as opened:
        await subscribe(opened, ONE, order=global_id(made))
        await is_listening(opened)

        await pay(site, made)
        await tell_all(site)
        (event,) = await events(opened, "orderUpdated", 1)

    assert event["status"] == "PLACED"


@pytest.mark.parametrize("key", [None, "", "x" * 22])
async def test_strangers_hear_of_none(site: Site, account: UUID, key: str | None) -> None:
    made = await unpaid(site, account_id=await new_account(site.shop))
    async with acknowledged(site.address, await customer(site, account)) as opened:
        await subscribe(opened, ONE, order=global_id(made), key=key)
        refused = await hear(opened)
        await subscribe(opened, ONE, order=encode_global_id("Order", new_id()), key=key)
        unknown = await hear(opened)

    assert refused["type"] == "error"
    assert [error["extensions"]["code"] for error in refused["payload"]] == ["NOT_FOUND"]
    assert refused["payload"][0]["message"] == unknown["payload"][0]["message"]


async def test_an_account_hears_of_all_its_orders_and_of_no_others(site: Site, account: UUID) -> None:
    before = await unpaid(site, account_id=account)
    async with acknowledged(site.address, await customer(site, account)) as opened:
        await subscribe(opened, MINE)
        await is_listening(opened)

        await pay(site, await unpaid(site, account_id=uuid4()))
        await pay(site, before)
        later = await unpaid(site, account_id=account)
        await tell_all(site)
        heard = await events(opened, "viewerOrders", 2)

    assert [(one["order"]["number"], one["cause"]) for one in heard] == [
        (before.number, "payment.succeeded"),
        (later.number, "checkout.completed"),
    ]


async def test_an_account_resumes_behind_an_event_of_any_order(site: Site, account: UUID) -> None:
    database = site.shop.resources.database
    caller = await customer(site, account)
    async with acknowledged(site.address, caller) as opened:
        await subscribe(opened, MINE)
        await is_listening(opened)
        await unpaid(site, account_id=account)
        await tell_all(site)
        (last,) = await events(opened, "viewerOrders", 1)
    goods = await find_goods(database)
    await save_placed(database, goods, account_id=uuid4())
    made = await save_placed(database, goods, account_id=account)
    await ship(database, made.id)
    await tell_all(site)

    async with acknowledged(site.address, caller) as opened:
        await subscribe(opened, MINE, after=last["eventId"])
        missed = await events(opened, "viewerOrders", 6)

    assert [one["status"] for one in missed] == [
        "CREATED",
        "PLACED",
        "PROCESSING",
        "SHIPPED",
        "OUT_FOR_DELIVERY",
        "DELIVERED",
    ]


async def test_who_has_not_signed_in_has_no_orders_to_hear_of(site: Site) -> None:
    async with acknowledged(site.address) as opened:
        await subscribe(opened, MINE)
        refused = await hear(opened)

    assert [error["extensions"]["code"] for error in refused["payload"]] == ["UNAUTHENTICATED"]


@asynccontextmanager
async def streaming(
    site: Site, order: OrderRecord, caller: Mapping[str, str], *, last: str | None = None
) -> AsyncIterator[Listener]:
    body = {"query": ONE, "variables": {"order": global_id(order)}}
    headers = {**STREAM, **caller, **({} if last is None else {"last-event-id": last})}
    async with (
        httpx.AsyncClient(base_url=f"http://{site.address}", timeout=10) as client,
        client.stream("POST", "/graphql", json=body, headers=headers) as response,
    ):
        yield Listener(response)


def status_in(heard: Heard | None) -> str:
    assert heard is not None
    return str(heard.data["data"]["orderUpdated"]["status"])


async def test_events_come_as_server_sent_events_and_are_resumed(site: Site, account: UUID) -> None:
    made = await unpaid(site, account_id=account)
    caller = await customer(site, account)
    async with streaming(site, made, caller) as stream:
        await stream.block()
        await pay(site, made)
        await tell_all(site)
        heard = await stream.event()
    assert heard is not None
    assert status_in(heard) == "PLACED"
    await cancel(site, made)
    await tell_all(site)

    async with streaming(site, made, caller, last=heard.id) as stream:
        missed = await stream.event()

    assert status_in(missed) == "CANCELLED"


async def test_a_stranger_gets_an_error_as_the_only_event(site: Site, account: UUID) -> None:
    made = await unpaid(site, account_id=account)

    async with streaming(site, made, {}) as stream:
        heard = await stream.event()

    assert heard is not None
    assert [error["extensions"]["code"] for error in heard.data["errors"]] == ["NOT_FOUND"]

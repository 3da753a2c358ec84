"""An order is followed by real processes: a guest hears of each step until it is delivered, whatever is killed."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import WebSocketException

from core.ids import encode_global_id
from services.orders import OrderRecord
from services.unit_of_work import Database
from tests.factories.live import acknowledged, hear, say
from tests.factories.orders import broken_histories, find_goods, save_placed
from tests.factories.sse import STREAM, Listener
from tests.factories.worker import save_shop
from tests.fixtures.broker import PrivateValkey, free_port
from tests.fixtures.site import Process, Site, environment_on

FOLLOW = """
subscription($order: ID!, $key: String, $after: ID) {
  orderUpdated(order: $order, accessKey: $key, after: $after) { eventId status version }
}
"""
DELIVERED = ["PROCESSING", "SHIPPED", "OUT_FOR_DELIVERY", "DELIVERED"]
Event = Mapping[str, Any]  # any JSON


@pytest.fixture
async def site(database: Database, database_url: str, private_valkey: PrivateValkey, tmp_path: Path) -> Site:
    await save_shop(database, products=2)
    environment = environment_on(database_url, private_valkey.url, tmp_path)
    playing = {"EMPORIUM_DEMO__PLAY_ORDERS": "true", "EMPORIUM_DEMO__STEP_SECONDS": "1"}
    return Site(database, {**environment, **playing}, tmp_path, [])


class Guest:
    """Follows one order by its key, over a socket or as a stream, and comes back behind the last event it got."""

    def __init__(self, order: OrderRecord, addresses: list[str]) -> None:
        self.variables = {"order": encode_global_id("Order", order.id), "key": order.access_key}
        self.addresses = addresses
        self.events: list[Event] = []
        self.breaks = 0
        self.began = asyncio.Event()

    async def follow(self, *, over_socket: bool) -> None:
        while not self.events or self.events[-1]["status"] != "DELIVERED":
            address = self.addresses[self.breaks % len(self.addresses)]
            with suppress(OSError, WebSocketException, httpx.HTTPError):
                await (self._socket(address) if over_socket else self._stream(address))
            self.breaks += 1
            await asyncio.sleep(0.05)

    async def _socket(self, address: str) -> None:
        async with acknowledged(address) as opened:
            payload = {"query": FOLLOW, "variables": {**self.variables, "after": self._last}}
            await say(opened, {"id": "1", "type": "subscribe", "payload": payload})
            while self._takes((await hear(opened, seconds=60))["payload"]):
                pass

    async def _stream(self, address: str) -> None:
        headers = STREAM if self._last is None else {**STREAM, "last-event-id": self._last}
        body = {"query": FOLLOW, "variables": self.variables}
        async with (
            httpx.AsyncClient(base_url=f"http://{address}", timeout=60) as client,
            client.stream("POST", "/graphql", json=body, headers=headers) as response,
        ):
            listener = Listener(response, seconds=60)
            while (heard := await listener.event()) is not None and self._takes(heard.data):
                pass

    @property
    def _last(self) -> str | None:
        return self.events[-1]["eventId"] if self.events else None

    def _takes(self, answer: Event) -> bool:
        """Whether more is to come."""
        self.events.append(answer["data"]["orderUpdated"])
        self.began.set()
        return bool(self.events[-1]["status"] != "DELIVERED")


async def test_a_guest_follows_an_order_to_the_door(site: Site) -> None:
    ports = [free_port(), free_port()]
    webs = list(await asyncio.gather(*(site.web(port) for port in ports)))
    addresses = [f"127.0.0.1:{port}" for port in ports]
    order = await save_placed(site.database, await find_goods(site.database))
    guests = Guest(order, addresses), Guest(order, addresses[::-1])
    worker = Process(site.environment, site.folder / "worker.log", "worker")
    try:
        async with asyncio.timeout(90), asyncio.TaskGroup() as tasks:
            tasks.create_task(guests[0].follow(over_socket=True))
            tasks.create_task(guests[1].follow(over_socket=False))
            await asyncio.gather(*(guest.began.wait() for guest in guests))
            worker.kill()
            webs.pop(0).kill()
            worker = Process(site.environment, site.folder / "worker.log", "worker")
    finally:
        for process in (worker, *webs):
            process.kill()

    for guest in guests:
        moves = [(event["version"], event["status"]) for event in guest.events]
        assert moves[-4:] == list(zip(range(3, 7), DELIVERED, strict=True))
        # What had not been told before they came is heard, too.
        assert [version for version, _ in moves] == list(range(moves[0][0], 7))
        assert len({event["eventId"] for event in guest.events}) == len(guest.events)
    assert guests[0].breaks + guests[1].breaks > 2
    assert await broken_histories(site.database) == []

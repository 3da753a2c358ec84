"""Subscribers of real web processes, while processes and Redis are killed under them, and while they are stopped."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import sqlalchemy as sa
from redis.asyncio import Redis
from websockets.exceptions import ConnectionClosed, WebSocketException

from services.unit_of_work import Database
from tests.architecture.source import ROOT
from tests.factories.live import STOCK, acknowledged, change_stock, hear, is_listening, subscribe, variant_id
from tests.factories.worker import save_shop
from tests.fixtures.broker import PrivateValkey

SKUS = 4
LAST = 400


class Process:
    """A command of ours as a process of its own, in a process group of its own."""

    def __init__(self, environment: Mapping[str, str], log: Path, *arguments: str) -> None:
        command = [sys.executable, "-c", f"from cli.main import app; app({list(arguments)!r})"]
        with log.open("ab") as output:
            self.popen = subprocess.Popen(
                command, env=dict(environment), stdout=output, stderr=output, start_new_session=True
            )

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()


class Site(NamedTuple):
    """A store with products, and the environment of processes on it."""

    database: Database
    environment: Mapping[str, str]
    folder: Path
    skus: list[str]

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[Process]:
        worker = Process(self.environment, self.folder / "worker.log", "worker")
        try:
            yield worker
        finally:
            worker.kill()

    async def web(self, port: int, *, workers: int = 1) -> Process:
        """A web server that answers on the port."""
        log = self.folder / f"web-{port}.log"
        web = Process(self.environment, log, "serve", "--port", str(port), "--workers", str(workers))
        try:
            async with asyncio.timeout(60), httpx.AsyncClient() as client:
                while True:
                    assert web.popen.poll() is None, log.read_text()
                    with suppress(httpx.HTTPError):
                        if (await client.get(f"http://127.0.0.1:{port}/health")).status_code == 200:
                            return web
                    await asyncio.sleep(0.05)
        except BaseException:
            web.kill()
            raise


@pytest.fixture
async def site(database: Database, database_url: str, private_valkey: PrivateValkey, tmp_path: Path) -> Site:
    await save_shop(database, products=SKUS)
    async with database.read() as session:
        skus = [str(sku) for sku in await session.scalars(sa.text("SELECT sku FROM variant ORDER BY sku"))]
    own = {key: value for key, value in os.environ.items() if not key.startswith("EMPORIUM_")}
    environment = own | {
        "DATABASE_URL": database_url,
        "REDIS_URL": private_valkey.url,
        "EMPORIUM_DATA_DIR": str(tmp_path / "data"),
        "EMPORIUM_DATABASE__POOL_SIZE": "4",
        "PYTHONPATH": str(ROOT),
    }
    return Site(database, environment, tmp_path, skus)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Follower:
    """A subscriber that always comes back, to one address after the other, behind the last event that it got."""

    def __init__(self, addresses: list[str], variants: list[str]) -> None:
        self.addresses = addresses
        self.variants = variants
        self.events: list[tuple[str, str, int]] = []
        self.breaks = 0
        self.began = asyncio.Event()

    async def follow(self) -> None:
        query = STOCK.replace("eventId", "eventId variant { id }")
        while True:
            address = self.addresses[self.breaks % len(self.addresses)]
            try:
                async with acknowledged(address) as opened:
                    await subscribe(opened, self.variants, after=self.after, query=query)
                    while True:
                        self._take(await hear(opened, seconds=60))
            except (OSError, WebSocketException):
                self.breaks += 1
                await asyncio.sleep(0.1)

    @property
    def after(self) -> str | None:
        return self.events[-1][0] if self.events else None

    def _take(self, message: Any) -> None:
        assert message["type"] == "next", message
        event = message["payload"]["data"]["stockChanged"]
        self.events.append((event["eventId"], event["variant"]["id"], event["availability"]["quantity"]))
        self.began.set()

    def of(self, variant: str) -> list[int]:
        return [quantity for _, found, quantity in self.events if found == variant]


async def test_nothing_is_lost_or_doubled_whatever_is_killed(site: Site, private_valkey: PrivateValkey) -> None:
    ports = [free_port(), free_port()]
    webs = list(await asyncio.gather(*(site.web(port) for port in ports)))
    variants = [await variant_id(site.database, sku) for sku in site.skus]
    follower = Follower([f"127.0.0.1:{port}" for port in ports], variants)
    following = asyncio.create_task(follower.follow())
    wrecked = asyncio.Event()

    async def change() -> int:
        quantity = 100
        while quantity < LAST or not wrecked.is_set():
            quantity += 1
            await change_stock(site.database, site.skus[quantity % SKUS], quantity)
            await asyncio.sleep(0.02)
        for sku in site.skus:
            await change_stock(site.database, sku, quantity + 1)
        return quantity + 1

    try:
        async with site.worker() as worker:
            changing = asyncio.create_task(change())
            await asyncio.wait_for(follower.began.wait(), 60)
            webs[0].kill()
            await grown(follower)
            worker.kill()
        async with site.worker():
            await grown(follower)
            await asyncio.to_thread(private_valkey.kill)
            await grown(follower)
            await asyncio.to_thread(private_valkey.start)
            client = Redis.from_url(private_valkey.url)
            await client.flushall()
            await client.aclose()
            webs[0] = await site.web(ports[0])
            await grown(follower)
            webs[1].popen.send_signal(signal.SIGTERM)
            await grown(follower)
            wrecked.set()
            last = await changing
            async with asyncio.timeout(30):
                while any(follower.of(variant)[-1:] != [last] for variant in variants):
                    assert not following.done()
                    await asyncio.sleep(0.05)
    finally:
        following.cancel()
        for web in webs:
            web.kill()
        await asyncio.gather(following, return_exceptions=True)

    ids = [event_id for event_id, _, _ in follower.events]
    assert follower.breaks >= 2
    assert len(ids) == len(set(ids))
    for variant in variants:
        quantities = follower.of(variant)
        assert quantities == sorted(quantities)


async def grown(follower: Follower) -> None:
    """Return when the follower has got more events."""
    before = len(follower.events)
    async with asyncio.timeout(60):
        while len(follower.events) < before + 5:  # noqa: ASYNC110 - the follower tells nobody
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("workers", [1, 2])
async def test_a_stopping_server_sends_its_subscribers_elsewhere_and_ends_in_time(site: Site, workers: int) -> None:
    port = free_port()
    web = await site.web(port, workers=workers)
    variant = await variant_id(site.database, site.skus[0])
    body = {"query": STOCK, "variables": {"variants": [variant]}}
    try:
        async with (
            acknowledged(f"127.0.0.1:{port}") as opened,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client,
            client.stream("POST", "/graphql", json=body, headers={"accept": "text/event-stream"}) as response,
        ):
            await subscribe(opened, [variant])
            await is_listening(opened)
            lines = response.aiter_lines()
            started = [await anext(lines), await anext(lines)]

            web.popen.send_signal(signal.SIGTERM)
            rest = [line async for line in lines]
            with pytest.raises(ConnectionClosed):
                await hear(opened)
            code = await asyncio.to_thread(web.popen.wait, 8)
    finally:
        web.kill()

    assert started[1].startswith("id: ")
    assert "event: complete" not in rest
    assert opened.close_code == 1012
    assert code == 0


async def test_a_subscriber_of_either_server_hears_of_a_change(site: Site) -> None:
    ports = [free_port(), free_port()]
    webs = await asyncio.gather(*(site.web(port) for port in ports))
    variant = await variant_id(site.database, site.skus[0])
    try:
        async with (
            site.worker(),
            acknowledged(f"127.0.0.1:{ports[0]}") as one,
            acknowledged(f"127.0.0.1:{ports[1]}") as other,
        ):
            for opened in (one, other):
                await subscribe(opened, [variant])
                await is_listening(opened)
            await change_stock(site.database, site.skus[0], 77)

            events = [await hear(opened, seconds=60) for opened in (one, other)]
    finally:
        for web in webs:
            web.kill()

    assert [one["payload"]["data"]["stockChanged"]["availability"]["quantity"] for one in events] == [77, 77]

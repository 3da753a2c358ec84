"""A new release, one web process after the other, under clients and a subscriber that go on behind a load balancer."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.factories.live import acknowledged, change_stock, hear, is_listening, subscribe, variant_id
from tests.faults.proxy import Proxy, Streams
from tests.fixtures.broker import free_port
from tests.fixtures.site import SKUS, Follower, Site

CLIENTS = 3
DRAIN_SECONDS = 2.0
QUERY = {"query": "{ products(first: 2) { edges { node { title } } } }"}
_LOOK_SECONDS = 0.1


class Balancer:
    """What a load balancer does: asks each process now and then whether it is ready, and shares new connections out
    among those that were when it asked last."""

    def __init__(self, ports: list[int]) -> None:
        self.ports = ports
        self.ready: list[int] = []
        self._turn = 0

    async def connect(self) -> Streams:
        self._turn += 1
        if not self.ready:
            raise ConnectionRefusedError
        return await asyncio.open_connection("127.0.0.1", self.ready[self._turn % len(self.ready)])

    async def watch(self) -> None:
        async with httpx.AsyncClient(timeout=5) as client:
            while True:
                self.ready = [port for port in self.ports if await _is_ready(client, port)]
                await asyncio.sleep(_LOOK_SECONDS)

    async def until(self, ready: set[int]) -> None:
        async with asyncio.timeout(60):
            while set(self.ready) != ready:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(_LOOK_SECONDS / 2)


async def _is_ready(client: httpx.AsyncClient, port: int) -> bool:
    try:
        return (await client.get(f"http://127.0.0.1:{port}/ready", headers={"connection": "close"})).status_code == 200
    except httpx.HTTPError:
        return False


@asynccontextmanager
async def balancing(ports: list[int]) -> AsyncIterator[tuple[Balancer, str]]:
    """A balancer before these ports, and its own address."""
    balancer = Balancer(ports)
    proxy = Proxy("balancer", balancer.connect)
    await proxy.start()
    watching = asyncio.create_task(balancer.watch())
    try:
        await balancer.until(set(ports))
        yield balancer, f"127.0.0.1:{proxy.port}"
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await proxy.close()


@pytest.fixture
def draining_site(site: Site) -> Site:
    return site._replace(environment={**site.environment, "EMPORIUM_WEB__DRAIN_SECONDS": str(DRAIN_SECONDS)})


async def test_a_rolling_restart_loses_no_request_and_no_event(draining_site: Site) -> None:
    site, ports = draining_site, [free_port(), free_port()]
    webs = dict(zip(ports, await asyncio.gather(*(site.web(port) for port in ports)), strict=True))
    variants = [await variant_id(site.database, sku) for sku in site.skus]
    restarted = asyncio.Event()
    answers: list[str] = []
    codes: list[int] = []
    changed = [100]

    async def ask(address: str) -> None:
        async with httpx.AsyncClient(base_url=f"http://{address}", timeout=20) as client:
            while not restarted.is_set():
                try:
                    response = await client.post("/graphql", json=QUERY)
                    answers.append("errors" if "errors" in response.json() else str(response.status_code))
                except httpx.HTTPError as error:
                    answers.append(repr(error))
                await asyncio.sleep(0.1)

    async def change() -> None:
        # Changes that follow each other closely may arrive as one event, so each waits for the one before.
        while not restarted.is_set():
            changed.append(changed[-1] + 1)
            await change_stock(site.database, site.skus[changed[-1] % SKUS], changed[-1])
            async with asyncio.timeout(30):
                while _heard(follower)[-1] != changed[-1]:  # noqa: ASYNC110 - the follower tells nobody
                    await asyncio.sleep(0.01)

    try:
        async with site.worker(), balancing(ports) as (balancer, address):
            follower = Follower([address], variants)
            following = asyncio.create_task(follower.follow())
            working = [asyncio.create_task(ask(address)) for _ in range(CLIENTS)]
            await _until_heard(site, follower)
            working.append(asyncio.create_task(change()))
            for port, other in (ports, ports[::-1]):
                webs[port].popen.send_signal(signal.SIGTERM)
                await balancer.until({other})
                codes.append(await asyncio.to_thread(webs[port].popen.wait, 20))
                if port == ports[0]:
                    webs[port] = await site.web(port)
                    await balancer.until(set(ports))
            restarted.set()
            await asyncio.gather(*working)
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
    finally:
        for web in webs.values():
            web.kill()

    assert codes == [0, 0]
    assert set(answers) == {"200"}
    assert follower.breaks >= 1
    assert [quantity for quantity in _heard(follower) if quantity > 100] == changed[1:]


async def test_a_process_that_leaves_is_not_ready_takes_no_subscriber_and_answers_on(draining_site: Site) -> None:
    port = free_port()
    web = await draining_site.web(port)
    variant = await variant_id(draining_site.database, draining_site.skus[0])
    try:
        async with (
            acknowledged(f"127.0.0.1:{port}") as opened,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client,
        ):
            await subscribe(opened, [variant])
            await is_listening(opened)

            web.popen.send_signal(signal.SIGTERM)
            ready = await _until_not_ready(client)
            answer = await client.post("/graphql", json=QUERY)
            with pytest.raises(InvalidStatus) as refused:
                await acknowledged(f"127.0.0.1:{port}").__aenter__()
            with suppress(Exception):
                while True:
                    await hear(opened)
            code = await asyncio.to_thread(web.popen.wait, 20)
    finally:
        web.kill()

    assert ready.json() == {"status": "leaving"}
    assert (answer.status_code, answer.headers["connection"], "errors" in answer.json()) == (200, "close", False)
    assert refused.value.response.status_code == 503
    assert (opened.close_code, code) == (1012, 0)


async def _until_not_ready(client: httpx.AsyncClient) -> httpx.Response:
    async with asyncio.timeout(DRAIN_SECONDS):
        while (response := await client.get("/ready")).status_code == 200:
            pass
    return response


async def _until_heard(site: Site, follower: Follower) -> None:
    """Change stock until the follower has heard of it."""
    quantity = 10
    async with asyncio.timeout(60):
        while not follower.began.is_set():
            quantity += 1
            await change_stock(site.database, site.skus[0], quantity)
            with suppress(TimeoutError):
                await asyncio.wait_for(follower.began.wait(), 0.5)


def _heard(follower: Follower) -> list[int]:
    return [quantity for _, _, quantity in follower.events]

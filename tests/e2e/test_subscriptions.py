"""Subscribers of real web processes, while processes and Redis are killed under them, and while they are stopped."""

import asyncio
import signal

import httpx
import pytest
from redis.asyncio import Redis
from websockets.exceptions import ConnectionClosed

from tests.factories.live import STOCK, acknowledged, change_stock, hear, is_listening, subscribe, variant_id
from tests.fixtures.broker import PrivateValkey, free_port
from tests.fixtures.site import SKUS, Follower, Site, grown

LAST = 400


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

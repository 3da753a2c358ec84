"""The hub: each event once and in order, whatever happens to Redis, and subscribers that cannot keep up are cut off."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from redis.asyncio import Redis

from bootstrap.live import open_live
from core.problems import BadInput, Unavailable
from ports.live import Live
from services.live import STOCK_CHANGED, EventId, Hub, Subscription, TooSlow
from services.unit_of_work import Database
from tests.factories.live import PREFIX, change_stock, place, tell, variant_key
from tests.factories.worker import save_shop
from tests.fixtures.broker import PrivateValkey
from workers.live import LiveFeed


@pytest.fixture
async def live(redis_url: str) -> AsyncIterator[Live]:
    opened = open_live(redis_url)
    yield opened
    await opened.close()


@asynccontextmanager
async def running(database: Database, live: Live, *, waiting_events: int = 100) -> AsyncIterator[Hub]:
    """A hub that has started."""
    hub = Hub(database, live, topic_prefix=PREFIX, waiting_events=waiting_events, kept_days=7)
    task = asyncio.create_task(hub.run())
    try:
        (await hub.subscribe(STOCK_CHANGED, ["nothing"])).close()
        yield hub
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def sku_of(database: Database) -> str:
    """The SKU of the shop's first variant."""
    await save_shop(database, products=2)
    await place(database)
    return (await skus(database))[0]


async def skus(database: Database) -> list[str]:
    async with database.read() as session:
        return [str(sku) for sku in await session.scalars(sa.text("SELECT sku FROM variant ORDER BY sku"))]


async def next_quantity(subscription: Subscription, *, seconds: float = 10.0) -> int:
    async with asyncio.timeout(seconds):
        event = await anext(subscription)
    return event.availability.quantity


async def test_changes_at_once_become_one_event_that_tells_the_last(database: Database, live: Live) -> None:
    sku = await sku_of(database)
    feed = LiveFeed(database, live, topic_prefix=PREFIX)
    async with running(database, live) as hub:
        subscription = await hub.subscribe(STOCK_CHANGED, [str(await variant_key(database, sku))])

        for quantity in (11, 12, 13):
            await change_stock(database, sku, quantity)
        await tell(database, feed)
        first = await next_quantity(subscription)
        await change_stock(database, sku, 14)
        await tell(database, feed)
        second = await next_quantity(subscription)

    assert (first, second) == (13, 14)


async def test_a_message_that_comes_again_is_no_second_event(database: Database, live: Live) -> None:
    sku = await sku_of(database)
    feed = LiveFeed(database, live, topic_prefix=PREFIX)
    async with running(database, live) as hub:
        subscription = await hub.subscribe(STOCK_CHANGED, [str(await variant_key(database, sku))])
        await change_stock(database, sku, 11)
        await tell(database, feed)
        await next_quantity(subscription)

        # As by a worker that was killed before its cursor moved, and by its successor.
        async with database.unit() as unit:
            await unit.session.execute(sa.text("UPDATE live_cursor SET position = 0"))
        await change_stock(database, sku, 12)
        await tell(database, feed)
        again = await next_quantity(subscription)
        await change_stock(database, sku, 13)
        await tell(database, feed)
        last = await next_quantity(subscription)

    assert (again, last) == (12, 13)


async def test_what_nobody_told_is_read_from_the_log(database: Database, live: Live) -> None:
    sku = await sku_of(database)
    async with running(database, live) as hub:
        subscription = await hub.subscribe(STOCK_CHANGED, [str(await variant_key(database, sku))])

        await change_stock(database, sku, 11)
        await place(database)
        found = await next_quantity(subscription)

    assert found == 11


async def test_a_gap_is_filled_before_what_shows_it(database: Database, live: Live) -> None:
    sku = await sku_of(database)
    feed = LiveFeed(database, live, topic_prefix=PREFIX)
    async with running(database, live) as hub:
        subscription = await hub.subscribe(STOCK_CHANGED, [str(await variant_key(database, sku))])
        await tell(database, feed)
        await change_stock(database, sku, 11)
        await tell(database, LiveFeed(database, live, topic_prefix="elsewhere"))

        await change_stock(database, (await skus(database))[1], 50)
        await tell(database, feed)
        found = await next_quantity(subscription, seconds=3.0)

    assert found == 11


async def test_resuming_loses_nothing_and_repeats_nothing_while_events_go_on(database: Database, live: Live) -> None:
    sku = await sku_of(database)
    key = str(await variant_key(database, sku))
    feed = LiveFeed(database, live, topic_prefix=PREFIX)
    seen: list[tuple[int, int]] = []
    async with running(database, live) as hub:

        async def change() -> None:
            for quantity in range(100, 200):
                await change_stock(database, sku, quantity)
                await tell(database, feed)

        changing = asyncio.create_task(change())
        after: EventId | None = EventId.of(hub.position, datetime.now(UTC))
        while not seen or seen[-1][1] != 199:
            subscription = await hub.subscribe(STOCK_CHANGED, [key], after=after)
            for _ in range(3):
                async with asyncio.timeout(10):
                    event = await anext(subscription)
                seen.append((event.position, event.availability.quantity))
                after = EventId.decode(event.event_id)
                if seen[-1][1] == 199:
                    break
            subscription.close()
        await changing

    positions = [position for position, _ in seen]
    assert positions == sorted(set(positions))
    assert [quantity for _, quantity in seen] == sorted(quantity for _, quantity in seen)


async def test_a_slow_subscriber_is_cut_off_and_resumes_behind_its_last_event(database: Database, live: Live) -> None:
    sku = await sku_of(database)
    key = str(await variant_key(database, sku))
    feed = LiveFeed(database, live, topic_prefix=PREFIX)
    async with running(database, live, waiting_events=3) as hub:
        slow = await hub.subscribe(STOCK_CHANGED, [key])
        was_cut = asyncio.Event()
        slow.when_cut(was_cut.set)
        await change_stock(database, sku, 10)
        await tell(database, feed)
        seen = await anext(slow)
        for quantity in range(11, 16):
            await change_stock(database, sku, quantity)
            await tell(database, feed)

        await asyncio.wait_for(was_cut.wait(), 10)
        with pytest.raises(TooSlow):
            await anext(slow)
        resumed = await hub.subscribe(STOCK_CHANGED, [key], after=EventId.decode(seen.event_id))
        found = await next_quantity(resumed)

    assert found == 15


async def test_an_id_whose_followers_are_gone_is_refused(database: Database, live: Live) -> None:
    sku = await sku_of(database)
    key = str(await variant_key(database, sku))
    feed = LiveFeed(database, live, topic_prefix=PREFIX)
    async with running(database, live) as hub:
        early = EventId.of(1, datetime.now(UTC))
        await tell(database, feed)
        async with database.unit() as unit:
            await unit.session.execute(sa.text("DELETE FROM outbox_event"))

        with pytest.raises(BadInput) as swept:
            await hub.subscribe(STOCK_CHANGED, [key], after=early)
        with pytest.raises(BadInput) as old:
            await hub.subscribe(STOCK_CHANGED, [key], after=EventId.of(1, datetime.now(UTC) - timedelta(days=8)))
        now = await hub.subscribe(STOCK_CHANGED, [key], after=EventId.of(hub.position, datetime.now(UTC)))
        topics = hub.topics
        now.close()

    assert (swept.value.code, old.value.code) == ("EVENT_ID_EXPIRED", "EVENT_ID_EXPIRED")
    assert (topics, hub.topics) == (1, 0)


async def test_events_arrive_while_redis_is_down_and_when_it_is_back_and_empty(
    database: Database, private_valkey: PrivateValkey
) -> None:
    sku = await sku_of(database)
    live = open_live(private_valkey.url)
    feed = LiveFeed(database, live, topic_prefix=PREFIX)
    async with running(database, live) as hub:
        subscription = await hub.subscribe(STOCK_CHANGED, [str(await variant_key(database, sku))])
        await change_stock(database, sku, 11)
        await tell(database, feed)
        before = await next_quantity(subscription)

        await asyncio.to_thread(private_valkey.kill)
        await change_stock(database, sku, 12)
        await place(database)
        during = await next_quantity(subscription)
        with pytest.raises(Unavailable):
            await feed.step()
        await asyncio.to_thread(private_valkey.start)
        client = Redis.from_url(private_valkey.url)
        await client.flushall()
        await client.aclose()
        await change_stock(database, sku, 13)
        await tell(database, feed)
        after = await next_quantity(subscription)
    await live.close()

    assert (before, during, after) == (11, 12, 13)

"""What the leader tells web processes: all live events, in order, and again rather than not at all."""

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from bootstrap.live import open_live
from core.problems import Unavailable
from ports.live import Live
from services.live.messages import channel, decode
from services.live.records import Batch
from services.unit_of_work import Database
from tests.factories.live import PREFIX, change_stock, place, variant_key
from tests.factories.worker import save_shop
from workers.live import LiveFeed


@pytest.fixture
async def live(redis_url: str) -> AsyncIterator[Live]:
    opened = open_live(redis_url)
    yield opened
    await opened.close()


@pytest.fixture
async def skus(database: Database) -> list[str]:
    """Those of a shop whose own events have been placed."""
    await save_shop(database, products=2)
    await place(database)
    async with database.read() as session:
        return [str(sku) for sku in await session.scalars(sa.text("SELECT sku FROM variant ORDER BY sku"))]


async def cursor(database: Database) -> int:
    async with database.read() as session:
        return int(await session.scalar(sa.text("SELECT position FROM live_cursor")) or 0)


async def told_by(feed: LiveFeed, told: AsyncIterator[bytes]) -> list[Batch]:
    """What the feed tells until nothing is left."""
    batches = []
    while await feed.step():
        batches.append(decode(await anext(told)))
    return batches


async def test_batches_follow_each_other_without_a_gap(database: Database, live: Live, skus: list[str]) -> None:
    feed = LiveFeed(database, live, topic_prefix=PREFIX)
    async with live.listen(channel(PREFIX)) as told:
        first = await told_by(feed, told)
        await change_stock(database, skus[0], 7)
        await change_stock(database, skus[0], 8)
        await change_stock(database, skus[1], 9)
        await place(database)
        second = await told_by(feed, told)
        idle = await feed.step()

    assert first[0].previous == 0
    assert [batch.previous for batch in second] == [first[-1].position]
    keys = [str(await variant_key(database, sku)) for sku in skus]
    assert [(event.key, event.availability.quantity) for event in second[0].events] == [(keys[0], 8), (keys[1], 9)]
    assert await cursor(database) == second[0].position
    assert not idle


async def test_nothing_moves_on_while_nobody_can_be_told(database: Database, skus: list[str]) -> None:
    nowhere = open_live("redis://127.0.0.1:1/0")
    feed = LiveFeed(database, nowhere, topic_prefix=PREFIX)
    await change_stock(database, skus[0], 7)
    await place(database)

    with pytest.raises(Unavailable):
        await feed.step()

    assert await cursor(database) == 0
    await nowhere.close()


async def test_events_that_have_no_place_yet_wait(database: Database, live: Live, skus: list[str]) -> None:
    feed = LiveFeed(database, live, topic_prefix=PREFIX)
    async with live.listen(channel(PREFIX)) as told:
        await told_by(feed, told)
        await change_stock(database, skus[0], 7)

        before = await told_by(feed, told)
        await place(database)
        after = await told_by(feed, told)

    assert before == []
    assert len(after[0].events) == 1


async def test_other_events_only_move_the_position(database: Database, live: Live, skus: list[str]) -> None:
    feed = LiveFeed(database, live, topic_prefix=PREFIX)
    async with live.listen(channel(PREFIX)) as told:
        batches = await told_by(feed, told)

    assert batches[-1].position > 0
    assert {event.type for batch in batches for event in batch.events} <= {"inventory.stock_changed"}

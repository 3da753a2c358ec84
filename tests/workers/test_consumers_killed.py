"""Real worker processes are killed, and messages come twice and in any order: each has its effect once."""

import asyncio
import random
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.settings import DatabaseSettings, Settings
from core.work_settings import EventSettings
from ports.broker import Message
from services.messaging import list_parked, release, replay_all, topic_of, write_envelope
from services.outbox import list_placed
from services.unit_of_work import Database
from tests.factories.messages import IN_ORDER, Happened, heard, mend, poison
from tests.workers.backbone import (
    assert_heard_once_and_in_order,
    count,
    happen,
    has_heard,
    opened,
    some_prefix,
    workers,
)
from tests.workers.event_worker import start_worker
from tests.workers.scene import eventually
from workers.consumers import group_of

MESSAGES = 200


@pytest.fixture(params=["redis", "kafka"])
def settings(request: pytest.FixtureRequest, database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    kafka = request.getfixturevalue("kafka_servers") if request.param == "kafka" else None
    return Settings(
        data_dir=tmp_path,
        database_url=SecretStr(database_url),
        redis_url=SecretStr(redis_url),
        kafka_bootstrap_servers=kafka,
        events=EventSettings(topic_prefix=some_prefix(), partitions=4),
    )


async def test_killed_workers_lose_and_double_nothing(store: Database, settings: Settings) -> None:
    with workers(settings, 2) as running:
        happening = asyncio.create_task(happen(store, range(MESSAGES)))
        for reached in (20, 80, 140):
            await has_heard(store, reached)
            killed = running.pop(0)
            killed.kill()
            killed.wait()
            running.append(start_worker(settings))
        await happening

        await has_heard(store, MESSAGES)

    await assert_heard_once_and_in_order(store, MESSAGES)


async def test_a_worker_with_one_connection_to_share_starves_nobody(store: Database, settings: Settings) -> None:
    await happen(store, range(MESSAGES))
    small = settings.model_copy(update={"database": DatabaseSettings(pool_size=1)})

    with workers(small) as running:
        await has_heard(store, MESSAGES)
        await eventually(lambda: _is(store, "outbox_event WHERE relayed_at IS NULL", 0), seconds=30)
        await eventually(lambda: _is(store, "pgqueuer_schedules WHERE last_run IS NULL", 0), seconds=30)
        assert running[0].poll() is None

    await assert_heard_once_and_in_order(store, MESSAGES)
    assert "became free" not in (settings.data_dir / "worker.log").read_text()


async def test_messages_that_come_twice_and_in_any_order_have_one_effect(store: Database, settings: Settings) -> None:
    source = random.Random(4)
    await happen(store, range(40))
    with workers(settings):
        await eventually(lambda: _is(store, "outbox_event WHERE position IS NULL", 0), seconds=30)
        async with store.read() as session:
            events = await list_placed(session, after=0, limit=100)
        messages = [
            Message(one.id, topic_of(one.type, settings.events), one.key, write_envelope(one)) for one in events
        ]
        async with opened(settings) as broker:
            for _ in range(3):
                source.shuffle(messages)
                await broker.publish(messages)
            await happen(store, range(40, 50))
            await has_heard(store, 50)
            await eventually(lambda: _has_read_all(settings), seconds=30)

    assert sorted(number for _, number in await heard(store)) == list(range(50))
    assert await count(store, "parked_message") == 0


async def test_a_poisoned_message_holds_up_its_key_alone_until_it_is_mended(
    store: Database, settings: Settings
) -> None:
    await poison(store, 8)
    with workers(settings):
        await happen(store, range(24))
        await has_heard(store, 22)  # 8 and 16 have the same key
        await eventually(lambda: _is(store, "parked_message WHERE resolved_at IS NULL", 2), seconds=30)
        await mend(store)
        async with store.read() as session:
            first, second = await list_parked(session, first=10)
        replayed = await replay_all(store, [IN_ORDER], [first.id], actor="ann")
        released = await release(store, [IN_ORDER])
        await happen(store, [24])
        await has_heard(store, 25)

    assert (first.reason, second.reason) == ("FAILED", "WAITS")
    assert (replayed, released) == ({first.id: None}, True)
    await assert_heard_once_and_in_order(store, 25)


async def _is(store: Database, what: str, wanted: int) -> bool:
    return await count(store, what) == wanted


async def _has_read_all(settings: Settings) -> bool:
    async with opened(settings) as broker:
        group = group_of(IN_ORDER, settings.events)
        return await broker.lag(group, [topic_of(Happened.type, settings.events)]) == 0

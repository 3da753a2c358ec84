"""The broker is stopped for ten seconds or emptied while worker processes run: every event has its effect once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis.asyncio
from pydantic import SecretStr

from core.settings import Settings
from core.work_settings import EventSettings
from services.unit_of_work import Database
from tests.factories.messages import heard
from tests.fixtures.broker import PrivateKafka, PrivateValkey, running_kafka
from tests.workers.backbone import assert_heard_once_and_in_order, count, happen, has_heard, some_prefix, workers
from tests.workers.scene import eventually

_AWAY_SECONDS = 10.0


@pytest.fixture
def private_kafka(tmp_path: Path) -> Iterator[PrivateKafka]:
    with running_kafka(tmp_path / "kafka") as kafka:
        yield kafka


def _settings(database_url: str, redis_url: str, folder: Path, kafka: str | None = None) -> Settings:
    return Settings(
        data_dir=folder,
        database_url=SecretStr(database_url),
        redis_url=SecretStr(redis_url),
        kafka_bootstrap_servers=kafka,
        events=EventSettings(topic_prefix=some_prefix(), partitions=2),
    )


async def _happens_while_away(store: Database) -> None:
    """Events of ten seconds, all of which get their positions although no broker is there."""
    for number in range(20, 120):
        await happen(store, [number])
        await asyncio.sleep(_AWAY_SECONDS / 100)

    async def is_placed() -> bool:
        return await count(store, "outbox_event WHERE position IS NULL OR relayed_at IS NULL") == 0

    await eventually(is_placed, seconds=20)
    assert len(await heard(store)) == 20


async def test_redis_away_for_ten_seconds(
    store: Database, private_valkey: PrivateValkey, database_url: str, tmp_path: Path
) -> None:
    with workers(_settings(database_url, private_valkey.url, tmp_path), 2):
        await happen(store, range(20))
        await has_heard(store, 20)
        private_valkey.kill()
        await _happens_while_away(store)
        private_valkey.start()
        await happen(store, range(120, 130))

        await has_heard(store, 130)

    await assert_heard_once_and_in_order(store, 130)


async def test_kafka_away_for_ten_seconds(
    store: Database, private_kafka: PrivateKafka, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    with workers(_settings(database_url, redis_url, tmp_path, private_kafka.servers)):
        await happen(store, range(20))
        await has_heard(store, 20)
        private_kafka.stop()
        await _happens_while_away(store)
        private_kafka.start()
        await happen(store, range(120, 130))

        await has_heard(store, 130)

    await assert_heard_once_and_in_order(store, 130)


async def test_redis_emptied_again_and_again(
    store: Database, private_valkey: PrivateValkey, database_url: str, tmp_path: Path
) -> None:
    client = redis.asyncio.Redis.from_url(private_valkey.url)
    with workers(_settings(database_url, private_valkey.url, tmp_path), 2):
        happening = asyncio.create_task(happen(store, range(200)))
        for reached in (30, 70, 120):
            await has_heard(store, reached)
            await client.flushall()
        await happening

        await has_heard(store, 200)
    await client.aclose()

    assert sorted(number for _, number in await heard(store)) == list(range(200))

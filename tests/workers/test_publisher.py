"""Events get positions in order of their commits, and the broker is told all of them, whatever happens to it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
import redis.asyncio
import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy.exc import IntegrityError

from core.problems import Unavailable
from core.settings import Settings
from core.work_settings import EventSettings
from models.outbox import OutboxEvent
from ports.broker import Broker, Delivery
from services.messaging import topic_of
from services.messaging.envelope import read_envelope
from services.outbox import list_placed
from services.unit_of_work import Database
from tests.factories.messages import Happened
from tests.fixtures.broker import PrivateValkey
from tests.workers.backbone import count, happen, opened, some_prefix
from workers.publisher import Publisher
from workers.sweeping import Sweeper

KEY = UUID(int=1)


def _settings(redis_url: str, folder: Path) -> Settings:
    events = EventSettings(topic_prefix=some_prefix(), partitions=2)
    return Settings(data_dir=folder, redis_url=SecretStr(redis_url), events=events)


async def _positions(database: Database) -> list[int]:
    """The numbers of the events in order of their positions."""
    async with database.read() as session:
        return [event.payload["number"] for event in await list_placed(session, after=0, limit=1000)]


async def _read(broker: Broker, settings: Settings, wanted: int, group: str = "readers") -> list[int]:
    """The numbers of the first `wanted` messages that a group gets."""
    got: list[Delivery] = []
    topics = [topic_of(Happened.type, settings.events)]
    async with asyncio.timeout(30), broker.consume(group, topics) as consumption:
        while len(got) < wanted:
            got += await consumption.fetch(limit=100, wait_seconds=0.2)
        await consumption.acknowledge(got)
    return [read_envelope(one.body, id=KEY, key="").payload["number"] for one in got]


async def _publish(publisher: Publisher) -> None:
    while await publisher.place():
        pass
    while await publisher.publish():
        pass


async def test_what_commits_later_is_placed_later(
    database: Database, open_database: Callable[[], Database], redis_url: str, tmp_path: Path
) -> None:
    settings = _settings(redis_url, tmp_path)
    async with opened(settings) as broker:
        publisher = Publisher(database, broker, settings)
        async with open_database().unit() as slow:
            slow.publish(Happened(1, KEY))
            await slow.write_events()
            await happen(database, [2, 3], key=UUID(int=2))
            await publisher.place()
            before = await _positions(database)
        await publisher.place()

    assert before == [2, 3]
    assert await _positions(database) == [2, 3, 1]


async def test_two_placers_at_once_give_each_event_one_place(
    database: Database, open_database: Callable[[], Database], redis_url: str, tmp_path: Path
) -> None:
    settings = _settings(redis_url, tmp_path)
    await happen(database, range(100), key=KEY)
    async with opened(settings) as broker:
        placers = [Publisher(one, broker, settings) for one in (database, open_database(), open_database())]

        await asyncio.gather(*(placer.place() for placer in placers))

    assert await _positions(database) == list(range(100))


async def test_the_broker_is_told_once_and_in_order(database: Database, redis_url: str, tmp_path: Path) -> None:
    settings = _settings(redis_url, tmp_path)
    await happen(database, range(30), key=KEY)
    async with opened(settings) as broker:
        publisher = Publisher(database, broker, settings)

        await _publish(publisher)
        await happen(database, range(30, 40), key=KEY)
        await _publish(publisher)

        assert await _read(broker, settings, 40) == list(range(40))
        assert await broker.lag("readers", [topic_of(Happened.type, settings.events)]) == 0


async def test_what_was_told_but_not_recorded_is_told_again_with_the_same_id(
    database: Database, redis_url: str, tmp_path: Path
) -> None:
    settings = _settings(redis_url, tmp_path)
    await happen(database, range(3), key=KEY)
    async with opened(settings) as broker:
        await _publish(Publisher(database, broker, settings))
        async with database.unit() as unit:
            await unit.session.execute(sa.text("UPDATE publication SET position = 0"))

        await _publish(Publisher(database, broker, settings))

        topics = [topic_of(Happened.type, settings.events)]
        async with broker.consume("readers", topics) as consumption:
            got: list[Delivery] = []
            while len(got) < 6:
                got += await consumption.fetch(limit=100, wait_seconds=0.2)
    assert [one.id for one in got[:3]] == [one.id for one in got[3:]]


async def test_events_are_placed_while_the_broker_is_away(database: Database, tmp_path: Path) -> None:
    settings = _settings("redis://127.0.0.1:1/0", tmp_path)
    await happen(database, range(3), key=KEY)
    async with opened(settings) as broker:
        publisher = Publisher(database, broker, settings)

        await publisher.place()
        with pytest.raises(Unavailable):
            await publisher.publish()

    assert await _positions(database) == [0, 1, 2]


async def test_an_emptied_broker_is_told_everything_again(
    database: Database, private_valkey: PrivateValkey, tmp_path: Path
) -> None:
    settings = _settings(private_valkey.url, tmp_path)
    async with opened(settings) as broker:
        publisher = Publisher(database, broker, settings)
        await happen(database, range(20), key=KEY)
        await _publish(publisher)
        client = redis.asyncio.Redis.from_url(private_valkey.url)
        await client.flushall()
        await client.aclose()
        await happen(database, range(20, 25), key=KEY)

        await _publish(publisher)

        assert await _read(broker, settings, 25) == list(range(25))


async def test_a_restarted_broker_is_told_the_latest_again(
    database: Database, private_valkey: PrivateValkey, tmp_path: Path
) -> None:
    settings = _settings(private_valkey.url, tmp_path)
    async with opened(settings) as broker:
        publisher = Publisher(database, broker, settings)
        await happen(database, range(5), key=KEY)
        await _publish(publisher)
        # Two hours go by, with events in each.
        for number in (5, 6):
            async with database.unit() as unit:
                await unit.session.execute(sa.text("UPDATE publication SET marked_at = now() - interval '61 minutes'"))
            await happen(database, [number], key=KEY)
            await _publish(publisher)
        await _read(broker, settings, 7)
        private_valkey.kill()
        private_valkey.start()

        await _publish(publisher)

        assert await _read(broker, settings, 2) == [5, 6]


async def test_the_sweep_keeps_what_somebody_has_not_got(database: Database, redis_url: str, tmp_path: Path) -> None:
    settings = _settings(redis_url, tmp_path)
    await happen(database, range(6), key=KEY)
    async with opened(settings) as broker:
        publisher = Publisher(database, broker, settings)
        await publisher.place()
    statements = (
        # By position: 1 is recent, 2 not relayed, all others old; the broker surely has 5, live subscribers have 4.
        "UPDATE outbox_event SET relayed_at = now() - interval '8 days'",
        "UPDATE outbox_event SET relayed_at = now() - interval '6 days' WHERE position = 1",
        "UPDATE outbox_event SET relayed_at = NULL WHERE position = 2",
        "INSERT INTO publication (broker, position, safe_position) VALUES ('redis', 6, 5), ('kafka', 1, 1)",
        "INSERT INTO live_cursor (name, position) VALUES ('other', 4)",
        "INSERT INTO inbox_message VALUES ('c', gen_random_uuid(), now() - interval '31 days')",
        "INSERT INTO inbox_message VALUES ('c', gen_random_uuid(), now() - interval '29 days')",
        "INSERT INTO idempotency_key VALUES ('s', 'old', '', '{}', now() - interval '49 hours')",
        "INSERT INTO idempotency_key VALUES ('s', 'new', '', '{}', now() - interval '47 hours')",
    )
    async with database.unit() as unit:
        await unit.session.execute(sa.text("DELETE FROM live_cursor"))
        for statement in statements:
            await unit.session.execute(sa.text(statement))

    await Sweeper(database, settings).step()

    assert await _positions(database) == [0, 1, 4, 5]
    assert await count(database, "inbox_message") == 1
    assert await count(database, "idempotency_key") == 1


async def test_a_change_whose_event_no_broker_would_take_is_refused(database: Database) -> None:
    event = Happened(1, KEY).as_row()

    for size, is_refused in ((799_000, False), (800_000, True)):
        statement = sa.insert(OutboxEvent).values({**event, "payload": {"text": "ü" * (size // 2)}})
        outcome = None
        try:
            async with database.unit() as unit:
                await unit.session.execute(statement)
        except IntegrityError as error:
            outcome = error
        assert (outcome is not None) == is_refused

"""What Redis Streams do where Kafka has no such thing: a server that forgets, is full, or must be kept small."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from adapters.broker.redis_streams import RedisStreams
from core.problems import Unavailable
from ports.broker import Delivery
from tests.contracts.broker.scene import PARTITIONS, PATIENCE_SECONDS, Scene, in_order, numbers, read
from tests.fixtures.broker import PrivateValkey


@pytest.fixture
async def forgetful(private_valkey: PrivateValkey) -> AsyncIterator[Scene]:
    scene = Scene("redis", private_valkey.url)
    yield scene
    for broker in scene.opened:
        await broker.close()


@pytest.fixture
async def server(private_valkey: PrivateValkey) -> AsyncIterator[Redis]:
    """The server itself, to do harm to."""
    client = Redis.from_url(private_valkey.url)
    yield client
    await client.aclose()


async def test_emptied_server_shows_and_readers_go_on(forgetful: Scene, server: Redis) -> None:
    broker = forgetful.open()
    before = await broker.generation()
    await broker.publish(forgetful.messages(30, keys=8))
    async with broker.consume(forgetful.group, [forgetful.topic]) as member:
        await member.acknowledge(await read(member, 10))
        await read(member, 10)
        await server.flushall()

        after = await broker.generation()
        await broker.publish(forgetful.messages(30, keys=8))
        found = await read(member, 30)
        await member.acknowledge(found)

        assert await broker.lag(forgetful.group, [forgetful.topic]) == 0
    assert before is not None
    assert after is not None
    assert after.memory != before.memory
    assert after.run == before.run
    assert sorted(numbers(found)) == list(range(30))
    assert in_order(found)


async def test_emptied_server_takes_nothing_before_that_is_noticed(forgetful: Scene, server: Redis) -> None:
    broker = forgetful.open()
    await broker.generation()
    await broker.publish(forgetful.messages(5, keys=1))
    await server.flushall()

    with pytest.raises(Unavailable):
        await broker.publish(forgetful.messages(5, keys=1))

    assert await broker.lag(forgetful.group, [forgetful.topic]) == 0
    await broker.generation()
    await broker.publish(forgetful.messages(5, keys=1))
    assert await broker.lag(forgetful.group, [forgetful.topic]) == 5


async def test_members_share_an_emptied_server_again(forgetful: Scene, server: Redis) -> None:
    broker = forgetful.open()
    topics = [forgetful.topic]
    async with broker.consume(forgetful.group, topics) as one, broker.consume(forgetful.group, topics) as other:
        await server.flushall()
        await broker.publish(forgetful.messages(100, keys=20))

        found: list[Delivery] = []
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(found) < 100:
                for member in (one, other):
                    some = await member.fetch(limit=10, wait_seconds=0.1)
                    await member.acknowledge(some)
                    found += some
        assert await broker.lag(forgetful.group, topics) == 0

    assert sorted(numbers(found)) == list(range(100))


async def test_generation_stays_while_the_server_does(forgetful: Scene) -> None:
    first = await forgetful.open().generation()
    await forgetful.open().publish(forgetful.messages(10))

    assert await forgetful.open().generation() == first


async def test_restarted_server_shows_that_it_may_have_lost_the_last(
    forgetful: Scene, private_valkey: PrivateValkey
) -> None:
    broker = forgetful.open()
    before = await broker.generation()
    private_valkey.kill()
    await asyncio.to_thread(private_valkey.start)

    after = await broker.generation()

    assert before is not None
    assert after is not None
    assert after.memory == before.memory
    assert after.run != before.run


async def test_entries_that_a_failover_has_lost_do_not_hide_those_that_come_instead(
    forgetful: Scene, server: Redis
) -> None:
    broker = forgetful.open()
    await broker.publish(forgetful.messages(10))
    async with broker.consume(forgetful.group, [forgetful.topic]) as member:
        found = await read(member, 10)
        await member.acknowledge(found[:4])
        stream, last = _place(found[9].place)
        # The new server has neither the last entry nor its id: what comes next may have a lower one.
        await server.xdel(stream, last)

        again = await read(member, 5)
        await member.acknowledge(found)

        assert numbers(again) == [4, 5, 6, 7, 8]
        await member.again()
        assert await member.fetch(limit=10, wait_seconds=0.2) == []


async def test_full_server_takes_all_of_a_partition_or_nothing(forgetful: Scene, server: Redis) -> None:
    broker = forgetful.open()
    await broker.publish(forgetful.messages(1))
    await server.config_set("maxmemory", 1)

    with pytest.raises(Unavailable):
        await broker.publish(forgetful.messages(50, first=1))

    await server.config_set("maxmemory", 0)
    assert await broker.lag(forgetful.group, [forgetful.topic]) == 1


async def test_old_entries_go_when_all_groups_have_them(forgetful: Scene, server: Redis) -> None:
    broker = _short_memory(forgetful)
    topics = [forgetful.topic]
    await broker.publish(forgetful.messages(1000))
    async with broker.consume(forgetful.group, topics) as member, broker.consume("slow", topics) as slow:
        await member.acknowledge(await read(member, 1000))
        await slow.acknowledge(await read(slow, 250))
        await _trim_again(server)

        await broker.publish(forgetful.messages(1, first=1000))

        kept = await server.xlen(_place((await slow.fetch(limit=1, wait_seconds=1))[0].place)[0])
        assert 751 <= kept < 1001
        assert await broker.lag("slow", topics) == 751
        assert await broker.lag(forgetful.group, topics) == 1
        await slow.again()
        assert numbers(await read(slow, 751)) == list(range(250, 1001))


async def test_group_that_comes_after_old_entries_went_counts_what_is_left(forgetful: Scene, server: Redis) -> None:
    broker = _short_memory(forgetful)
    await broker.publish(forgetful.messages(1000))
    await _trim_again(server)
    await broker.publish(forgetful.messages(1, first=1000))

    async with broker.consume(forgetful.group, [forgetful.topic]) as member:
        (first,) = await read(member, 1)
        left = await server.xlen(_place(first.place)[0])
        assert await broker.lag(forgetful.group, [forgetful.topic]) == left
        await member.acknowledge([first])

        assert await broker.lag(forgetful.group, [forgetful.topic]) == left - 1
    assert left < 1000


def _short_memory(scene: Scene) -> RedisStreams:
    broker = RedisStreams.from_url(scene.address, prefix="test", partitions=PARTITIONS, kept_days=0, lease_seconds=1)
    scene.opened.append(broker)
    return broker


async def _trim_again(server: Redis) -> None:
    """Let the next publication trim, as it would after a minute."""
    for partition in range(PARTITIONS):
        await server.delete(f"{{test.{partition}}}:trimmed")


def _place(place: str) -> tuple[str, str]:
    topic, partition, entry = place.split("/")
    return f"{{test.{partition}}}:stream:{topic}", entry

"""What every broker does while its server is away, and when it is back."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core.problems import Unavailable
from ports.broker import Broker, Consumption, Delivery, Message
from tests.contracts.broker.scene import PATIENCE_SECONDS, Kind, Scene, in_order, numbers, open_broker, without_repeats
from tests.fixtures.broker import PrivateKafka, PrivateValkey, running_kafka


@pytest.fixture(params=["redis", "cluster", "kafka"])
async def unreachable(request: pytest.FixtureRequest) -> AsyncIterator[Broker]:
    """A broker at an address where nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        addresses: dict[str, tuple[Kind, str]] = {
            "redis": ("redis", f"redis://127.0.0.1:{port}/0"),
            "cluster": ("cluster", f"redis+cluster://127.0.0.1:{port}"),
            "kafka": ("kafka", f"127.0.0.1:{port}"),
        }
        broker = open_broker(*addresses[request.param])
        yield broker
        await broker.close()


async def test_says_that_an_unreachable_server_is_unavailable(unreachable: Broker) -> None:
    scene = Scene("redis", "")

    for attempt in (
        unreachable.publish(scene.messages(1)),
        unreachable.lag(scene.group, [scene.topic]),
        unreachable.ping(),
        unreachable.consume(scene.group, [scene.topic]).__aenter__(),
    ):
        with pytest.raises(Unavailable) as raised:
            await attempt
        assert raised.value.part == "broker"


@pytest.fixture
def private_kafka(tmp_path: Path) -> Iterator[PrivateKafka]:
    with running_kafka(tmp_path / "kafka") as kafka:
        yield kafka


async def test_redis_that_is_killed_and_started_has_lost_nothing(private_valkey: PrivateValkey) -> None:
    scene = Scene("redis", private_valkey.url)
    async with _reading(scene) as (broker, member, found):
        await broker.publish(scene.messages(100, keys=8))
        await _read_on(member, found, 50)
        private_valkey.kill()
        with pytest.raises(Unavailable):
            await broker.publish(scene.messages(100, keys=8, first=100))
        with pytest.raises(Unavailable):
            await member.fetch(limit=10, wait_seconds=1)
        await asyncio.to_thread(private_valkey.start)

        await broker.publish(scene.messages(100, keys=8, first=100))
        await _read_on(member, found, 200)

        assert await broker.lag(scene.group, [scene.topic]) == 0
    assert sorted(numbers(without_repeats(found))) == list(range(200))
    assert in_order(found)


async def test_kafka_that_is_stopped_and_started_has_lost_nothing(private_kafka: PrivateKafka) -> None:
    scene = Scene("kafka", private_kafka.servers)
    async with _reading(scene) as (broker, member, found):
        await broker.publish(scene.messages(100, keys=8))
        await _read_on(member, found, 50)
        await asyncio.to_thread(private_kafka.stop)
        second = scene.messages(100, keys=8, first=100)
        with pytest.raises(Unavailable):
            await broker.publish(second)
        await asyncio.to_thread(private_kafka.start)

        # Sent as a publisher would: what failed goes again, from its first message on.
        await _publish_at_last(broker, second)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await broker.lag(scene.group, [scene.topic]):
                await _read_on(member, found, 200)

    assert sorted(numbers(without_repeats(found))) == list(range(200))
    assert in_order(found)


@asynccontextmanager
async def _reading(scene: Scene) -> AsyncIterator[tuple[Broker, Consumption, list[Delivery]]]:
    broker = scene.open()
    try:
        async with broker.consume(scene.group, [scene.topic]) as member:
            yield broker, member, []
    finally:
        for opened in scene.opened:
            await opened.close()


async def _publish_at_last(broker: Broker, messages: Sequence[Message]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                await broker.publish(messages)
                return
            except Unavailable:
                await asyncio.sleep(0.1)


async def _read_on(member: Consumption, found: list[Delivery], count: int) -> None:
    """Read and acknowledge until `count` bodies were found, whatever happens on the way."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                some = await member.fetch(limit=10, wait_seconds=0.5)
                found += some
                await member.acknowledge(some)
            except Unavailable:
                await asyncio.sleep(0.1)
            if len({one.body for one in found}) >= count:
                return

"""What the tests of brokers do again and again: open one, make messages, read some, read in another process."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from redis.asyncio import Redis

from adapters.broker.kafka import Kafka
from adapters.broker.redis_streams import RedisStreams
from core.ids import new_id
from ports.broker import Broker, Consumption, Delivery, Message

Kind = Literal["redis", "cluster", "kafka"]
PARTITIONS = 4
PATIENCE_SECONDS = 40.0


@dataclass(slots=True)
class Scene:
    """A server with a topic and a group that no other test has."""

    kind: Kind
    address: str
    topic: str = field(default_factory=lambda: f"test.{uuid4().hex}")
    group: str = field(default_factory=lambda: f"group-{uuid4().hex}")
    opened: list[Broker] = field(default_factory=list)

    def open(self) -> Broker:
        """The broker as another process would have it."""
        self.opened.append(open_broker(self.kind, self.address))
        return self.opened[-1]

    def messages(self, count: int, *, keys: int = 1, first: int = 0) -> list[Message]:
        """Messages with the bodies "0", "1" and so on, which go round the keys."""
        return [
            Message(new_id(), self.topic, f"key-{number % keys}", str(number).encode())
            for number in range(first, first + count)
        ]

    async def send_foreign(self, key: bytes, body: bytes, *, id: bytes | None) -> None:
        """Send as another system would: with the server's own client."""
        if self.kind == "kafka":
            producer = AIOKafkaProducer(bootstrap_servers=self.address)
            await producer.start()
            headers = [] if id is None else [("id", id)]
            await producer.send_and_wait(self.topic, body, key=key, headers=headers, partition=0)
            await producer.stop()
            return
        client = Redis.from_url(self.address.replace("redis+cluster", "redis"))
        fields: dict[Any, Any] = {"key": key, "body": body}  # redis-py takes no narrower type
        if id is not None:
            fields["id"] = id
        await client.xadd(f"{{test.0}}:stream:{self.topic}", fields)
        await client.aclose()


def open_broker(kind: Kind, address: str) -> Broker:
    """Members that vanish are noticed as soon as each broker allows."""
    if kind == "kafka":
        return Kafka(address, partitions=PARTITIONS, kept_days=7, session_seconds=6)
    return RedisStreams.from_url(address, prefix="test", partitions=PARTITIONS, kept_days=7, lease_seconds=1)


async def read(consumption: Consumption, count: int, *, limit: int = 100) -> list[Delivery]:
    """Fetch until there are `count` deliveries."""
    found: list[Delivery] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(found) < count:
            found += await consumption.fetch(limit=min(limit, count - len(found)), wait_seconds=0.5)
    return found


def numbers(deliveries: Sequence[Delivery]) -> list[int]:
    return [int(delivery.body) for delivery in deliveries]


def without_repeats(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Each message where it came first."""
    return list({delivery.id: delivery for delivery in reversed(deliveries)}.values())[::-1]


def in_order(deliveries: Sequence[Delivery]) -> bool:
    """Whether each key's messages come in the order in which they were sent, repeats aside."""
    last: dict[str, int] = {}
    for delivery in without_repeats(deliveries):
        if int(delivery.body) < last.get(delivery.key, -1):
            return False
        last[delivery.key] = int(delivery.body)
    return True


@dataclass(slots=True)
class OtherProcess:
    """A member of a group in a process of its own, which does what it is told."""

    process: asyncio.subprocess.Process

    async def read(self, count: int) -> list[int]:
        """The bodies of the next messages."""
        return [int(word) for word in (await self._tell(f"read {count}")).split()]

    async def acknowledge(self) -> None:
        """All that it has read."""
        await self._tell("acknowledge")

    async def _tell(self, words: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{words}\n".encode())
        async with asyncio.timeout(PATIENCE_SECONDS):
            line = await self.process.stdout.readline()
        assert line.endswith(b"\n"), "the process has ended"
        return line.decode()


@asynccontextmanager
async def other_process(scene: Scene) -> AsyncIterator[OtherProcess]:
    """A process that has joined the scene's group; killed at the end."""
    arguments = {"kind": scene.kind, "address": scene.address, "topic": scene.topic, "group": scene.group}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.contracts.broker.scene",
        json.dumps(arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        yield OtherProcess(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _obey(kind: Kind, address: str, topic: str, group: str) -> None:
    broker = open_broker(kind, address)
    loop = asyncio.get_running_loop()
    async with broker.consume(group, [topic]) as member:
        found: list[Delivery] = []
        while words := (await loop.run_in_executor(None, sys.stdin.readline)).split():
            if words[0] == "read":
                found = await read(member, int(words[1]))
                answer = " ".join(str(number) for number in numbers(found))
            else:
                await member.acknowledge(found)
                answer = "done"
            sys.stdout.write(f"{answer}\n")
            sys.stdout.flush()
    await broker.close()


if __name__ == "__main__":
    asyncio.run(_obey(**json.loads(sys.argv[1])))

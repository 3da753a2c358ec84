"""One member of a group that reads Redis Streams: which partitions it reads, how far it has come, what it holds.

The members that are alive stand in a sorted set, and each knows its share by its place in it. A lease per partition
makes sure that no two read one, also while members have not heard of each other yet. What has been read lives here
alone until it is acknowledged, so whoever gets the partition next begins where the group has come to.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID, uuid4

from adapters.broker.redis_scripts import ACKNOWLEDGE, JOIN, LEAVE, READ, RELEASE, RENEW
from adapters.broker.redis_server import Call, Keys, RedisServer
from core.problems import Unavailable
from ports.broker import Delivery

T = TypeVar("T")

_BEATS_PER_LEASE = 5
# A member that does not ask for this long is stuck; others get its partitions.
_STUCK_SECONDS = 300.0
_SOON_SECONDS = 0.05


@dataclass(slots=True)
class _Reading:
    """How far one stream was read ("" is: as far as the group has come), and the ids that are not acknowledged."""

    position: str = ""
    open: list[str] = field(default_factory=list)


class RedisMember:
    """A `Consumption`."""

    def __init__(
        self, server: RedisServer, keys: Keys, group: str, topics: Sequence[str], lease_seconds: float
    ) -> None:
        self._server = server
        self._keys = keys
        self._group = group
        self._topics = tuple(topics)
        self._lease_seconds = lease_seconds
        self._name = uuid4().hex
        self._share: list[int] = []
        self._held: dict[int, dict[str, _Reading]] = {}
        self._turn = 0
        self._leaving = False
        self._asked_at = time.monotonic()

    @asynccontextmanager
    async def joined(self) -> AsyncIterator["RedisMember"]:
        """A member for as long as the block lasts."""
        await self._beat()
        beating = asyncio.create_task(self._keep_beating(), name=f"broker:{self._group}")
        try:
            yield self
        finally:
            self._leaving = True
            beating.cancel()
            await asyncio.wait([beating])
            with suppress(Unavailable):
                await self._release(list(self._held))
                await self._server.run([Call(LEAVE, [self._keys.members(self._group)], [self._name])])

    async def fetch(self, *, limit: int, wait_seconds: float) -> Sequence[Delivery]:
        deadline = time.monotonic() + wait_seconds
        while True:
            self._asked_at = time.monotonic()
            try:
                await self._hand_over()
                found = await self._read(limit)
                left = deadline - time.monotonic()
                if found or left <= 0:
                    return found
                await self._wait(left)
            except Unavailable:
                await self.again()
                raise

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        self._asked_at = time.monotonic()
        done: dict[int, dict[str, int]] = {}
        for delivery in deliveries:
            reading = self._held.get(delivery.partition, {}).get(delivery.topic)
            entry = delivery.place.rpartition("/")[2]
            if reading is not None and entry in reading.open:
                counts = done.setdefault(delivery.partition, {})
                counts[delivery.topic] = max(counts.get(delivery.topic, 0), reading.open.index(entry) + 1)
        calls = [self._acknowledging(partition, counts) for partition, counts in done.items()]
        try:
            answers = await self._server.run(calls)
        except Unavailable:
            await self.again()
            raise
        for (partition, counts), kept in zip(done.items(), answers, strict=True):
            if not kept:
                del self._held[partition]
                continue
            for topic, count in counts.items():
                del self._held[partition][topic].open[:count]

    async def again(self) -> None:
        for readings in self._held.values():
            for topic in readings:
                readings[topic] = _Reading()

    def _acknowledging(self, partition: int, counts: dict[str, int]) -> Call:
        keys = [self._keys.lease(partition, self._group)]
        arguments: list[str | bytes | int] = [self._name, self._group]
        for topic, count in counts.items():
            keys.append(self._keys.stream(partition, topic))
            arguments += [self._held[partition][topic].open[count - 1], count]
        return Call(ACKNOWLEDGE, keys, arguments)

    async def _read(self, limit: int) -> Sequence[Delivery]:
        """Read a little of each partition of the share, beginning with another one each time."""
        self._turn += 1
        share, topics = _turned(self._share, self._turn), _turned(self._topics, self._turn)
        for start in range(0, len(share), limit):
            if found := await self._read_some(share[start : start + limit], topics, limit):
                return found
        return []

    async def _read_some(self, partitions: Sequence[int], topics: Sequence[str], limit: int) -> Sequence[Delivery]:
        answers = await self._server.run(
            [self._reading(partition, topics, limit // len(partitions)) for partition in partitions]
        )
        found: list[Delivery] = []
        for partition, answer in zip(partitions, answers, strict=True):
            if not answer:
                self._held.pop(partition, None)
                continue
            readings = self._held.setdefault(partition, {topic: _Reading() for topic in topics})
            for topic, (start, entries) in zip(topics, answer, strict=True):
                found += _take(readings[topic], start.decode(), entries, topic, partition)
        return found

    def _reading(self, partition: int, topics: Sequence[str], limit: int) -> Call:
        held = self._held.get(partition, {})
        return Call(
            READ,
            [self._keys.lease(partition, self._group), *(self._keys.stream(partition, topic) for topic in topics)],
            [
                self._name,
                self._lease_milliseconds,
                self._group,
                limit,
                *(held[topic].position if topic in held else "" for topic in topics),
            ],
        )

    async def _wait(self, seconds: float) -> None:
        """Wait for entries, but shortly while a partition of the share has not been read yet."""
        positions = {
            self._keys.stream(partition, topic): reading.position
            for partition, readings in self._held.items()
            for topic, reading in readings.items()
            if partition in self._share and reading.position
        }
        if len(positions) < len(self._share) * len(self._topics):
            seconds = min(seconds, _SOON_SECONDS)
        await self._server.wait(positions, seconds=seconds)

    async def _hand_over(self) -> None:
        """Let go of the partitions of which others have the share now, once all that was read is acknowledged."""
        leaving = [partition for partition in self._held if partition not in self._share]
        await self._release([one for one in leaving if not any(reading.open for reading in self._held[one].values())])

    async def _release(self, partitions: Sequence[int]) -> None:
        await self._server.run(
            [Call(RELEASE, [self._keys.lease(partition, self._group)], [self._name]) for partition in partitions]
        )
        for partition in partitions:
            self._held.pop(partition, None)

    @property
    def _lease_milliseconds(self) -> int:
        return int(self._lease_seconds * 1000)

    async def _keep_beating(self) -> None:
        # Not for ever: below Python 3.12 a cancellation can get lost in `asyncio.wait_for`, which redis-py uses.
        while not self._leaving:
            await asyncio.sleep(self._lease_seconds / _BEATS_PER_LEASE)
            if time.monotonic() - self._asked_at < _STUCK_SECONDS:
                with suppress(Unavailable):  # the next fetch says so
                    await self._beat()

    async def _beat(self) -> None:
        """Say that this member is alive and hear who else is; keep the leases."""
        milliseconds = self._lease_milliseconds
        leases = [self._keys.lease(partition, self._group) for partition in list(self._held)]
        members, *_ = await self._server.run(
            [
                Call(JOIN, [self._keys.members(self._group)], [self._name, milliseconds]),
                *(Call(RENEW, [lease], [self._name, milliseconds]) for lease in leases),
            ]
        )
        mine = members.index(self._name.encode())
        self._share = [number for number in self._keys.partitions if number % len(members) == mine]


def _turned(values: Sequence[T], by: int) -> list[T]:
    by %= max(1, len(values))
    return [*values[by:], *values[:by]]


def _take(
    reading: _Reading, start: str, entries: Sequence[Any], topic: str, partition: int
) -> Sequence[Delivery]:  # entries are pairs of an id and a flat list of fields
    if start != reading.position:
        # Where it was read last is not known, or lost in the server: what was open comes again.
        reading.open.clear()
    reading.position = start
    found = []
    for entry, fields in entries:
        reading.position = entry.decode()
        reading.open.append(reading.position)
        named = dict(zip(fields[::2], fields[1::2], strict=True))
        found.append(
            Delivery(
                _uuid(named.get(b"id", b"")),
                topic,
                named.get(b"key", b"").decode(errors="replace"),
                named.get(b"body", b""),
                partition,
                f"{topic}/{partition}/{reading.position}",
                named.get(b"traceparent", b"").decode(errors="replace") or None,
            )
        )
    return found


def _uuid(text: bytes) -> UUID | None:
    try:
        return UUID(text.decode())
    except ValueError:
        return None

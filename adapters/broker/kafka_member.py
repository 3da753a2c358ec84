"""One member of a Kafka consumer group: what it has read and not acknowledged, and what happens when partitions
move."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from uuid import UUID

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from core.problems import Unavailable
from ports.broker import Delivery

# Shorter than the time that Kafka gives members to join again.
_HAND_OVER_SECONDS = 4.0
_POLL_SECONDS = 0.02


class KafkaMember(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """A `Consumption`."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self._open: dict[TopicPartition, list[int]] = {}
        self._moving = False
        self._settled = asyncio.Event()
        self._settled.set()

    async def fetch(self, *, limit: int, wait_seconds: float) -> Sequence[Delivery]:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait_seconds
        while self._moving and loop.time() < deadline:  # noqa: ASYNC110  (ends with the wait, too)
            await asyncio.sleep(_POLL_SECONDS)
        if self._moving:
            return []
        left = max(0, round((deadline - loop.time()) * 1000))
        try:
            found = await self._consumer.getmany(timeout_ms=left, max_records=limit)
        except (KafkaError, OSError) as error:
            await self.again()
            raise Unavailable("broker", f"{type(error).__name__}: {error}") from error
        for partition, records in found.items():
            self._open.setdefault(partition, []).extend(record.offset for record in records)
        self._note()
        return [_delivery(record) for records in found.values() for record in records]

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        done: dict[TopicPartition, int] = {}
        for delivery in deliveries:
            partition = TopicPartition(delivery.topic, delivery.partition)
            offset = int(delivery.place.rpartition("/")[2])
            if offset in self._open.get(partition, ()):
                done[partition] = max(done.get(partition, 0), offset + 1)
        if not done:
            return
        try:
            await self._consumer.commit(done)
        except (CommitFailedError, IllegalStateError):
            # They have moved to another member, to whom they come again.
            self._forget(done)
            return
        except (KafkaError, OSError) as error:
            await self.again()
            raise Unavailable("broker", f"{type(error).__name__}: {error}") from error
        for partition, offset in done.items():
            self._open[partition] = [one for one in self._open.get(partition, ()) if one >= offset]
        self._note()

    async def again(self) -> None:
        for partition, offsets in self._open.items():
            if offsets and partition in self._consumer.assignment():
                self._consumer.seek(partition, offsets[0])
        self._forget(list(self._open))

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Let what was read be acknowledged before others read it, if that does not take long."""
        self._moving = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._settled.wait(), _HAND_OVER_SECONDS)
        self._forget(revoked)

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        self._moving = False

    def _forget(self, partitions: Collection[TopicPartition]) -> None:
        for partition in partitions:
            self._open.pop(partition, None)
        self._note()

    def _note(self) -> None:
        if any(self._open.values()):
            self._settled.clear()
        else:
            self._settled.set()


def _delivery(record: ConsumerRecord) -> Delivery:
    headers = dict(record.headers)
    return Delivery(
        _uuid(headers.get("id")),
        record.topic,
        (record.key or b"").decode(errors="replace"),
        record.value or b"",
        record.partition,
        f"{record.topic}/{record.partition}/{record.offset}",
        (headers.get("traceparent") or b"").decode(errors="replace") or None,
    )


def _uuid(text: bytes | None) -> UUID | None:
    try:
        return None if text is None else UUID(text.decode())
    except ValueError:
        return None

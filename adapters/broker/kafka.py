"""The broker in Kafka. What it has accepted is on all in-sync replicas; it does not forget.

Sends one batch per partition at a time: the client retries a batch until it is stored, so none overtakes another, and
what is stored of a failed `publish` is, in each partition, the first messages of it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import GroupCoordinatorNotAvailableError, KafkaError, TopicAlreadyExistsError
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.structs import OffsetAndMetadata

from adapters.broker.kafka_member import KafkaMember
from core.problems import Unavailable
from ports.broker import LARGEST_BODY_BYTES, Consumption, Generation, Message, TooLarge

_TIMEOUT_SECONDS = 5.0
_JOIN_SECONDS = 15.0
_STOP_SECONDS = 3.0
_RETRY_SECONDS = 0.1
_SESSION_SECONDS = 10.0
# One body of the largest size, with its key and id, is a batch; Kafka's own limit is 1,048,588 unless set otherwise.
_BATCH_BYTES = LARGEST_BODY_BYTES + 100_000
_METADATA_SECONDS = 30
_REPLICAS = 3
_DAY_MILLISECONDS = 24 * 3600 * 1000

_partition = DefaultPartitioner()  # murmur2, as Kafka's own clients


@contextmanager
def reachable() -> Iterator[None]:
    """Turn what aiokafka raises into `Unavailable`."""
    try:
        yield
    except (KafkaError, OSError, TimeoutError) as error:
        raise Unavailable("broker", f"{type(error).__name__}: {error}") from error


class _Producer(AIOKafkaProducer):  # type: ignore[misc]  # aiokafka has no types
    async def abandon(self) -> None:
        """Stop at once; `stop` would go on sending, for as long as the server is away."""
        self._closed = True
        try:
            with suppress(KafkaError, OSError, TimeoutError):
                async with asyncio.timeout(_STOP_SECONDS):
                    await self._sender.close()
        finally:
            await self.client.close()


class Kafka:
    """A `Broker`. Topics that are missing are made with `partitions` and kept for `kept_days`; those that are there
    are left as they are."""

    def __init__(
        self,
        servers: str,
        *,
        partitions: int,
        kept_days: float,
        session_seconds: float = _SESSION_SECONDS,
    ) -> None:
        """Connects with the first call. A member that does not show for `session_seconds` loses its partitions."""
        self._servers = servers
        self._partitions = partitions
        self._kept_milliseconds = int(kept_days * _DAY_MILLISECONDS)
        self._session_seconds = session_seconds
        self._opening = asyncio.Lock()
        self._producer: _Producer | None = None
        self._admin: AIOKafkaAdminClient | None = None
        self._topics: set[str] = set()

    async def publish(self, messages: Sequence[Message]) -> None:
        for message in messages:
            if len(message.body) > LARGEST_BODY_BYTES:
                raise TooLarge(message)
        if not messages:
            return
        with reachable():
            await self._make_topics({message.topic for message in messages})
            producer = await self._open_producer()
            try:
                async with asyncio.timeout(_TIMEOUT_SECONDS):
                    await self._send(producer, messages)
            except BaseException:
                # What this client still wants to send must not come after what is published next.
                self._producer = None
                self._topics.clear()
                await producer.abandon()
                raise

    @asynccontextmanager
    async def _joined(self, group: str, topics: Sequence[str]) -> AsyncIterator[Consumption]:
        with reachable():
            await self._make_topics(topics)
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._servers,
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            session_timeout_ms=round(self._session_seconds * 1000),
            heartbeat_interval_ms=round(self._session_seconds * 1000 / 5),
            request_timeout_ms=round(max(_TIMEOUT_SECONDS, self._session_seconds) * 1000),
            metadata_max_age_ms=_METADATA_SECONDS * 1000,
        )
        member = KafkaMember(consumer)
        consumer.subscribe(list(topics), listener=member)
        try:
            with reachable():
                async with asyncio.timeout(_JOIN_SECONDS):
                    await consumer.start()
            yield member
        finally:
            await _stop(consumer)

    def consume(self, group: str, topics: Sequence[str]) -> AbstractAsyncContextManager[Consumption]:
        return self._joined(group, topics)

    async def lag(self, group: str, topics: Sequence[str]) -> int:
        with reachable():
            await self._make_topics(topics)
            admin = await self._open_admin()
            consumer = AIOKafkaConsumer(bootstrap_servers=self._servers)
            try:
                async with asyncio.timeout(_TIMEOUT_SECONDS):
                    done = await _offsets(admin, group)
                    await consumer.start()
                    found = [
                        TopicPartition(one["topic"], part["partition"])
                        for one in await admin.describe_topics(list(topics))
                        for part in one["partitions"]
                    ]
                    first, end = await consumer.beginning_offsets(found), await consumer.end_offsets(found)
            finally:
                await _stop(consumer)
        return sum(
            end[one] - max(first[one], done[one].offset if one in done else 0) for one in found if end[one] > first[one]
        )

    async def generation(self) -> Generation | None:
        return None

    async def ping(self) -> None:
        with reachable():
            admin = await self._open_admin()
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                await admin.describe_cluster()

    async def close(self) -> None:
        producer, self._producer = self._producer, None
        admin, self._admin = self._admin, None
        for client in (producer, admin):
            if client is not None:
                await _stop(client)

    async def _send(self, producer: AIOKafkaProducer, messages: Sequence[Message]) -> None:
        by_partition: dict[tuple[str, int], list[Message]] = {}
        for message in messages:
            known = sorted(await producer.partitions_for(message.topic))
            number = _partition(message.key.encode(), known, known)
            by_partition.setdefault((message.topic, number), []).append(message)
        await asyncio.gather(
            *(_send_in_order(producer, topic, number, some) for (topic, number), some in by_partition.items())
        )

    async def _open_producer(self) -> _Producer:
        async with self._opening:
            if self._producer is None:
                producer = _Producer(
                    bootstrap_servers=self._servers,
                    acks="all",
                    enable_idempotence=True,
                    max_batch_size=_BATCH_BYTES,
                    max_request_size=_BATCH_BYTES,
                    request_timeout_ms=round(_TIMEOUT_SECONDS * 1000),
                    metadata_max_age_ms=_METADATA_SECONDS * 1000,
                )
                await _start(producer)
                self._producer = producer
            return self._producer

    async def _open_admin(self) -> AIOKafkaAdminClient:
        async with self._opening:
            if self._admin is None:
                admin = AIOKafkaAdminClient(
                    bootstrap_servers=self._servers, request_timeout_ms=round(_TIMEOUT_SECONDS * 1000)
                )
                await _start(admin)
                self._admin = admin
            return self._admin

    async def _make_topics(self, topics: Sequence[str] | set[str]) -> None:
        """Make those that are missing; asked once per process and topic."""
        if self._topics.issuperset(topics):
            return
        admin = await self._open_admin()
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            missing = set(topics) - set(await admin.list_topics())
            if missing:
                brokers = len((await admin.describe_cluster())["brokers"])
                kept = {"retention.ms": str(self._kept_milliseconds)}
                with suppress(TopicAlreadyExistsError):
                    await admin.create_topics(
                        [
                            NewTopic(name, self._partitions, min(_REPLICAS, brokers), topic_configs=kept)
                            for name in sorted(missing)
                        ]
                    )
        self._topics.update(topics)


async def _send_in_order(producer: AIOKafkaProducer, topic: str, partition: int, messages: Sequence[Message]) -> None:
    """Send messages of one partition, each batch when the one before is stored."""
    batch = producer.create_batch()
    for message in messages:
        entry = {
            "timestamp": None,
            "key": message.key.encode(),
            "value": message.body,
            "headers": _headers(message),
        }
        if batch.append(**entry) is None:
            await (await producer.send_batch(batch, topic, partition=partition))
            batch = producer.create_batch()
            batch.append(**entry)
    batch.close()
    await (await producer.send_batch(batch, topic, partition=partition))


def _headers(message: Message) -> list[tuple[str, bytes]]:
    headers = [("id", str(message.id).encode())]
    return headers if message.trace is None else [*headers, ("traceparent", message.trace.encode())]


async def _offsets(admin: AIOKafkaAdminClient, group: str) -> Mapping[TopicPartition, OffsetAndMetadata]:
    """How far a group has come; a new cluster has nobody to ask at first."""
    while True:
        try:
            found: Mapping[TopicPartition, OffsetAndMetadata] = await admin.list_consumer_group_offsets(group)
            return found
        except GroupCoordinatorNotAvailableError:
            await asyncio.sleep(_RETRY_SECONDS)


async def _start(client: AIOKafkaProducer | AIOKafkaAdminClient) -> None:
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            await client.start()
    except BaseException:
        await _stop(client)
        raise


async def _stop(client: AIOKafkaProducer | AIOKafkaConsumer | AIOKafkaAdminClient) -> None:
    """Let go of a client; what goes wrong then is of no interest any more."""
    try:
        with suppress(KafkaError, OSError, TimeoutError):
            async with asyncio.timeout(_STOP_SECONDS):
                await (client.close() if isinstance(client, AIOKafkaAdminClient) else client.stop())
    finally:
        if isinstance(client, AIOKafkaConsumer):
            await client._client.close()  # not reached by `stop` when the server does not answer that we leave

"""The broker in Redis or Valkey: one stream per topic and partition, groups whose members share the partitions.

Needs Redis 7 or any Valkey. Only as durable as the server's settings make it: `generation` shows what was lost.
"""

import hashlib
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from uuid import uuid4

from adapters.broker.redis_member import RedisMember
from adapters.broker.redis_scripts import LAG, PUBLISH, REMEMBER
from adapters.broker.redis_server import Call, Keys, RedisClusterServer, RedisServer
from core.problems import Unavailable
from ports.broker import LARGEST_BODY_BYTES, Consumption, Generation, Message, TooLarge

_CLUSTER = "redis+cluster://"
_LEASE_SECONDS = 10.0
_TRIM_SECONDS = 60
_DAY_MILLISECONDS = 24 * 3600 * 1000


class RedisStreams:
    """A `Broker`. `partitions` is the same in all processes, and may grow only when all that was sent is read."""

    def __init__(
        self,
        server: RedisServer,
        *,
        prefix: str,
        partitions: int,
        kept_days: float,
        lease_seconds: float = _LEASE_SECONDS,
    ) -> None:
        self._server = server
        self._keys = Keys(prefix, partitions)
        self._kept_milliseconds = int(kept_days * _DAY_MILLISECONDS)
        self._lease_seconds = lease_seconds
        self._memories: Sequence[bytes] = [b""] * partitions

    @classmethod
    def from_url(
        cls, url: str, *, prefix: str, partitions: int, kept_days: float, lease_seconds: float = _LEASE_SECONDS
    ) -> "RedisStreams":
        """Connects with the first call. `redis+cluster://` names any node of a cluster. Entries older than
        `kept_days` go when every group has acknowledged them. A member that does not show for `lease_seconds` loses
        its partitions to others."""
        if url.startswith(_CLUSTER):
            server: RedisServer = RedisClusterServer("redis://" + url.removeprefix(_CLUSTER))
        else:
            server = RedisServer(url)
        return cls(server, prefix=prefix, partitions=partitions, kept_days=kept_days, lease_seconds=lease_seconds)

    async def publish(self, messages: Sequence[Message]) -> None:
        by_partition: dict[int, list[Message]] = {}
        for message in messages:
            if len(message.body) > LARGEST_BODY_BYTES:
                raise TooLarge(message)
            by_partition.setdefault(self._keys.partition(message.key), []).append(message)
        stored = await self._server.run([self._publishing(partition, some) for partition, some in by_partition.items()])
        if not all(stored):
            raise Unavailable("broker", "The server was emptied.")

    def consume(self, group: str, topics: Sequence[str]) -> AbstractAsyncContextManager[Consumption]:
        return RedisMember(self._server, self._keys, group, topics, self._lease_seconds).joined()

    async def lag(self, group: str, topics: Sequence[str]) -> int:
        answers = await self._server.run(
            [
                Call(LAG, [self._keys.stream(partition, topic) for topic in topics], [group])
                for partition in self._keys.partitions
            ]
        )
        return sum(answers)

    async def generation(self) -> Generation | None:
        answers = await self._server.run(
            [
                Call(REMEMBER, [self._keys.memory(partition)], [uuid4().hex])
                # One slot of each node would do, but which is whose may change.
                for partition in self._keys.partitions
            ]
        )
        self._memories = answers
        return Generation(hashlib.sha256(b"".join(answers)).hexdigest(), await self._server.runs())

    async def ping(self) -> None:
        await self._server.ping()

    async def close(self) -> None:
        await self._server.close()

    def _publishing(self, partition: int, messages: Sequence[Message]) -> Call:
        topics = list(dict.fromkeys(message.topic for message in messages))
        numbers = {topic: number for number, topic in enumerate(topics, start=1)}
        arguments: list[str | bytes | int] = [self._memories[partition], self._kept_milliseconds, _TRIM_SECONDS]
        for message in messages:
            arguments += [numbers[message.topic], str(message.id), message.key, message.body, message.trace or ""]
        keys = [self._keys.memory(partition), self._keys.trimmed(partition)]
        keys += [self._keys.stream(partition, topic) for topic in topics]
        return Call(PUBLISH, keys, arguments)

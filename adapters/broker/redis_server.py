"""The Redis or Valkey, alone or as a cluster, that streams lie in: keys, calls and errors.

All keys of one partition number share a hash tag, so that a script may touch its streams and its leases at once and a
cluster spreads the partitions over its nodes.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from zlib import crc32

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from adapters.redis_client import AnyRedis, reachable

# Longer than any wait for entries.
SOCKET_SECONDS = 3.0
LONGEST_BLOCK_SECONDS = 1.0
_CLUSTER_POLL_SECONDS = 0.1


class Keys:
    """The names of keys: `{emporium.3}:stream:emporium.inventory` is partition 3 of the topic `emporium.inventory`."""

    def __init__(self, prefix: str, partitions: int) -> None:
        self._prefix = prefix
        self.partitions = range(partitions)

    def partition(self, key: str) -> int:
        """The same for a key in every process and every release."""
        return crc32(key.encode()) % len(self.partitions)

    def stream(self, partition: int, topic: str) -> str:
        return f"{{{self._prefix}.{partition}}}:stream:{topic}"

    def lease(self, partition: int, group: str) -> str:
        return f"{{{self._prefix}.{partition}}}:lease:{group}"

    def memory(self, partition: int) -> str:
        return f"{{{self._prefix}.{partition}}}:memory"

    def trimmed(self, partition: int) -> str:
        return f"{{{self._prefix}.{partition}}}:trimmed"

    def members(self, group: str) -> str:
        return f"{self._prefix}:members:{group}"


class Call(NamedTuple):
    """A script with its keys and arguments."""

    script: str
    keys: Sequence[str]
    arguments: Sequence[str | bytes | int]


class RedisServer:
    """One server."""

    def __init__(self, url: str) -> None:
        self._client: AnyRedis = self._connect(url)

    async def run(self, calls: Sequence[Call]) -> Sequence[Any]:  # what scripts answer has no type
        """Run scripts in one round trip to each node."""
        if not calls:
            return []
        pipeline = self._pipeline()
        for call in calls:
            pipeline.eval(call.script, len(call.keys), *call.keys, *call.arguments)
        with reachable("broker"):
            answers: Sequence[Any] = await pipeline.execute()
        return answers

    async def wait(self, positions: Mapping[str, str], *, seconds: float) -> None:
        """Return when a stream has an entry behind its position, or after a while, at most `seconds`."""
        milliseconds = int(min(seconds, LONGEST_BLOCK_SECONDS) * 1000)
        if not positions or milliseconds == 0:  # which would be for ever
            await asyncio.sleep(min(seconds, _CLUSTER_POLL_SECONDS))
            return
        with reachable("broker"):
            await self._client.xread(dict(positions), count=1, block=milliseconds)

    async def runs(self) -> str:
        """Another one after a restart or failover."""
        with reachable("broker"):
            return str((await self._client.info("server"))["run_id"])

    async def ping(self) -> None:
        with reachable("broker"):
            await self._client.ping()

    async def close(self) -> None:
        await self._client.aclose()

    def _connect(self, url: str) -> AnyRedis:
        return Redis.from_url(
            url,
            protocol=2,
            socket_timeout=SOCKET_SECONDS,
            socket_connect_timeout=SOCKET_SECONDS,
            health_check_interval=30,
            # Once more at once: a connection that was left over from before a restart.
            retry=Retry(NoBackoff(), 1),
        )

    def _pipeline(self) -> AnyRedis:
        return self._client.pipeline(transaction=False)


class RedisClusterServer(RedisServer):
    """Any node of a cluster; each partition number lies in one slot. Waits by asking now and then."""

    async def wait(self, positions: Mapping[str, str], *, seconds: float) -> None:
        await asyncio.sleep(min(seconds, _CLUSTER_POLL_SECONDS))

    async def runs(self) -> str:
        with reachable("broker"):
            found = await self._client.info("server", target_nodes=RedisCluster.PRIMARIES)
        nodes = found.values() if "run_id" not in found else [found]
        return hashlib.sha256("".join(sorted(str(node["run_id"]) for node in nodes)).encode()).hexdigest()

    def _connect(self, url: str) -> AnyRedis:
        return RedisCluster.from_url(
            url, protocol=2, socket_timeout=SOCKET_SECONDS, socket_connect_timeout=SOCKET_SECONDS
        )

    def _pipeline(self) -> AnyRedis:
        return self._client.pipeline()

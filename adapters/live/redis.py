"""Telling all processes through Redis or Valkey publish/subscribe, on one server or on a cluster."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import cast

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from adapters.redis_client import AnyRedis, reachable
from core.problems import Unavailable

_SOCKET_SECONDS = 1.0
# A listener that hears nothing for so long asks whether the server is still there, and waits as long for the answer.
_SILENCE_SECONDS = 5.0


def _client(url: str, timeout_seconds: float, *, retries: int) -> AnyRedis:
    return Redis.from_url(
        url,
        socket_timeout=timeout_seconds,
        socket_connect_timeout=timeout_seconds,
        retry=Retry(NoBackoff(), retries),
    )


class RedisLive:
    """One server. Channels of its numbered databases are told apart by name: to Redis they are all the same."""

    def __init__(self, url: str, *, timeout_seconds: float = _SOCKET_SECONDS) -> None:
        self._client: AnyRedis = _client(url, timeout_seconds, retries=1)
        # A listener must not connect anew in silence: what was told meanwhile would be missing, and nobody would know.
        self._listener: AnyRedis = _client(url, timeout_seconds, retries=0)
        self._number = self._client.connection_pool.connection_kwargs.get("db") or 0

    async def tell(self, channel: str, message: bytes) -> None:
        with reachable("live"):
            await self._client.publish(self._name(channel), message)

    @asynccontextmanager
    async def listen(self, channel: str) -> AsyncIterator[AsyncIterator[bytes]]:
        pubsub = self._listener.pubsub()
        try:
            with reachable("live"):
                await pubsub.subscribe(self._name(channel))
                async with asyncio.timeout(_SILENCE_SECONDS):
                    while (first := await pubsub.get_message(timeout=_SILENCE_SECONDS)) is None:
                        pass
            if first["type"] != "subscribe":
                raise Unavailable("live", "The server did not confirm the subscription.")
            yield _messages(pubsub)
        finally:
            await pubsub.aclose()

    async def ping(self) -> None:
        with reachable("live"):
            await cast(Awaitable[bool], self._client.ping())

    async def close(self) -> None:
        await self._client.aclose()
        await self._listener.aclose()

    def _name(self, channel: str) -> str:
        return f"{channel}@{self._number}"


async def _messages(pubsub: AnyRedis) -> AsyncGenerator[bytes]:
    asked = False
    while True:
        with reachable("live"):
            message = await pubsub.get_message(timeout=_SILENCE_SECONDS)
            if message is None:
                if asked:
                    raise Unavailable("live", "The server has stopped answering.")
                await pubsub.ping()
                asked = True
                continue
        asked = False
        if message["type"] == "message":
            yield message["data"]


class RedisClusterLive(RedisLive):
    """A cluster: what one node is told, all nodes tell."""

    def __init__(self, url: str, *, timeout_seconds: float = _SOCKET_SECONDS) -> None:
        self._cluster = RedisCluster.from_url(url, socket_timeout=timeout_seconds)
        self._timeout_seconds = timeout_seconds
        self._number = 0

    async def tell(self, channel: str, message: bytes) -> None:
        with reachable("live"):
            await self._cluster.execute_command(
                "PUBLISH", self._name(channel), message, target_nodes=RedisCluster.RANDOM
            )

    @asynccontextmanager
    async def listen(self, channel: str) -> AsyncIterator[AsyncIterator[bytes]]:
        with reachable("live"):
            await self._cluster.initialize()
            node = self._cluster.get_random_node()
        one = RedisLive(f"redis://{node.host}:{node.port}", timeout_seconds=self._timeout_seconds)
        try:
            async with one.listen(channel) as told:
                yield told
        finally:
            await one.close()

    async def ping(self) -> None:
        with reachable("live"):
            await self._cluster.ping(target_nodes=RedisCluster.RANDOM)

    async def close(self) -> None:
        await self._cluster.aclose()

"""The cache in Redis or Valkey, alone or as a cluster.

A value is stored as 8 bytes of version, one byte that says whether data follows, and the data. Versions are compared
by a script in the server, so a slow reader and an invalidation may meet in any order.
"""

import struct
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import cast

from redis.asyncio import Redis, RedisCluster

from adapters.redis_client import AnyRedis, Pause, reachable
from core.profile import cache_call
from ports.cache import Versioned

_HEAD = struct.Struct(">QB")
_SOCKET_SECONDS = 0.5
# Versions are compared as two halves: Lua's numbers are doubles, and its order of strings follows the server's locale.
# An entry with data gives way to nothing lower; a mark ("refuse what is older") gives way to data of its own version.
_SCRIPT = """
local milliseconds = ARGV[1]
for i, key in ipairs(KEYS) do
  local new = ARGV[i + 1]
  local current = redis.call('GETRANGE', key, 0, 7)
  local store = true
  if #current == 8 then
    local high, low = struct.unpack('>I4I4', current)
    local new_high, new_low = struct.unpack('>I4I4', new)
    if high == new_high and low == new_low then
      store = string.byte(new, 9) == 1
    else
      store = new_high > high or (new_high == high and new_low > low)
    end
  end
  if store then redis.call('SET', key, new, 'PX', milliseconds) end
end
return redis.status_reply('OK')
"""


def _encode(version: int, data: bytes | None) -> bytes:
    return _HEAD.pack(version, 0) if data is None else _HEAD.pack(version, 1) + data


def _decode(raw: bytes | None) -> Versioned | None:
    if raw is None or len(raw) < _HEAD.size:
        return None
    version, has_data = _HEAD.unpack_from(raw)
    return Versioned(version, raw[_HEAD.size :] if has_data else None)


class RedisCache:
    """One server. Every call is one round trip, however many keys it names."""

    def __init__(self, client: AnyRedis, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._store_script = client.register_script(_SCRIPT)
        self._pause = Pause("cache", clock)

    @classmethod
    def from_url(
        cls, url: str, *, timeout_seconds: float = _SOCKET_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> "RedisCache":
        """Connects with the first call; a server that answers later than `timeout_seconds` counts as unreachable."""
        return cls(
            Redis.from_url(
                url,
                socket_timeout=timeout_seconds,
                socket_connect_timeout=timeout_seconds,
                health_check_interval=30,
            ),
            clock=clock,
        )

    async def get_many(self, keys: Sequence[str]) -> Sequence[Versioned | None]:
        if not keys:
            return []
        with self._pause.after_failure(), cache_call("MGET"):
            found = await self._fetch(keys)
        return [_decode(raw) for raw in found]

    async def put_many(self, values: Mapping[str, Versioned], *, seconds: int) -> None:
        if values:
            entries = {key: _encode(value.version, value.data) for key, value in values.items()}
            with self._pause.after_failure(), cache_call("EVALSHA"):
                await self._send(entries, seconds * 1000)

    async def invalidate(self, versions: Mapping[str, int], *, seconds: int) -> None:
        # Never skipped: who drops values must know whether it was done.
        if versions:
            with cache_call("EVALSHA"), reachable("cache"):
                entries = {key: _encode(version, None) for key, version in versions.items()}
                await self._send(entries, seconds * 1000)

    async def ping(self) -> None:
        with reachable("cache"):
            await cast(Awaitable[bool], self._client.ping())

    async def close(self) -> None:
        await self._client.aclose()

    async def _fetch(self, keys: Sequence[str]) -> Sequence[bytes | None]:
        return cast(Sequence[bytes | None], await self._client.mget(keys))

    async def _send(self, entries: Mapping[str, bytes], milliseconds: int) -> None:
        await self._store_script(keys=list(entries), args=[milliseconds, *entries.values()])


class RedisClusterCache(RedisCache):
    """A cluster: keys lie in different slots, so each has its own command, sent to all nodes at once."""

    def __init__(self, client: AnyRedis, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._pause = Pause("cache", clock)

    @classmethod
    def from_url(
        cls, url: str, *, timeout_seconds: float = _SOCKET_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> "RedisClusterCache":
        client = RedisCluster.from_url(url, socket_timeout=timeout_seconds, socket_connect_timeout=timeout_seconds)
        return cls(client, clock=clock)

    async def _fetch(self, keys: Sequence[str]) -> Sequence[bytes | None]:
        return cast(Sequence[bytes | None], await self._client.mget_nonatomic(keys))

    async def _send(self, entries: Mapping[str, bytes], milliseconds: int) -> None:
        pipeline = self._client.pipeline()
        for key, entry in entries.items():
            pipeline.eval(_SCRIPT, 1, key, milliseconds, entry)
        await pipeline.execute()

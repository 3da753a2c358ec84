"""Attempts counted in Redis or Valkey, alone or as a cluster, by the server's own clock.

Each key is a hash: how many attempts were made, and until when the next one has to wait.
"""

from collections.abc import Sequence
from typing import cast

from redis.asyncio import Redis, RedisCluster

from adapters.redis_client import AnyRedis, reachable
from core.profile import cache_call
from ports.throttle import Slowed

_PREFIX = "throttle:"
_SOCKET_SECONDS = 1.0
# ARGV[1] is whether to count, and then four figures a key. Answers with the milliseconds to wait, and counts only if
# there are none for any key.
_SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait = 0
for _, key in ipairs(KEYS) do
  wait = math.max(wait, tonumber(redis.call('HGET', key, 'until') or '0') - now)
end
if wait > 0 or ARGV[1] == '0' then return wait end
for i, key in ipairs(KEYS) do
  local free, first, longest, memory = unpack(ARGV, 4 * i - 2, 4 * i + 1)
  local made = redis.call('HINCRBY', key, 'made', 1)
  local pause = 0
  if made >= tonumber(free) then
    pause = math.min(tonumber(longest), tonumber(first) * 2 ^ math.min(made - tonumber(free), 32))
  end
  redis.call('HSET', key, 'until', string.format('%.0f', now + pause))
  redis.call('PEXPIRE', key, string.format('%.0f', math.max(tonumber(memory), pause)))
end
return 0
"""


class RedisThrottle:
    """One server. Each attempt is one round trip, whatever it is counted under."""

    def __init__(self, client: AnyRedis) -> None:
        self._client = client
        self._script = client.register_script(_SCRIPT)

    @classmethod
    def from_url(cls, url: str) -> "RedisThrottle":
        """Connects with the first call."""
        return cls(
            Redis.from_url(
                url,
                socket_timeout=_SOCKET_SECONDS,
                socket_connect_timeout=_SOCKET_SECONDS,
                health_check_interval=30,
            )
        )

    async def attempt(self, keys: Sequence[tuple[str, Slowed]]) -> float:
        if not keys:
            return 0.0
        with reachable("throttle"):
            return await self._attempt(keys) / 1000

    async def forget(self, key: str) -> None:
        with cache_call("DEL"), reachable("throttle"):
            await self._client.delete(_PREFIX + key)

    async def close(self) -> None:
        await self._client.aclose()

    async def _attempt(self, keys: Sequence[tuple[str, Slowed]]) -> int:
        figures = [figure for _, slowed in keys for figure in _milliseconds(slowed)]
        with cache_call("EVALSHA"):
            answer = await self._script(keys=[_PREFIX + key for key, _ in keys], args=[1, *figures])
        return cast(int, answer)


class RedisClusterThrottle(RedisThrottle):
    """A cluster: keys lie in different slots, so all are asked first, and counted if none has to wait.

    What comes at once between the two is counted too: more than one server would let through is never let through.
    """

    def __init__(self, client: AnyRedis) -> None:
        self._client = client

    @classmethod
    def from_url(cls, url: str) -> "RedisClusterThrottle":
        return cls(RedisCluster.from_url(url, socket_timeout=_SOCKET_SECONDS, socket_connect_timeout=_SOCKET_SECONDS))

    async def _attempt(self, keys: Sequence[tuple[str, Slowed]]) -> int:
        wait = await self._run(keys, count=False) if len(keys) > 1 else 0
        return wait or await self._run(keys, count=True)

    async def _run(self, keys: Sequence[tuple[str, Slowed]], *, count: bool) -> int:
        pipeline = self._client.pipeline()
        for key, slowed in keys:
            pipeline.eval(_SCRIPT, 1, _PREFIX + key, int(count), *_milliseconds(slowed))
        with cache_call("EVAL"):
            return max(cast(list[int], await pipeline.execute()))


def _milliseconds(slowed: Slowed) -> tuple[int, int, int, int]:
    """As the script takes it: seconds are thousands."""
    return slowed.free, slowed.first_seconds * 1000, slowed.longest_seconds * 1000, slowed.memory_seconds * 1000

"""Attempts counted in Redis or Valkey, alone or as a cluster, by the server's own clock.

Each key is a hash: how many attempts were made, and until when the next one has to wait.
"""

import time
from collections.abc import Callable, Sequence
from typing import cast

from redis.asyncio import Redis, RedisCluster

from adapters.redis_client import AnyRedis, Pause, reachable
from core.profile import cache_call
from ports.throttle import Slowed, Taking

_PREFIX = "throttle:"
_RATES = "rate:"
_SOCKET_SECONDS = 1.0
# Keys, each with what the script is told of it.
Figures = Sequence[tuple[str, Sequence[float]]]
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
# The generic cell rate algorithm: of each key only the moment is kept at which all uses are there again. ARGV[1] is
# whether to take, and then three figures a key: milliseconds for one use, for all uses, and how many are wanted. Times
# are fractions of milliseconds, which a double holds well enough.
_TAKING = """
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local wait = 0
local moments = {}
for i, key in ipairs(KEYS) do
  local each, all, uses = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1])
  moments[i] = math.max(tonumber(redis.call('GET', key) or '0'), now) + math.min(each * uses, all)
  wait = math.max(wait, moments[i] - now - all)
end
if wait > 0.5 or ARGV[1] == '0' then return math.ceil(wait - 0.5) end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.3f', moments[i]), 'PX', math.max(math.ceil(moments[i] - now), 1))
end
return 0
"""


class RedisThrottle:
    """One server. Each attempt is one round trip, whatever it is counted under.

    After a failure nothing is taken for a moment: every operation takes, and none is to wait for a server that hangs.
    Attempts are few and always asked for.
    """

    def __init__(self, client: AnyRedis, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._script = client.register_script(_SCRIPT)
        self._taking = client.register_script(_TAKING)
        self._pause = Pause("throttle", clock)

    @classmethod
    def from_url(cls, url: str, *, clock: Callable[[], float] = time.monotonic) -> "RedisThrottle":
        """Connects with the first call."""
        return cls(
            Redis.from_url(
                url,
                socket_timeout=_SOCKET_SECONDS,
                socket_connect_timeout=_SOCKET_SECONDS,
                health_check_interval=30,
            ),
            clock=clock,
        )

    async def attempt(self, keys: Sequence[tuple[str, Slowed]]) -> float:
        if not keys:
            return 0.0
        with reachable("throttle"):
            return await self._attempt(keys) / 1000

    async def take(self, wanted: Sequence[Taking]) -> float:
        if not wanted:
            return 0.0
        with self._pause.after_failure():
            return await self._take(wanted) / 1000

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

    async def _take(self, wanted: Sequence[Taking]) -> int:
        keys, figures = [_RATES + one.key for one in wanted], [figure for one in wanted for figure in _figures(one)]
        with cache_call("EVALSHA"):
            return cast(int, await self._taking(keys=keys, args=[1, *figures]))


class RedisClusterThrottle(RedisThrottle):
    """A cluster: keys lie in different slots, so all are asked first, and counted if none has to wait.

    What comes at once between the two is counted too: more than one server would let through is never let through.
    """

    def __init__(self, client: AnyRedis, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._pause = Pause("throttle", clock)

    @classmethod
    def from_url(cls, url: str, *, clock: Callable[[], float] = time.monotonic) -> "RedisClusterThrottle":
        client = RedisCluster.from_url(url, socket_timeout=_SOCKET_SECONDS, socket_connect_timeout=_SOCKET_SECONDS)
        return cls(client, clock=clock)

    async def _attempt(self, keys: Sequence[tuple[str, Slowed]]) -> int:
        return await self._ask_all(_SCRIPT, [(_PREFIX + key, _milliseconds(slowed)) for key, slowed in keys])

    async def _take(self, wanted: Sequence[Taking]) -> int:
        return await self._ask_all(_TAKING, [(_RATES + one.key, _figures(one)) for one in wanted])

    async def _ask_all(self, script: str, figures: Figures) -> int:
        """The longest wait of these keys; what is asked for is counted if there is none."""
        wait = await self._run(script, figures, count=False) if len(figures) > 1 else 0
        return wait or await self._run(script, figures, count=True)

    async def _run(self, script: str, figures: Figures, *, count: bool) -> int:
        pipeline = self._client.pipeline()
        for key, some in figures:
            pipeline.eval(script, 1, key, int(count), *some)
        with cache_call("EVAL"):
            return max(cast(list[int], await pipeline.execute()))


def _figures(wanted: Taking) -> tuple[float, int, int]:
    """As the script takes it."""
    return wanted.seconds * 1000 / wanted.most, wanted.seconds * 1000, wanted.uses


def _milliseconds(slowed: Slowed) -> tuple[int, int, int, int]:
    """As the script takes it: seconds are thousands."""
    return slowed.free, slowed.first_seconds * 1000, slowed.longest_seconds * 1000, slowed.memory_seconds * 1000

"""Carts in Redis or Valkey, alone or as a cluster: a hash each, changed by scripts, so as a whole or not at all.

Carts are spread over shards whose name is the hash tag of their keys. So a cart lies in one slot with the set that says
which carts of its shard wait to be saved, and a script may change both.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from redis.asyncio import Redis, RedisCluster

from adapters.redis_client import AnyRedis, reachable
from core.profile import cache_call
from ports.carts import DirtyCart, StoredCart

_SHARDS = 64
_SOCKET_SECONDS = 1.0
_VERSION = "#version"
# Microseconds since 1970 have 51 bits, so Lua's doubles hold them exactly; "%.0f" writes all their digits.
_PARTS = """
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end
local function write(key, dirty, member, milliseconds, floor, first, last)
  local moment = now()
  local version = string.format('%.0f', math.max(moment, floor + 1))
  redis.call('HSET', key, '#version', version, '#seen', string.format('%.0f', moment))
  for i = first, last, 2 do redis.call('HSET', key, ARGV[i], ARGV[i + 1]) end
  redis.call('PEXPIRE', key, milliseconds)
  redis.call('ZADD', dirty, 'NX', string.format('%.0f', moment), member)
end
"""
# A cart that is only looked at is written behind once a day, so that its copy does not end before it does.
_FIND = (
    _PARTS
    + """
local found = redis.call('HGETALL', KEYS[1])
if #found == 0 then return found end
local seen = tonumber(redis.call('HGET', KEYS[1], '#seen'))
local moment = now()
redis.call('PEXPIRE', KEYS[1], ARGV[2])
if moment - seen > 86400000000 then
  redis.call('HSET', KEYS[1], '#seen', string.format('%.0f', moment))
  redis.call('ZADD', KEYS[2], 'NX', string.format('%.0f', moment), ARGV[1])
end
return found
"""
)
_CHANGE = (
    _PARTS
    + """
local current = redis.call('HGET', KEYS[1], '#version')
if (current or '') ~= ARGV[3] then return false end
local floor = math.max(tonumber(current or '0'), tonumber(ARGV[4]))
local last = 5 + 2 * tonumber(ARGV[5])
write(KEYS[1], KEYS[2], ARGV[1], ARGV[2], floor, 6, last)
for i = last + 1, #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end
return redis.call('HGETALL', KEYS[1])
"""
)
_RESTORE = (
    _PARTS
    + """
if redis.call('EXISTS', KEYS[1]) == 0 then
  write(KEYS[1], KEYS[2], ARGV[1], ARGV[2], tonumber(ARGV[3]), 4, #ARGV)
end
return redis.call('HGETALL', KEYS[1])
"""
)
# What changed after the version that was saved waits since then.
_SAVED = """
local current = redis.call('HGET', KEYS[1], '#version')
if not current or current == ARGV[2] then
  redis.call('ZREM', KEYS[2], ARGV[1])
else
  redis.call('ZADD', KEYS[2], 'XX', ARGV[2], ARGV[1])
end
return 1
"""


class RedisCarts:
    """One server. A cart that nobody uses for `kept` is gone."""

    def __init__(self, client: AnyRedis, *, kept: timedelta) -> None:
        self._client = client
        self._milliseconds = int(kept / timedelta(milliseconds=1))

    @classmethod
    def from_url(cls, url: str, *, kept: timedelta) -> "RedisCarts":
        """Connects with the first call."""
        return cls(
            Redis.from_url(
                url,
                socket_timeout=_SOCKET_SECONDS,
                socket_connect_timeout=_SOCKET_SECONDS,
                health_check_interval=30,
                decode_responses=True,
            ),
            kept=kept,
        )

    async def find(self, ids: Sequence[UUID]) -> Mapping[UUID, StoredCart]:
        answers = await self._each(_FIND, [(id, [self._milliseconds]) for id in ids])
        return {id: cart for id, answer in zip(ids, answers, strict=True) if (cart := _cart(id, answer)) is not None}

    async def change(
        self, id: UUID, *, expected: int | None, put: Mapping[str, str], remove: Sequence[str], above: int = 0
    ) -> StoredCart | None:
        words = [text for pair in put.items() for text in pair]
        version = "" if expected is None else str(expected)
        (answer,) = await self._each(_CHANGE, [(id, [self._milliseconds, version, above, len(put), *words, *remove])])
        return _cart(id, answer)

    async def restore(self, cart: StoredCart) -> StoredCart:
        words = [text for pair in cart.fields.items() for text in pair]
        (answer,) = await self._each(_RESTORE, [(cart.id, [self._milliseconds, cart.version, *words])])
        restored = _cart(cart.id, answer)
        if restored is None:
            raise AssertionError("the script answers with a cart that exists")
        return restored

    async def list_dirty(self, *, limit: int) -> Sequence[DirtyCart]:
        with cache_call("ZRANGE"), reachable("carts"):
            pipeline = self._client.pipeline(transaction=False)
            for shard in range(_SHARDS):
                pipeline.zrange(_dirty_key(shard), 0, limit - 1, withscores=True)
            answers = await pipeline.execute()
        found = [
            DirtyCart(UUID(member), datetime.fromtimestamp(score / 1e6, UTC))
            for answer in answers
            for member, score in answer
        ]
        return sorted(found, key=lambda cart: cart.changed_at)[:limit]

    async def mark_saved(self, carts: Sequence[StoredCart]) -> None:
        await self._each(_SAVED, [(cart.id, [cart.version]) for cart in carts])

    async def close(self) -> None:
        await self._client.aclose()

    # What a script answers is of its own kind, hence Any.
    async def _each(self, script: str, calls: Sequence[tuple[UUID, Sequence[str | int]]]) -> Sequence[Any]:
        """Run a script for each cart, all in one round trip. Its arguments are the cart's id and those given."""
        if not calls:
            return []
        with cache_call("EVAL"), reachable("carts"):
            pipeline = self._client.pipeline(transaction=False)
            for id, arguments in calls:
                pipeline.eval(script, 2, _key(id), _dirty_key(_shard(id)), id.hex, *arguments)
            answers: Sequence[Any] = await pipeline.execute()
        return answers


class RedisClusterCarts(RedisCarts):
    """A cluster: the shards lie in different slots, and a pipeline asks all nodes at once."""

    @classmethod
    def from_url(cls, url: str, *, kept: timedelta) -> "RedisClusterCarts":
        client = RedisCluster.from_url(
            url, socket_timeout=_SOCKET_SECONDS, socket_connect_timeout=_SOCKET_SECONDS, decode_responses=True
        )
        return cls(client, kept=kept)


def _shard(id: UUID) -> int:
    return id.bytes[-1] % _SHARDS


def _key(id: UUID) -> str:
    return f"cart:{{{_shard(id):02x}}}:{id.hex}"


def _dirty_key(shard: int) -> str:
    return f"carts:dirty:{{{shard:02x}}}"


def _cart(id: UUID, answer: Any) -> StoredCart | None:
    """The cart in a script's answer, names and values by turns; None where there is none."""
    if not answer:
        return None
    names = answer if isinstance(answer, dict) else dict(zip(answer[::2], answer[1::2], strict=True))
    fields = {name: text for name, text in names.items() if not name.startswith("#")}
    return StoredCart(id, int(names[_VERSION]), fields)

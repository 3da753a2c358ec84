"""From settings to where carts live."""

from datetime import timedelta

from adapters.carts.redis import RedisCarts, RedisClusterCarts
from ports.carts import CartStore

_CLUSTER = "redis+cluster://"


def open_carts(url: str, *, kept: timedelta) -> CartStore:
    """Carts at `url`, in the same forms as the cache's. Nothing connects yet."""
    if url.startswith(_CLUSTER):
        return RedisClusterCarts.from_url("redis://" + url.removeprefix(_CLUSTER), kept=kept)
    return RedisCarts.from_url(url, kept=kept)

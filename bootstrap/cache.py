"""From settings to the cache."""

from adapters.cache.redis import RedisCache, RedisClusterCache
from ports.cache import Cache

_CLUSTER = "redis+cluster://"


def open_cache(url: str) -> Cache:
    """The cache at `url`: `redis://…` and `rediss://…` for one server, `redis+cluster://…` for any node of a cluster.

    Nothing connects yet: an unreachable server shows with the first call, as `Unavailable("cache")`.
    """
    if url.startswith(_CLUSTER):
        return RedisClusterCache.from_url("redis://" + url.removeprefix(_CLUSTER))
    return RedisCache.from_url(url)

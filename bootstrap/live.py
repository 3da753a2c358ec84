"""From settings to what tells all web processes."""

from adapters.live.redis import RedisClusterLive, RedisLive
from ports.live import Live

_CLUSTER = "redis+cluster://"


def open_live(url: str) -> Live:
    """Publish/subscribe at `url`, in the same forms as the cache's. Nothing connects yet."""
    if url.startswith(_CLUSTER):
        return RedisClusterLive("redis://" + url.removeprefix(_CLUSTER))
    return RedisLive(url)

"""From settings to what slows down."""

from adapters.throttle.redis import RedisClusterThrottle, RedisThrottle
from ports.throttle import Meter

_CLUSTER = "redis+cluster://"


def open_throttle(url: str) -> Meter:
    """Counts attempts at `url`, in the same forms as the cache's. Nothing connects yet."""
    if url.startswith(_CLUSTER):
        return RedisClusterThrottle.from_url("redis://" + url.removeprefix(_CLUSTER))
    return RedisThrottle.from_url(url)

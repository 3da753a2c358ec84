"""What all that speak to Redis share of redis-py: a type for its clients, and how its errors are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from redis.exceptions import RedisClusterException, RedisError

from core.problems import Unavailable

# redis-py's classes are generic only in its stubs for the synchronous side; all clients answer bytes here.
AnyRedis = Any


@contextmanager
def reachable(part: str) -> Iterator[None]:
    """Turn what redis-py raises into `Unavailable(part)`.

    Gone, loading its data, read-only after a failover, out of memory: callers go on or try again all the same.
    """
    try:
        yield
    except (RedisError, RedisClusterException, OSError) as error:
        raise Unavailable(part, f"{type(error).__name__}: {error}") from error

"""What all that speak to Redis share: a type for redis-py's clients, how its errors are told, and when not to ask."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from redis.exceptions import RedisClusterException, RedisError

from core.problems import Unavailable

# redis-py's classes are generic only in its stubs for the synchronous side; all clients answer bytes here.
AnyRedis = Any
# After a failure, requests go without the server for this long instead of each waiting for it in vain.
_PAUSE_SECONDS = 2.0


@contextmanager
def reachable(part: str) -> Iterator[None]:
    """Turn what redis-py raises into `Unavailable(part)`.

    Gone, loading its data, read-only after a failover, out of memory: callers go on or try again all the same.
    """
    try:
        yield
    except (RedisError, RedisClusterException, OSError) as error:
        raise Unavailable(part, f"{type(error).__name__}: {error}") from error


class Pause:
    """The time after a failure, in which the server is not asked. When it is over, one asks first and others wait for
    how that goes."""

    def __init__(self, part: str, clock: Callable[[], float]) -> None:
        self._part = part
        self._clock = clock
        self._until: float | None = None

    @contextmanager
    def after_failure(self) -> Iterator[None]:
        """Raises `Unavailable` at once during a pause, and begins one when the block raises it."""
        if self._until is not None:
            if self._clock() < self._until:
                raise Unavailable(self._part, "It failed a moment ago and is not asked again yet.")
            self._until = self._clock() + _PAUSE_SECONDS
        try:
            with reachable(self._part):
                yield
        except Unavailable:
            self._until = self._clock() + _PAUSE_SECONDS
            raise
        self._until = None

"""Slowing down who tries again and again."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Slowed(NamedTuple):
    """How fast one kind of attempts may go: `free` of them at any pace, then pauses from `first_seconds` that double up
    to `longest_seconds`. All is forgotten `memory_seconds` after the last attempt."""

    free: int
    first_seconds: int
    longest_seconds: int
    memory_seconds: int


class Taking(NamedTuple):
    """So many uses of what has `most` of them at once, under a key, and as many again in `seconds`, evenly."""

    key: str
    most: int
    seconds: int
    uses: int = 1


class Throttle(Protocol):
    """Raises `core.problems.Unavailable("throttle")` when the server cannot be reached: callers refuse then."""

    async def attempt(self, keys: Sequence[tuple[str, Slowed]]) -> float:
        """Count one attempt under all keys, before it is made, so that many at once count too.

        Returns 0, or the seconds until the next one is let through; nothing is counted then.
        """
        ...

    async def forget(self, key: str) -> None:
        """Attempts under this key were good ones."""
        ...

    async def close(self) -> None: ...


class Meter(Throttle, Protocol):
    """Knows rates beside. Raises `Unavailable` likewise."""

    async def take(self, wanted: Sequence[Taking]) -> float:
        """Take uses from all of these, or from none.

        Returns 0, or the seconds until there are enough. More than there ever are at once counts as all of them.
        """
        ...

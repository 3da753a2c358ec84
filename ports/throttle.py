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

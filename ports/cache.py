"""A shared cache of small values with versions, so that a slow reader can never put back what a change removed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol


class Versioned(NamedTuple):
    """`data` None says: nothing older than `version` may be stored here."""

    version: int
    data: bytes | None


class Cache(Protocol):
    """Raises `core.problems.Unavailable("cache")` when the server cannot be reached; callers go on without it."""

    async def get_many(self, keys: Sequence[str]) -> Sequence[Versioned | None]: ...

    async def put_many(self, values: Mapping[str, Versioned], *, seconds: int) -> None:
        """Store each value unless the cache holds a higher version of it."""
        ...

    async def invalidate(self, versions: Mapping[str, int], *, seconds: int) -> None:
        """Drop the values and refuse any version lower than the one given for the next `seconds`."""
        ...

    async def ping(self) -> None: ...

    async def close(self) -> None: ...

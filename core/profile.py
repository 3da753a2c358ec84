"""Counts of round trips made for one operation: what tests pin and what `extensions.profile` shows.

Adapters and the database call `count`; whoever wants the figures opens `profiling()` around the work. Outside of
that the cost is one lookup of a context variable.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True)
class Profile:
    """What one operation cost. `batches` maps a loader's name to the sizes of its batches."""

    sql: int = 0
    cache: int = 0
    search: int = 0
    statements: list[str] = field(default_factory=list)
    batches: dict[str, list[int]] = field(default_factory=dict)
    outer: "Profile | None" = field(default=None, repr=False)

    @property
    def round_trips(self) -> int:
        return self.sql + self.cache + self.search


_current: ContextVar[Profile | None] = ContextVar("profile", default=None)


@contextmanager
def profiling() -> Iterator[Profile]:
    """Count everything that runs inside, tasks started inside included; for profiles that are open around it too."""
    profile = Profile(outer=_current.get())
    token = _current.set(profile)
    try:
        yield profile
    finally:
        _current.reset(token)


def count_sql(statement: str) -> None:
    for profile in _open():
        profile.sql += 1
        profile.statements.append(statement)


def count_cache() -> None:
    for profile in _open():
        profile.cache += 1


def count_search() -> None:
    for profile in _open():
        profile.search += 1


def count_batch(loader: str, size: int) -> None:
    for profile in _open():
        profile.batches.setdefault(loader, []).append(size)


def _open() -> Iterator[Profile]:
    profile = _current.get()
    while profile is not None:
        yield profile
        profile = profile.outer

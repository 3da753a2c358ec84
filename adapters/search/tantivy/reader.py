"""The newest state of the index, noticed without being told: two `stat` calls before each search.

The writer is another process as a rule, so nothing else could tell. Renamed pointer and meta files have new stamps.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from tantivy import Index, Searcher, SearchResult

from adapters.search.tantivy.generations import Generations
from adapters.search.tantivy.layout import open_index
from core.problems import Unavailable
from ports.search import ValueCount

_ATTEMPTS = 5
T = TypeVar("T")
Stamp = tuple[int, int, int]
Facets = Mapping[str, Sequence[ValueCount]]


class Remembered(Generic[T]):
    """The latest few counts, by what was asked. Nothing goes stale: the next commit is another snapshot."""

    _MOST = 32

    def __init__(self) -> None:
        self._values: dict[str, T] = {}

    def get(self, key: str) -> T | None:
        return self._values.get(key)

    def keep(self, key: str, value: T) -> None:
        while len(self._values) >= self._MOST:
            # Threads may race here; each takes out one at least.
            self._values.pop(next(iter(self._values.copy())), None)
        self._values[key] = value


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One commit of one generation; it stays as it is while others are written.

    `facets` remembers what costs the most and is the same on every page of a list; `choices` the counts of one facet
    without its own choice, which are the same for all choices (all category pages ask how many are in each category).
    """

    index: Index
    searcher: Searcher
    facets: Remembered[Facets] = field(default_factory=Remembered)
    choices: Remembered[list[tuple[str, int]]] = field(default_factory=Remembered)


class Reader:
    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._lock = Lock()
        self._name: str | None = None
        self._stamp: Stamp | None = None
        self._snapshot: Snapshot | None = None

    def snapshot(self) -> Snapshot | None:
        """The live generation's last commit, None before the first; raises `Unavailable`."""
        with self._lock:
            for _ in range(_ATTEMPTS):
                try:
                    return self._newest()
                except (OSError, ValueError) as error:
                    # The generation may have been swapped and removed while it was being opened: look again.
                    failure = error
                    self._name = None
            raise Unavailable("search", f"The index cannot be read: {failure}") from failure

    def _newest(self) -> Snapshot | None:
        name = self._generations.current
        if name is None:
            return None
        folder = self._generations.folder(name)
        stamp = _stamp(folder / "meta.json")
        if name != self._name or self._snapshot is None:
            index = open_index(folder)
        elif stamp != self._stamp:
            index = self._snapshot.index
            index.reload()
        else:
            return self._snapshot
        self._snapshot = Snapshot(index, index.searcher())
        self._name, self._stamp = name, stamp
        return self._snapshot


def _stamp(file: Path) -> Stamp:
    found = os.stat(file)
    return found.st_mtime_ns, found.st_ino, found.st_size


def matches(result: SearchResult) -> int:
    """How many documents a counted search matched."""
    count: int = result.count  # type: ignore[attr-defined]  # the binding's stub lacks it
    return count

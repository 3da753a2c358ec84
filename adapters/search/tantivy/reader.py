"""The newest state of the index, noticed without being told: two `stat` calls before each search.

The writer is another process as a rule, so nothing else could tell. Renamed pointer and meta files have new stamps.
"""

import os
from collections.abc import Callable, Mapping, Sequence
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
# Some 30 MB of counts.
MOST_VALUES = 200_000
T = TypeVar("T")
Stamp = tuple[int, int, int]
Facets = Mapping[str, Sequence[ValueCount]]
Numbers = Mapping[str, Sequence[tuple[float, int]]]


class Remembered(Generic[T]):
    """The counts asked for last, by question, up to so many values in all. Nothing goes stale: the next commit is
    another snapshot."""

    def __init__(self, weigh: Callable[[T], int]) -> None:
        self._weigh = weigh
        self._values: dict[str, T] = {}
        self._weight = 0
        self._lock = Lock()

    def get(self, key: str) -> T | None:
        with self._lock:
            value = self._values.pop(key, None)
            if value is not None:
                # The last one in is the last to go.
                self._values[key] = value
            return value

    def keep(self, key: str, value: T) -> None:
        with self._lock:
            if key in self._values:
                return
            self._values[key] = value
            self._weight += self._weigh(value)
            while self._weight > MOST_VALUES:
                self._weight -= self._weigh(self._values.pop(next(iter(self._values))))


def _values_of(counts: Facets | Numbers) -> int:
    return 1 + sum(map(len, counts.values()))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One commit of one generation; it stays as it is while others are written.

    `facets` remembers what costs the most and is the same on every page of a list; `choices` the counts of one facet
    without its own choice, which are the same for all choices (all category pages ask how many are in each category);
    `numbers` the values of number attributes.
    """

    index: Index
    searcher: Searcher
    facets: Remembered[Facets] = field(default_factory=lambda: Remembered(_values_of))
    numbers: Remembered[Numbers] = field(default_factory=lambda: Remembered(_values_of))
    choices: Remembered[list[tuple[str, int]]] = field(
        default_factory=lambda: Remembered(lambda counts: 1 + len(counts))
    )


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

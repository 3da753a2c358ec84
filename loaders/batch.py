"""The base of all loaders: keys asked for in one turn of the event loop become one call of `fetch`."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar, cast

from aiodataloader import DataLoader

from core.profile import batch_call
from services.unit_of_work import Database, ReadSession

K = TypeVar("K")
V = TypeVar("V")
LARGEST_BATCH = 500
# More than this many connections at once for one request would starve the others of the pool.
SESSIONS_PER_REQUEST = 4
# Of no value's type, hence Any.
_ABSENT: Any = object()


class Sessions:
    """Read sessions for the batches of one request: a fresh one each, a bounded number at a time."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.permits = asyncio.Semaphore(SESSIONS_PER_REQUEST)
        # Tags of all that was loaded, where somebody wants to know.
        self.touched: set[str] | None = None


class Batch(DataLoader[K, V], Generic[K, V]):
    """Loads values by key; one instance per request, made inside the running loop.

    Subclasses give `fetch`, which may leave keys out, and `missing`, what those get. Batches have at most 500 keys.
    """

    max_batch_size = LARGEST_BATCH

    def __init__(self, sessions: Sessions) -> None:
        # The base is set up with the first key that has to be loaded. That costs more than all that a list finds in a
        # loader that has been filled for it.
        self.sessions = sessions
        self._kept: dict[K, V] = {}
        self._is_set_up = False

    async def fetch(self, session: ReadSession, keys: Sequence[K]) -> Mapping[K, V]:
        """The values of those keys that have one, in one round trip."""
        raise NotImplementedError

    def missing(self, key: K) -> V:
        """The value of a key that `fetch` left out."""
        raise NotImplementedError

    def tags(self, keys: Sequence[K]) -> Iterable[str]:
        """What an answer that shows these must be dropped with; see `core.tags`."""
        return ()

    def keep(self, values: Mapping[K, V]) -> None:
        """Take the values of keys that something else has loaded on the way."""
        self._kept.update(values)
        self.touch(values)

    def touch(self, keys: Iterable[K]) -> None:
        """The answer shows something of these that did not come from here."""
        if self.sessions.touched is not None:
            self.sessions.touched.update(self.tags(list(keys)))

    def load(self, key: K) -> "asyncio.Future[V]":
        if not self._is_set_up:
            super().__init__()
            self._is_set_up = True
        if key in self._kept:
            self.prime(key, self._kept[key])
        future: asyncio.Future[V] = super().load(key)
        return future

    async def load_all(self, keys: Iterable[K]) -> list[V]:
        """The values of all keys; raises the error of the first that has one. Whoever is cancelled here cancels
        nothing that others wait for."""
        found = [self.get(key) for key in keys]
        waiting = [value for value in found if isinstance(value, asyncio.Future)]
        if not waiting:
            return cast(list[V], found)
        # The first error is told; that others had one too is not to be complained of.
        for future in waiting:
            future.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.wait(waiting)
        return [value.result() if isinstance(value, asyncio.Future) else value for value in found]

    def get(self, key: K) -> "V | asyncio.Future[V]":
        """The value itself if it has been loaded already, else an awaitable of it."""
        kept: V = self._kept.get(key, _ABSENT)
        if kept is not _ABSENT:
            return kept
        loaded = self.load(key)
        if loaded.done() and not loaded.cancelled() and loaded.exception() is None:
            return loaded.result()
        return loaded

    async def batch_load_fn(self, keys: Sequence[K]) -> list[V]:
        if self.sessions.touched is not None:
            self.sessions.touched.update(self.tags(keys))
        with batch_call(type(self).__name__, len(keys)):
            found = await self.collect(keys)
        return [found[key] if key in found else self.missing(key) for key in keys]

    async def collect(self, keys: Sequence[K]) -> Mapping[K, V]:
        async with self.sessions.permits, self.sessions.database.read() as session:
            return await self.fetch(session, keys)


class OptionalBatch(Batch[K, V | None], Generic[K, V]):
    """A loader whose keys may not exist: those give None."""

    def missing(self, key: K) -> None:
        return None

"""Look-ups in the shared cache, gathered: what is asked for while round trips are under way goes with the next."""

import asyncio
from collections.abc import Mapping, Sequence
from contextvars import Context
from itertools import islice

from ports.cache import Cache, Versioned

# More in one round trip would keep its first caller waiting for the last, and all of them for one that is slow.
_MOST_KEYS = 16
_MOST_TRIPS = 2

Found = Versioned | None
Callers = Sequence["asyncio.Future[Found]"]


class GatheredLookups:
    """Two round trips at a time, so that a busy process sends few. Whoever comes while there are fewer never waits."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._waiting: dict[str, list[asyncio.Future[Found]]] = {}
        self._trips: set[asyncio.Task[None]] = set()

    async def get(self, key: str) -> Found:
        """What the cache holds; raises `Unavailable`."""
        # One for each caller: whoever leaves cancels their own.
        wanted: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, []).append(wanted)
        if len(self._trips) < _MOST_TRIPS:
            self._begin()
        return await wanted

    def _begin(self) -> None:
        asked = {key: self._waiting.pop(key) for key in list(islice(self._waiting, _MOST_KEYS))}
        # In a context of its own: it is no part of whichever request came first.
        trip = asyncio.get_running_loop().create_task(self._ask(asked), context=Context())
        self._trips.add(trip)
        trip.add_done_callback(lambda done: self._end(done, asked))

    async def _ask(self, asked: Mapping[str, Callers]) -> None:
        found = await self._cache.get_many(list(asked))
        for value, callers in zip(found, asked.values(), strict=True):
            for wanted in callers:
                if not wanted.done():
                    wanted.set_result(value)

    def _end(self, trip: "asyncio.Task[None]", asked: Mapping[str, Callers]) -> None:
        """However it ended, nobody waits for it any longer, and the next begins."""
        self._trips.discard(trip)
        error = None if trip.cancelled() else trip.exception()
        for wanted in (one for callers in asked.values() for one in callers if not one.done()):
            if error is None:
                wanted.cancel()
            else:
                wanted.set_exception(error)
        if self._waiting and not trip.cancelled():
            self._begin()

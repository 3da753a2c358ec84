"""Look-ups in the shared cache, gathered: what is asked for while one round trip is under way goes with the next."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from itertools import chain

from ports.cache import Cache, Versioned

# More in one round trip would keep its first caller waiting for the last.
_MOST_KEYS = 64


class GatheredLookups:
    """One round trip at a time, so that a busy process sends few; the first caller never waits."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._waiting: defaultdict[str, list[asyncio.Future[Versioned | None]]] = defaultdict(list)
        self._asking: asyncio.Task[None] | None = None

    async def get(self, key: str) -> Versioned | None:
        """What the cache holds; raises `Unavailable`."""
        # One for each caller: whoever leaves cancels their own.
        wanted: asyncio.Future[Versioned | None] = asyncio.get_running_loop().create_future()
        self._waiting[key].append(wanted)
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        return await wanted

    async def _ask(self) -> None:
        try:
            while self._waiting:
                keys = list(self._waiting)[:_MOST_KEYS]
                callers = [self._waiting.pop(key) for key in keys]
                try:
                    found = await self._cache.get_many(keys)
                except Exception as error:
                    for wanted in _still_there(chain(*callers)):
                        wanted.set_exception(error)
                except asyncio.CancelledError:
                    for wanted in _still_there(chain(*callers, *self._waiting.values())):
                        wanted.cancel()
                    raise
                else:
                    for value, futures in zip(found, callers, strict=True):
                        for wanted in _still_there(futures):
                            wanted.set_result(value)
        finally:
            self._asking = None


def _still_there(callers: "Iterable[asyncio.Future[Versioned | None]]") -> "list[asyncio.Future[Versioned | None]]":
    return [wanted for wanted in callers if not wanted.done()]

"""One subscriber's queue between the hub and whoever sends the events on."""

import asyncio
from collections.abc import Callable, Sequence

from services.live.records import LiveEvent


class TooSlow(Exception):
    """More events wait than may: the subscriber is cut off, and can resume behind the last one it got."""


class Subscription:
    """Events of one subscriber, in the order of their positions, each once. Iterate it, or `take` what is there each
    time that `when_ready` calls; `close` it at the end.

    `started_after` is the position behind which it has everything.
    """

    __slots__ = (
        "_closed",
        "_last",
        "_limit",
        "_on_close",
        "_on_cut",
        "_on_ready",
        "_queue",
        "_waiter",
        "started_after",
        "topics",
    )

    def __init__(
        self, topics: Sequence[tuple[str, str]], *, after: int, limit: int, on_close: Callable[["Subscription"], None]
    ) -> None:
        self.topics = topics
        self.started_after = after
        self._last = after
        self._limit = limit
        self._queue: list[LiveEvent] = []
        self._waiter: asyncio.Future[None] | None = None
        self._closed = False
        self._on_close = on_close
        self._on_cut: Callable[[], None] | None = None
        self._on_ready: Callable[[], None] | None = None

    @property
    def is_cut(self) -> bool:
        return self._limit < 0

    def when_cut(self, call: Callable[[], None]) -> None:
        """Let `call` be called when the subscriber turns out to be too slow: it may be stuck where nothing raises."""
        self._on_cut = call

    def when_ready(self, call: Callable[[], None]) -> None:
        """Let `call` be called, which must not block, with each event that is queued, and now if any is already."""
        self._on_ready = call
        if self._queue:
            call()

    @property
    def first(self) -> LiveEvent | None:
        """The next event, which stays queued; None if none waits, or if this was closed."""
        return self._queue[0] if self._queue else None

    def take(self) -> LiveEvent | None:
        """The next event, which is queued no longer; None as with `first`."""
        return self._queue.pop(0) if self._queue else None

    def put(self, event: LiveEvent) -> None:
        """For the hub: queue an event, unless the subscriber has it already."""
        if event.position <= self._last or self._closed:
            return
        if len(self._queue) >= self._limit:
            self._cut()
            return
        self._last = event.position
        self._queue.append(event)
        self._wake()

    def begin_with(self, missed: Sequence[LiveEvent], *, position: int) -> None:
        """For the hub: these come before what has been queued meanwhile, of which all up to `position` is known."""
        self._queue = [*missed, *(event for event in self._queue if event.position > position)]
        self._last = max(self._last, position)
        self._wake()

    def close(self) -> None:
        """End the iteration; nothing is queued from now on."""
        if not self._closed:
            self._closed = True
            self._queue.clear()
            self._on_close(self)
            self._wake()

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> LiveEvent:
        while not self._queue:
            if self.is_cut:
                raise TooSlow
            if self._closed:
                raise StopAsyncIteration
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._queue.pop(0)

    def _cut(self) -> None:
        self._limit = -1
        self.close()
        if self._on_cut is not None:
            self._on_cut()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
        if self._on_ready is not None and self._queue:
            self._on_ready()

"""Sending events to the subscribers of one process without a task for each: one turn of the loop serves many.

Whoever has to wait, for a client that does not read, or to ask whether a session goes on, does so in a task of their
own and holds nobody up.
"""

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Coroutine
from typing import Protocol

import structlog

from services.live import LiveEvent
from web.subscriptions.streams import Stream

# Between so many subscribers the process does its other work.
_AT_ONCE = 200

log = structlog.get_logger(__name__)


class Outlet(Protocol):
    """The connection that answers go out on."""

    def write(self, *parts: bytes) -> bool:
        """Send a message, if that needs no waiting and the caller is known to be who they were; False if not."""
        ...

    async def send_event(self, delivery: "Delivery", event: LiveEvent) -> bool:
        """Send the answer to an event, waiting as long as it takes; False if the connection is to end instead."""
        ...

    def start(self, work: Coroutine[None, None, None]) -> "asyncio.Task[None]": ...


class Pump:
    """Serves those who have something to send, in the order in which they got it."""

    def __init__(self) -> None:
        self._ready: deque[Delivery] = deque()
        self._parked: dict[asyncio.Task[bytes], list[Delivery]] = {}
        self._is_running = False

    def add(self, *deliveries: "Delivery") -> None:
        self._ready.extend(deliveries)
        self._run()

    def park(self, delivery: "Delivery", making: "asyncio.Task[bytes]") -> None:
        """Add it when that answer has been made."""
        waiting = self._parked.get(making)
        if waiting is None:
            waiting = self._parked[making] = []
            making.add_done_callback(lambda made: self.add(*self._parked.pop(made)))
        waiting.append(delivery)

    def _run(self) -> None:
        if self._ready and not self._is_running:
            self._is_running = True
            asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        for _ in range(min(len(self._ready), _AT_ONCE)):
            self._ready.popleft().advance()
        self._is_running = False
        self._run()


class Delivery(ABC):
    """The events of one subscription on their way to its client, in their order."""

    __slots__ = ("_is_waiting", "_outlet", "_pump", "_task", "stream")

    def __init__(self, stream: Stream, *, outlet: Outlet, pump: Pump) -> None:
        self.stream = stream
        self._outlet = outlet
        self._pump = pump
        self._task: asyncio.Task[None] | None = None
        # For its turn, or for an answer that is being made.
        self._is_waiting = False
        stream.source.when_ready(self._on_ready)

    def close(self) -> "asyncio.Task[None] | None":
        """Send nothing more. The task that was sending, if one was."""
        self.stream.source.close()
        if self._task is not None:
            self._task.cancel()
        return self._task

    @abstractmethod
    def message(self, event: LiveEvent, answer: bytes) -> tuple[bytes, ...]:
        """The parts of the message that holds the answer to this event."""

    def advance(self) -> None:
        """Send what there is, as far as nothing has to be waited for."""
        self._is_waiting = False
        source = self.stream.source
        while (event := source.first) is not None:
            try:
                answer = self.stream.find(event)
            except Exception:
                # It is tried again where its failure ends this connection alone.
                log.debug("answer_failed", exc_info=True)
                break
            if isinstance(answer, asyncio.Task) and not answer.done():
                self._is_waiting = True
                self._pump.park(self, answer)
                return
            if not isinstance(answer, bytes) or not self._outlet.write(*self.message(event, answer)):
                break
            source.take()
        else:
            return
        self._task = self._outlet.start(self._send_waiting())

    def _on_ready(self) -> None:
        if not self._is_waiting and self._task is None:
            self._is_waiting = True
            self._pump.add(self)

    async def _send_waiting(self) -> None:
        source = self.stream.source
        while (event := source.take()) is not None:
            if not await self._outlet.send_event(self, event):
                return
        # Nothing may be awaited between this and the look at what waits.
        self._task = None

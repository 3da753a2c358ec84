"""The open connections of one web process, so that all of them can be ended when the process stops.

uvicorn waits for open connections before it tells the application that it stops, so streams without an end have to
hear of the signal itself.
"""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Connection(Protocol):
    """A connection that stays open until somebody ends it."""

    def stop(self) -> None:
        """End soon, in a way that lets the client come back to another process; must not block."""
        ...


class Connections:
    """Those that are open. Once stopped, those that are added are stopped at once."""

    def __init__(self) -> None:
        self._open: set[Connection] = set()
        self._stopped = False

    def __len__(self) -> int:
        return len(self._open)

    def add(self, connection: Connection) -> None:
        self._open.add(connection)
        if self._stopped:
            connection.stop()

    def discard(self, connection: Connection) -> None:
        self._open.discard(connection)

    def stop(self) -> None:
        """End all."""
        self._stopped = True
        for connection in tuple(self._open):
            connection.stop()


@contextmanager
def on_stop_signal(call: Callable[[], None]) -> Iterator[None]:
    """Let `call` be called in the running loop when the server is told to stop, before the server's own handler.

    Does nothing where no server handles signals, as in tests.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    handlers = {number: handler for number in _SIGNALS if callable(handler := signal.getsignal(number))}

    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(call)
        handlers[signal.Signals(number)](number, frame)

    for number in handlers:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in handlers.items():
            if signal.getsignal(number) is handle:
                signal.signal(number, handler)

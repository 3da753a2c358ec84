"""How a web process leaves when it is told to stop: it says at once that it is not ready, goes on serving until load
balancers have noticed, sends its subscribers elsewhere on the way, and only then lets the server stop.

uvicorn stops to listen as soon as it hears of the signal, and waits for open connections before it tells the
application, so the signal is heard here first.
"""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.subscriptions.connections import Connections

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
# For so much of the time subscribers stay, so that they do not come back to this process; then they leave one by one.
_STAY = 0.5

log = structlog.get_logger(__name__)


class Draining:
    """The last `seconds` of a process. With none of them it stops at once, as it does when it is told a second time."""

    def __init__(self, connections: Connections, seconds: float) -> None:
        self.seconds = seconds
        self.has_begun = False
        self.connections = connections

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Drain in the running loop when the server is told to stop, before the server's own handler is called.

        Does nothing where no server handles signals, as in tests.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        handlers = {number: handler for number in _SIGNALS if callable(handler := signal.getsignal(number))}

        def handle(number: int, frame: FrameType | None) -> None:
            leave = handlers[signal.Signals(number)]
            # Whoever presses Ctrl-C waits for it.
            if self.has_begun or number == signal.SIGINT or not self.seconds:
                self.has_begun = True
                loop.call_soon_threadsafe(self.connections.stop)
                leave(number, frame)
            else:
                self.has_begun = True
                loop.call_soon_threadsafe(self._begin, lambda: leave(number, None))

        for number in handlers:
            signal.signal(number, handle)
        try:
            yield
        finally:
            for number, handler in handlers.items():
                if signal.getsignal(number) is handle:
                    signal.signal(number, handler)

    def _begin(self, leave: Callable[[], object]) -> None:
        log.info("draining", seconds=self.seconds, connections=len(self.connections))
        stay = self.seconds * _STAY
        self.connections.refuse()
        loop = asyncio.get_running_loop()
        loop.call_later(stay, self.connections.stop, self.seconds - stay)
        loop.call_later(self.seconds, leave)


class LastAnswers:
    """ASGI middleware: while the process leaves, each answer is the last of its connection, so that clients and
    proxies that keep connections open do not send a request just when the server closes them."""

    def __init__(self, app: ASGIApp, draining: Draining) -> None:
        self._app = app
        self._draining = draining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._draining.has_begun:
            await self._app(scope, receive, send)
            return

        async def send_last(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
            await send(message)

        await self._app(scope, receive, send_last)

"""Heartbeats of a WebSocket: they find out clients that are gone, tokens that expire, and sessions that were ended."""

import asyncio
from typing import Protocol

from web.subscriptions.protocol import Close
from web.subscriptions.standing import Standing

# As many heartbeats in full without a word from the client, and it is taken to be gone at the next one.
_SILENT_BEATS = 3
_PING = b'{"type":"ping"}'


class Beating(Protocol):
    """The connection whose heart this is."""

    @property
    def standing(self) -> Standing | None: ...

    def write(self, *parts: bytes) -> bool: ...

    async def send_ping(self) -> None: ...

    def end(self, code: Close, reason: str) -> None: ...


class Heartbeat:
    """`heard` is to be called with each message of the client."""

    __slots__ = ("_connection", "_ping", "_seconds", "_silent_beats", "_timer")

    def __init__(self, connection: Beating, *, seconds: float) -> None:
        self._connection = connection
        self._seconds = seconds
        # Beats and not seconds are counted: while this process is too busy to read, no beat passes either.
        self._silent_beats = 0
        self._timer: asyncio.TimerHandle | None = None
        self._ping: asyncio.Task[None] | None = None

    def heard(self) -> None:
        self._silent_beats = 0

    def start(self) -> None:
        seconds, standing = self._seconds, self._connection.standing
        if standing is not None:
            seconds = standing.seconds_left(seconds)
        self._timer = asyncio.get_running_loop().call_later(seconds, self._beat)

    def stop(self) -> "asyncio.Task[None] | None":
        """The task that still sends a ping, if one does."""
        if self._timer is not None:
            self._timer.cancel()
        return self._ping

    def _beat(self) -> None:
        connection = self._connection
        self._silent_beats += 1
        if connection.standing is not None and connection.standing.is_expired:
            connection.end(Close.FORBIDDEN, "Forbidden")
        elif self._silent_beats > _SILENT_BEATS:
            connection.end(Close.NO_PONG, "No pong")
        elif self._ping is not None and not self._ping.done():
            connection.end(Close.TOO_SLOW, "Too slow")
        elif connection.standing is not None and not connection.standing.has_session and connection.write(_PING):
            # Most connections: nobody is to be asked, and nothing to be waited for.
            self.start()
        else:
            self._ping = asyncio.create_task(self._check())
            # To a connection that is gone it fails, which the task that reads sees by itself.
            self._ping.add_done_callback(lambda done: done.cancelled() or done.exception())
            self.start()

    async def _check(self) -> None:
        await self._connection.send_ping()
        standing = self._connection.standing
        if standing is not None and await standing.is_over(anew=True):
            self._connection.end(Close.FORBIDDEN, "Forbidden")

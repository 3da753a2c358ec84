"""The open connections of one web process, so that all of them can be ended when the process stops."""

import asyncio
from typing import Protocol


class Connection(Protocol):
    """A connection that stays open until somebody ends it."""

    def stop(self) -> None:
        """End soon, in a way that lets the client come back to another process; must not block."""
        ...


class Connections:
    """Those that are open. Once the process refuses more, those that are added are stopped at once."""

    def __init__(self) -> None:
        self._open: set[Connection] = set()
        self.are_refused = False

    def __len__(self) -> int:
        return len(self._open)

    def add(self, connection: Connection) -> None:
        self._open.add(connection)
        if self.are_refused:
            connection.stop()

    def discard(self, connection: Connection) -> None:
        self._open.discard(connection)

    def refuse(self) -> None:
        """From now on take no more; those that are open stay so."""
        self.are_refused = True

    def stop(self, seconds: float = 0.0) -> None:
        """Take no more, and end all: at once, or one after the other in this time, so that they do not come back all
        at once elsewhere."""
        self.refuse()
        leaving = tuple(self._open)
        for position, connection in enumerate(leaving):
            if seconds:
                after = seconds * position / len(leaving)
                asyncio.get_running_loop().call_later(after, self._stop_if_open, connection)
            else:
                connection.stop()

    def _stop_if_open(self, connection: Connection) -> None:
        if connection in self._open:
            connection.stop()

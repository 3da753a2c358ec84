"""Telling every web process at once what has just happened. Nothing is kept: who was not there has missed it."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Live(Protocol):
    """Raises `core.problems.Unavailable("live")` when the server cannot be reached."""

    async def tell(self, channel: str, message: bytes) -> None: ...

    def listen(self, channel: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """All messages from now on. Entered means subscribed. The iterator raises `Unavailable` when the connection
        is lost, after which messages may have been missed."""
        ...

    async def ping(self) -> None: ...

    async def close(self) -> None: ...

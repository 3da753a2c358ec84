"""A client of Server-Sent Events."""

import asyncio
from typing import Any, NamedTuple

import httpx
import orjson

STREAM = {"accept": "text/event-stream"}


class Heard(NamedTuple):
    """One block of the stream."""

    event: str | None
    id: str | None
    data: Any
    comment: bool


class Listener:
    """A stream that is being read, of which a block comes within so many seconds."""

    def __init__(self, response: httpx.Response, *, seconds: float = 5.0) -> None:
        self.response = response
        self._seconds = seconds
        self._lines = response.aiter_lines()

    async def block(self) -> Heard | None:
        """The next block; None at the end of the stream."""
        fields: dict[str, str] = {}
        comment = False
        async with asyncio.timeout(self._seconds):
            async for line in self._lines:
                if not line:
                    data = fields.get("data")
                    return Heard(fields.get("event"), fields.get("id"), orjson.loads(data) if data else None, comment)
                name, _, value = line.partition(":")
                comment = comment or not name
                fields[name] = value.strip()
        return None

    async def event(self) -> Heard | None:
        """The next block that is an event."""
        while (found := await self.block()) is not None and found.event is None:
            pass
        return found

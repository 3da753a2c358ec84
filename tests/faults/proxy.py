"""A TCP proxy before one server, whose connections can be cut, delayed, stalled, made to lose answers, and doubled.

It knows nothing of protocols. What it calls a piece is what one read returns: on this machine mostly one message.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import StrEnum

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[[], Awaitable[Streams]]
_PIECE_BYTES = 65_536


class Way(StrEnum):
    """Which way a piece goes."""

    ASKED = "asked"
    ANSWERED = "answered"


class Link:
    """One client's connection. `asked` is what it has sent since the server last said something."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.client, self.server = client, server
        self.asked = b""

    def cut(self) -> None:
        """End it at once, without a word to either side."""
        for writer in (self.client, self.server):
            writer.transport.abort()


class Proxy:
    """Listens on a port of 127.0.0.1 that stays the same. Faults are switched while it runs; `heal` ends them all."""

    def __init__(self, name: str, connect: Connect) -> None:
        self.name = name
        self.port = 0
        self._connect = connect
        self._links: set[Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._seconds = 0.0
        self._refuses = False
        self._doubles = 0
        self._left: dict[Way, int] = {}
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self.cut()
        for task in [*self._tasks]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Cut all connections; new ones are taken."""
        for link in [*self._links]:
            link.cut()

    def refuse(self) -> None:
        """Cut all connections, and each new one, until it heals."""
        self._refuses = True
        self.cut()

    def delay(self, milliseconds: int) -> None:
        """Each piece takes so much longer, both ways."""
        self._seconds = milliseconds / 1000

    def stall(self) -> None:
        """Nothing moves, and nobody is told."""
        self._flowing.clear()

    def lose(self, way: Way, *, after: int) -> None:
        """After so many more pieces that way the next one gets lost, and its connection with it: once."""
        self._left[way] = after

    def double(self, times: int) -> None:
        """Send the next requests a second time, on connections of their own, and listen to no answer: for HTTP."""
        self._doubles = times

    def heal(self) -> None:
        """Let everything through again. Connections that were cut stay so."""
        self._refuses, self._seconds, self._doubles = False, 0.0, 0
        self._left.clear()
        self._flowing.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refuses:
            writer.transport.abort()
            return
        try:
            server_reader, server_writer = await self._connect()
        except OSError:
            writer.transport.abort()
            return
        link = Link(writer, server_writer)
        self._links.add(link)
        try:
            await asyncio.gather(
                self._pump(reader, server_writer, link, Way.ASKED),
                self._pump(server_reader, writer, link, Way.ANSWERED),
            )
        finally:
            self._links.discard(link)
            link.cut()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, link: Link, way: Way) -> None:
        try:
            while piece := await reader.read(_PIECE_BYTES):
                await self._flowing.wait()
                if self._seconds:
                    await asyncio.sleep(self._seconds)
                if self._is_lost(way):
                    link.cut()
                    return
                self._look(link, way, piece)
                writer.write(piece)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()
        except OSError:
            # One side has died: the other must hear of it, or it keeps what it has locked.
            link.cut()

    def _is_lost(self, way: Way) -> bool:
        if way not in self._left:
            return False
        self._left[way] -= 1
        if self._left[way] >= 0:
            return False
        del self._left[way]
        return True

    def _look(self, link: Link, way: Way, piece: bytes) -> None:
        """Keep a request until its answer begins, which says that it is whole."""
        if way is Way.ASKED:
            link.asked += piece
        elif link.asked:
            asked, link.asked = link.asked, b""
            if self._doubles > 0:
                self._doubles -= 1
                task = asyncio.create_task(self._repeat(asked))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _repeat(self, asked: bytes) -> None:
        with suppress(OSError):
            reader, writer = await self._connect()
            writer.write(asked)
            await writer.drain()
            await reader.read(_PIECE_BYTES)
            writer.transport.abort()


def to_port(port: int) -> Connect:
    """Connects to a port of this machine."""
    return lambda: asyncio.open_connection("127.0.0.1", port)


def to_socket(path: str) -> Connect:
    """Connects to a Unix socket."""
    return lambda: asyncio.open_unix_connection(path)

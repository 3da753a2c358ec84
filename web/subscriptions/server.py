"""uvicorn's connections, which an application may also hand messages that need no waiting.

ASGI sends each message by a coroutine, a dictionary and a frame that is put together anew. For thousands who are sent
the same that is most of the work, so a scope of ours has an extension beside it (asgi.readthedocs.io, "Extensions").
"""

from functools import partial
from typing import Any, Protocol, cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

WRITE = "emporium.websocket.write"
WRITE_BODY = "emporium.http.write"
# RFC 6455, section 5.2: a last fragment of text, and how the three kinds of lengths are told from each other.
_TEXT = b"\x81"
_ONE_BYTE, _TWO_BYTES, _EIGHT_BYTES = 126, b"\x7e", b"\x7f"
_TWO_BYTES_END = 2**16


class Write(Protocol):
    """Send a text message of a WebSocket, or a piece of a body, given in parts, if that needs no waiting. False if it
    does, or cannot be done."""

    def __call__(self, *parts: bytes) -> bool: ...


def write_of(scope: Scope) -> Write | None:
    """How to send at once on this connection; None if its server does not offer it."""
    return cast("Write | None", scope.get("extensions", {}).get(WRITE))


def body_write_of(scope: Scope) -> Write | None:
    """How to send more of this response's body at once; None if its server does not offer it."""
    return cast("Write | None", scope.get("extensions", {}).get(WRITE_BODY))


class HttpServer(HttpToolsProtocol):
    """One connection of HTTP/1.1."""

    # uvicorn's application is of a type of its own, hence Any.
    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        extensions = cast("dict[str, object]", cycle.scope.setdefault("extensions", {}))
        extensions[WRITE_BODY] = partial(_write_body, cycle)
        super()._start_asgi_task(cycle, app)


def _write_body(cycle: RequestResponseCycle, *parts: bytes) -> bool:
    """Only of a body whose length was not told, which is sent in chunks (RFC 9112, section 7.1)."""
    is_under_way = cycle.response_started and cycle.chunked_encoding and not cycle.response_complete
    if not is_under_way or cycle.disconnected or cycle.flow.write_paused or cycle.transport.is_closing():
        return False
    cycle.transport.write(b"".join((b"%x\r\n" % sum(map(len, parts)), *parts, b"\r\n")))
    return True


class WebSocketServer(WebSocketsSansIOProtocol):
    """One connection. Extensions of the protocol, compression above all, must be off."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.handshake_initiated and not self.close_sent and not self.conn.extensions:
            cast("dict[str, object]", self.scope["extensions"])[WRITE] = self.write

    def write(self, *parts: bytes) -> bool:
        is_open = self.handshake_complete and not (self.close_sent or self.disconnected)
        if not is_open or not self.writable.is_set() or self.transport.is_closing():
            return False
        self.transport.write(b"".join((head_of_text(sum(map(len, parts))), *parts)))
        return True


def head_of_text(size: int) -> bytes:
    """What stands before the payload of a server's frame, which is not masked."""
    if size < _ONE_BYTE:
        return _TEXT + size.to_bytes()
    if size < _TWO_BYTES_END:
        return _TEXT + _TWO_BYTES + size.to_bytes(2)
    return _TEXT + _EIGHT_BYTES + size.to_bytes(8)

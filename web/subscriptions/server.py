"""uvicorn's WebSockets, which an application may also hand messages that need no waiting.

ASGI sends each message by a coroutine, a dictionary and a frame that is put together anew. For thousands who are sent
the same that is most of the work, so a scope of ours has an extension beside it (asgi.readthedocs.io, "Extensions").
"""

from typing import Protocol, cast

from starlette.types import Scope
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

WRITE = "emporium.websocket.write"
# RFC 6455, section 5.2: a last fragment of text, and how the three kinds of lengths are told from each other.
_TEXT = b"\x81"
_ONE_BYTE, _TWO_BYTES, _EIGHT_BYTES = 126, b"\x7e", b"\x7f"
_TWO_BYTES_END = 2**16


class Write(Protocol):
    """Send a text message, given in parts of UTF-8, if that needs no waiting. False if it does, or cannot be done."""

    def __call__(self, *parts: bytes) -> bool: ...


def write_of(scope: Scope) -> Write | None:
    """How to send at once on this connection; None if its server does not offer it."""
    return cast("Write | None", scope.get("extensions", {}).get(WRITE))


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

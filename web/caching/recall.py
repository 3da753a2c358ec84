"""Requests that came before, byte for byte: what they ask for need not be worked out again."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

from starlette.requests import Request

LONGEST_BODY = 20_000
_NOT_PLAIN = (b"authorization", b"content-encoding")
# As ASGI has them.
Headers = Iterable[tuple[bytes, bytes]]
# All cookies of the store have this in their names.
_OURS = b"emporium_"


class Recalled(NamedTuple):
    """Which answer a request asks for, and as which media type."""

    key: str
    media_type: str


class Recall:
    """The latest requests by anonymous callers whose answers are kept, at most `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[tuple[bytes, bytes], Recalled] = OrderedDict()

    def find(self, headers: Headers, body: bytes) -> Recalled | None:
        """What was noted of the same request; None for whoever may be somebody, and for what may not be plain JSON."""
        accept, is_json = b"", False
        for name, value in headers:
            if name in _NOT_PLAIN or (name == b"cookie" and _OURS in value):
                return None
            if name == b"accept":
                accept = accept + b", " + value if accept else value
            elif name == b"content-type":
                is_json = value == b"application/json"
        return self._known.get((accept, body)) if is_json else None

    def note(self, request: Request, body: bytes, found: Recalled) -> None:
        """The caller was anonymous, and the answer may be kept."""
        if len(body) > LONGEST_BODY:
            return
        accept = ", ".join(request.headers.getlist("accept")).encode("latin-1")
        self._known[accept, body] = found
        if len(self._known) > self._most:
            self._known.popitem(last=False)

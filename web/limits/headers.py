"""Headers that keep browsers from doing with an answer what it is not for."""

from collections.abc import Iterable, Sequence

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Of an answer, as ASGI has it.
Header = tuple[bytes, bytes]

# Of the console, which draws with inline styles, and asks the API and its socket. All else is data, and loads nothing.
_CONSOLE = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "img-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_DATA = "default-src 'none'; frame-ancestors 'none'; sandbox"
_YEARS = "max-age=63072000; includeSubDomains"


class SecurityHeaders:
    """Adds them to all answers over HTTP. With `encrypted` browsers are told to come by TLS alone (RFC 6797), which
    they heed only where they do already."""

    def __init__(self, app: ASGIApp, *, encrypted: bool) -> None:
        self._app = app
        self._of_data = _raw(_DATA, encrypted=encrypted)
        self._of_pages = _raw(_CONSOLE, encrypted=encrypted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._completed(message.get("headers", ()))
            await send(message)

        await self._app(scope, receive, with_headers)

    def _completed(self, given: Iterable[Header]) -> list[Header]:
        """The headers with those of ours that they lack."""
        headers = list(given)
        names = {name for name, _ in headers}
        is_page = any(name == b"content-type" and value.startswith(b"text/html") for name, value in headers)
        headers += (header for header in (self._of_pages if is_page else self._of_data) if header[0] not in names)
        return headers


def _raw(policy: str, *, encrypted: bool) -> Sequence[Header]:
    headers = {
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "content-security-policy": policy,
        "x-frame-options": "DENY",
    }
    if encrypted:
        headers["strict-transport-security"] = _YEARS
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def secured(*, encrypted: bool) -> list[Middleware]:
    """For all answers of an application."""
    return [Middleware(SecurityHeaders, encrypted=encrypted)]

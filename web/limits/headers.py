"""Headers that keep browsers from doing with an answer what it is not for."""

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
        self._encrypted = encrypted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, with_headers)

    def _add(self, headers: MutableHeaders) -> None:
        is_page = headers.get("content-type", "").startswith("text/html")
        headers.setdefault("x-content-type-options", "nosniff")
        headers.setdefault("referrer-policy", "no-referrer")
        headers.setdefault("content-security-policy", _CONSOLE if is_page else _DATA)
        headers.setdefault("x-frame-options", "DENY")
        if self._encrypted:
            headers.setdefault("strict-transport-security", _YEARS)


def secured(*, encrypted: bool) -> list[Middleware]:
    """For all answers of an application."""
    return [Middleware(SecurityHeaders, encrypted=encrypted)]

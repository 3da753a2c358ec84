"""Which pages may speak for their visitors: a browser adds cookies to whatever any page sends here."""

from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection

_SCHEMES = {"ws": "http", "wss": "https"}


class Origins:
    """Our own origin and those that are allowed beside it."""

    def __init__(self, allowed: Collection[str] = ()) -> None:
        self._allowed = frozenset(allowed)

    def is_foreign(self, connection: HTTPConnection) -> bool:
        """Whether a browser sends this for a page of another site. Programs name no origin and are never foreign."""
        origin, site = connection.headers.get("origin"), connection.headers.get("sec-fetch-site")
        if origin in self._allowed:
            return False
        if site not in (None, "same-origin", "none"):
            return True
        return origin is not None and not _is_own(origin, connection, encrypted_unseen=site == "same-origin")


def _is_own(origin: str, connection: HTTPConnection, *, encrypted_unseen: bool) -> bool:
    """Whether the request went to the origin that it names. A proxy may have taken TLS off and not be trusted to say
    so: with `encrypted_unseen`, when the browser itself says that origins are the same, hosts are compared alone."""
    scheme, host = connection.scope.get("scheme", "http"), connection.headers.get("host", "").lower()
    if encrypted_unseen and urlsplit(origin).netloc == host:
        return True
    return origin == f"{_SCHEMES.get(scheme, scheme)}://{host}"


def cors(allowed: Sequence[str]) -> list[Middleware]:
    """What lets pages of the allowed origins read answers, with cookies; none for others."""
    if not allowed:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=allowed,
            allow_credentials=True,
            allow_methods=["GET", "POST"],
            allow_headers=["authorization", "content-type", "last-event-id", "traceparent", "x-request-id"],
            expose_headers=["x-request-id", "retry-after"],
        )
    ]

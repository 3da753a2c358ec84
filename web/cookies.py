"""The cookies of browsers that have signed in: what they are called, how they are read and how they are set.

Scripts see neither. The refresh token goes to the API alone, and never with what another site begins.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from starlette.requests import HTTPConnection
from starlette.responses import Response

from services.accounts.records import IssuedTokens

_REFRESH_PATH = "/graphql"


class GivenCookies(NamedTuple):
    """What a request brings of ours."""

    access_token: str | None
    refresh_token: str | None

    def __bool__(self) -> bool:
        return self.access_token is not None or self.refresh_token is not None


class Cookies:
    """With `secure`, browsers take and send them over TLS alone, and the names' prefixes have them refuse any that a
    neighbouring host or an unencrypted answer tries to put in their place (RFC 6265bis, section 4.1.3)."""

    def __init__(self, *, secure: bool) -> None:
        self.secure = secure
        self.access_name = "__Host-emporium_access" if secure else "emporium_access"
        # `__Host-` would need the path /.
        self.refresh_name = "__Secure-emporium_refresh" if secure else "emporium_refresh"

    def read(self, connection: HTTPConnection) -> GivenCookies:
        given = connection.cookies
        return GivenCookies(given.get(self.access_name), given.get(self.refresh_name))

    def write(self, response: Response, changes: Sequence[IssuedTokens | None], *, now: datetime) -> None:
        """Do the last of the changes: it is what the others have led to."""
        if not changes:
            return
        tokens = changes[-1]
        if tokens is None:
            self._set(response, access="", access_seconds=0, refresh="", refresh_seconds=0)
            return
        self._set(
            response,
            access=tokens.access_token,
            access_seconds=int((tokens.access_expires_at - now).total_seconds()),
            refresh=tokens.refresh_token,
            refresh_seconds=int((tokens.refresh_expires_at - now).total_seconds()),
        )

    def _set(self, response: Response, *, access: str, access_seconds: int, refresh: str, refresh_seconds: int) -> None:
        response.set_cookie(
            self.access_name,
            access,
            max_age=max(access_seconds, 0),
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )
        response.set_cookie(
            self.refresh_name,
            refresh,
            max_age=max(refresh_seconds, 0),
            path=_REFRESH_PATH,
            secure=self.secure,
            httponly=True,
            samesite="strict",
        )

"""Who is asking: from the headers of a request to the principal that it speaks for."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

from graphql import OperationType
from starlette.requests import HTTPConnection

from core.problems import BadInput, Denied, Unavailable
from resolvers.context import RequestContext
from resolvers.cookies import Caller, RequestCookies, ResponseCookies
from services.accounts.outside import OutsideAccounts
from services.accounts.outside_tokens import unverified_issuer
from services.accounts.tokens import ANYBODY, Principal, read_token
from web.cookies import Cookies
from web.origins import Origins

LONGEST_TOKEN = 8_192
_LONGEST_USER_AGENT = 300
# A long connection goes on if it cannot be told in this time whether its session does.
_STILL_SECONDS = 5.0


def csrf_refused() -> Denied:
    """Why a page of another site is refused; a new one each time, since what is raised keeps its traceback."""
    return Denied("CSRF_REFUSED", "Pages of other sites may not use cookies here.")


class Asker(NamedTuple):
    """Who sent a request. `is_foreign` if it is a page of another site that does."""

    principal: Principal
    caller: Caller
    cookies: RequestCookies
    is_foreign: bool
    has_credentials: bool

    def refusal(self, kind: OperationType | None) -> Denied | None:
        """Why they may not have an operation of this kind run, if so: a mutation that a page of another site sends
        without a token could sign its visitors in as somebody else. With cookies alone it is refused before."""
        is_refused = kind is OperationType.MUTATION and self.is_foreign and not self.has_credentials
        return csrf_refused() if is_refused else None

    def introduce(self, context: RequestContext) -> RequestContext:
        """Tell resolvers of one that came over HTTP."""
        context.caller, context.cookies = self.caller, self.cookies
        context.response = ResponseCookies(refusal=csrf_refused() if self.is_foreign else None)
        return context

    def introduce_without_cookies(self, context: RequestContext) -> RequestContext:
        """Tell resolvers of one that came over a WebSocket, which has no place for new cookies."""
        context.caller = self.caller
        refusal = BadInput("COOKIES_NEED_HTTP", "Cookies can be set over HTTP alone.")
        context.response = ResponseCookies(refusal=refusal)
        return context


class Authenticator:
    """Checks tokens and cookies. `is_alive` says whether the session with this id goes on; `outside` knows the tokens
    of an outside issuer, if there is one."""

    def __init__(
        self,
        *,
        secret: str,
        is_alive: Callable[[UUID], Awaitable[bool]],
        outside: OutsideAccounts | None = None,
        cookies: Cookies,
        origins: Origins,
    ) -> None:
        self.cookies = cookies
        self._secret = secret
        self._is_alive = is_alive
        self._outside = outside
        self._origins = origins

    async def identify(self, connection: HTTPConnection, *, authorization: str | None = None) -> Asker:
        """Who sent this; `authorization` is what a client says elsewhere than in the header of that name.

        Raises `Denied`: UNAUTHENTICATED for a token that is not good, CSRF_REFUSED where a page of another site uses
        our cookies. Raises `Unavailable` if it cannot be known at the moment.
        """
        given = connection.headers.get("authorization") if authorization is None else authorization
        cookies, is_foreign = self.cookies.read(connection), self._origins.is_foreign(connection)
        if given is not None:
            principal = await self._bearer(given)
        elif cookies and is_foreign:
            raise csrf_refused()
        else:
            principal = await self._visitor(cookies.access_token)
        client = connection.client
        return Asker(
            principal,
            Caller(
                address=None if client is None else client.host,
                user_agent=connection.headers.get("user-agent", "")[:_LONGEST_USER_AGENT] or None,
            ),
            RequestCookies(None if is_foreign else cookies.refresh_token),
            is_foreign,
            given is not None or bool(cookies),
        )

    async def goes_on(self, principal: Principal) -> bool:
        """Whether the principal's session has not been ended. True if that cannot be told: its token ends by itself."""
        if principal.session_id is None:
            return True
        with suppress(Unavailable, TimeoutError):
            async with asyncio.timeout(_STILL_SECONDS):
                return await self._is_alive(principal.session_id)
        return True

    async def _bearer(self, authorization: str) -> Principal:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise Denied("UNAUTHENTICATED", "Give the access token as `Authorization: Bearer TOKEN`.")
        token = token.strip()
        if len(token) > LONGEST_TOKEN:
            raise Denied("UNAUTHENTICATED", "This is longer than any access token.")
        if self._outside is not None and unverified_issuer(token) == self._outside.issuer:
            return await self._outside.principal(token)
        return await self._ours(token)

    async def _visitor(self, access_token: str | None) -> Principal:
        """The caller that a cookie names. Anybody if it is no longer good: the page is still to be shown, and the
        session to be refreshed."""
        if access_token is None or len(access_token) > LONGEST_TOKEN:
            return ANYBODY
        try:
            return await self._ours(access_token)
        except Denied:
            return ANYBODY

    async def _ours(self, token: str) -> Principal:
        principal = read_token(token, secret=self._secret)
        if principal.session_id is not None and not await self._is_alive(principal.session_id):
            raise Denied("UNAUTHENTICATED", "The session has ended.")
        return principal

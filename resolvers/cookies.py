"""What the web side tells resolvers of the client, and what they want of its cookies: values only, no HTTP."""

from dataclasses import dataclass, field
from typing import NamedTuple

from core.problems import BadInput
from services.accounts.records import IssuedTokens


class Caller(NamedTuple):
    """Where a request comes from: the client's address and what it says of itself. Both only as far as known."""

    address: str | None = None
    user_agent: str | None = None


class RequestCookies(NamedTuple):
    """Of the request's cookies, those that resolvers use."""

    refresh_token: str | None = None


@dataclass(slots=True)
class ResponseCookies:
    """What the response is to do to the client's cookies, in this order: set the tokens, or (None) clear them.

    `refusal` is why it can set none: there is no HTTP response, or the request is from a page of another site.
    """

    changes: list[IssuedTokens | None] = field(default_factory=list)
    refusal: BadInput | None = None

    def require(self) -> None:
        """Raises `BadInput` (COOKIES_NEED_HTTP, CSRF_REFUSED) unless cookies can be set. To be called before anything
        is done that is to end in them."""
        if self.refusal is not None:
            raise self.refusal

    def set_tokens(self, tokens: IssuedTokens) -> None:
        self.require()
        self.changes.append(tokens)

    def clear(self) -> None:
        """Without an effect where there are no cookies."""
        if self.refusal is None:
            self.changes.append(None)

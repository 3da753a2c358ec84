"""Documents and callers for tests of accounts in the graph."""

from collections.abc import Mapping
from typing import Any

from resolvers.context import RequestContext
from resolvers.cookies import Caller
from services.accounts.tokens import read_token
from tests.fixtures.shop import Answer, Shop

TOKENS = "tokens { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt }"
ERRORS = """userErrors {
  __typename code path
  ... on WeakPasswordError { reason }
  ... on TooManyAttemptsError { retryAfterSeconds }
  ... on SessionEndedError { ended: reason }
}"""


def mutation(name: str, *fields: str) -> str:
    """A document with one mutation that is called `done` in its answer."""
    kind = f"{name[0].upper()}{name[1:]}Input!"
    return f"mutation($input: {kind}) {{ done: {name}(input: $input) {{ {' '.join(fields)} {ERRORS} }} }}"


VIEWER = "viewer { id email isEmailVerified name role }"
REGISTER = mutation("register", TOKENS, VIEWER)
LOGIN = mutation("login", TOKENS, VIEWER)
REFRESH = mutation("refreshSession", TOKENS, VIEWER)
LOGOUT = mutation("logout", "endedId")
REVOKE = mutation("revokeSession", "endedId")
REVOKE_OTHERS = mutation("revokeOtherSessions", "endedIds")
CHANGE = mutation("changePassword", "viewer { email }")
FORGOTTEN = mutation("requestPasswordReset", "isAccepted")
UNPROVEN = mutation("requestEmailVerification", "isAccepted")
RESET = mutation("resetPassword", "isReset")
VERIFY = mutation("verifyEmail", "isVerified")
SESSIONS = "{ viewer { sessions { edges { node { id userAgent address isCurrent } } } } }"


def caller(shop: Shop, *, address: str | None = "192.0.2.1", agent: str | None = "Test/1.0") -> RequestContext:
    """A client that has not signed in."""
    context = shop.context()
    context.caller = Caller(address, agent)
    return context


def with_token(shop: Shop, token: str) -> RequestContext:
    """A client with an access token, as the web side makes it of a request."""
    context = caller(shop)
    context.principal = read_token(token, secret=shop.resources.settings.auth.secret.get_secret_value())
    return context


# What a payload holds is any JSON, hence Any.
async def done(
    shop: Shop, document: str, context: RequestContext | None = None, /, **given: object
) -> Mapping[str, Any]:
    """The payload of the mutation that the document calls `done`."""
    answer: Answer = await shop.run(document, {"input": given}, context=context or caller(shop))
    assert answer.errors == []
    payload: Mapping[str, Any] = answer.data["done"]
    return payload


async def refused(shop: Shop, document: str, context: RequestContext | None = None, /, **given: object) -> list[str]:
    """The codes of its user errors."""
    return [error["code"] for error in (await done(shop, document, context, **given))["userErrors"]]


def slowed(shop: Shop, address: str = "192.0.2.1") -> RequestContext:
    """A client whose attempts are counted."""
    context = caller(shop, address=address)
    context.throttle = shop.resources.throttle
    return context


async def guess(shop: Shop, email: str, *, times: int, address: str = "192.0.2.1") -> list[str]:
    """The code of each of so many attempts with a wrong password."""
    return [
        code
        for _ in range(times)
        for code in await refused(shop, LOGIN, slowed(shop, address), email=email, password="wrong one")
    ]

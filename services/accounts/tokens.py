"""Signed access tokens: who the caller is and which role they act in."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

import jwt

from core.problems import Denied

ISSUER = "emporium"
ALGORITHM = "HS256"


class Role(StrEnum):
    """What callers may do; each role is granted by itself, none contains another but ANONYMOUS, which all have."""

    ANONYMOUS = "anonymous"
    CUSTOMER = "customer"
    SELLER = "seller"
    OPERATOR = "operator"


class Principal(NamedTuple):
    """The caller of one request. `expires_at` is when the token ends that says so; None for nobody in particular.

    `subject` is the account's id for who has signed in, with the `account_id` itself and the session; a token that was
    issued by hand (`emporium token`) has neither, and a seller's names the seller as its subject.
    """

    role: Role
    subject: str | None = None
    expires_at: datetime | None = None
    account_id: UUID | None = None
    session_id: UUID | None = None
    acts_for: UUID | None = None

    @property
    def seller_id(self) -> UUID | None:
        """The seller that the caller acts for. None in any other role."""
        if self.role is not Role.SELLER or self.account_id is not None or self.subject is None:
            return self.acts_for
        try:
            return UUID(self.subject)
        except ValueError:
            return None


ANYBODY = Principal(Role.ANONYMOUS)


def issue_token(*, secret: str, role: Role, subject: str, lifetime: timedelta, now: datetime) -> str:
    """A JWT (RFC 7519) that is valid for `lifetime` from `now`."""
    claims = {"iss": ISSUER, "aud": ISSUER, "sub": subject, "role": role.value, "iat": now, "exp": now + lifetime}
    return jwt.encode(claims, secret, algorithm=ALGORITHM)


def read_token(token: str, *, secret: str) -> Principal:
    """The caller that a token names; raises `Denied` (UNAUTHENTICATED) if it is forged, expired or malformed."""
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=ISSUER,
            options={"require": ["exp", "iat", "sub", "iss", "aud"]},
        )
        expires_at = datetime.fromtimestamp(claims["exp"], UTC)
        return Principal(Role(claims["role"]), str(claims["sub"]), expires_at)
    except (jwt.InvalidTokenError, KeyError, ValueError) as error:
        raise Denied("UNAUTHENTICATED", "The access token is not valid, or no longer.") from error

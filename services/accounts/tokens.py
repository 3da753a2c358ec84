"""Signed access tokens: who the caller is and which role they act in."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

import jwt

from core.problems import Denied

ISSUER = "emporium"
ALGORITHM = "HS256"
# RFC 9068: what else is signed with the same key, a letter's token say, is no access token.
ACCESS_TYPE = "at+jwt"
_REQUIRED = ["exp", "iat", "sub", "iss", "aud", "jti", "role"]


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
# For `requires`: whoever has signed in, in whatever role.
SIGNED_IN = (Role.CUSTOMER, Role.SELLER, Role.OPERATOR)


def issue_token(
    *,
    secret: str,
    role: Role,
    subject: str,
    lifetime: timedelta,
    now: datetime,
    session_id: UUID | None = None,
    acts_for: UUID | None = None,
) -> str:
    """A JWT (RFC 7519) that is valid for `lifetime` from `now`.

    With a session its subject is the account's id, and `acts_for` the seller of a seller's account.
    """
    claims: dict[str, object] = {
        "iss": ISSUER,
        "aud": ISSUER,
        "sub": subject,
        "role": role.value,
        "iat": now,
        "exp": now + lifetime,
        "jti": uuid.uuid4().hex,
    }
    if session_id is not None:
        claims["sid"] = str(session_id)
    if acts_for is not None:
        claims["seller"] = str(acts_for)
    return jwt.encode(claims, secret, algorithm=ALGORITHM, headers={"typ": ACCESS_TYPE, "kid": key_id(secret)})


def read_token(token: str, *, secret: str) -> Principal:
    """The caller that a token names; raises `Denied` (UNAUTHENTICATED) if it is forged, expired or malformed.

    Whether its session still goes on is for `session_is_alive` to say.
    """
    try:
        signed = jwt.decode_complete(
            token,
            secret,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=ISSUER,
            options={"require": _REQUIRED},
        )
        header, claims = signed["header"], signed["payload"]
        if header.get("typ") != ACCESS_TYPE or header.get("kid") != key_id(secret):
            raise ValueError("It is another kind of token, or signed with another key.")
        return _principal(claims)
    except (jwt.InvalidTokenError, KeyError, ValueError, TypeError) as error:
        raise Denied("UNAUTHENTICATED", "The access token is not valid, or no longer.") from error


def key_id(secret: str) -> str:
    """Names the key without telling it, so that a token of another key is known as one before it is looked into."""
    return hashlib.sha256(b"key id:" + secret.encode()).hexdigest()[:16]


# Claims are any JSON, hence Any.
def _principal(claims: Mapping[str, Any]) -> Principal:
    """Raises `KeyError`, `ValueError` or `TypeError` for claims that this service does not issue."""
    role, subject = Role(claims["role"]), str(claims["sub"])
    expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    if "sid" not in claims:
        return Principal(role, subject, expires_at)
    acts_for = UUID(str(claims["seller"])) if role is Role.SELLER else None
    return Principal(role, subject, expires_at, UUID(subject), UUID(str(claims["sid"])), acts_for)

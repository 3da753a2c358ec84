"""Tokens in letters: signed, good for one purpose, for a while, and once, though nothing is kept of them.

A token is bound to what its use changes: that of a reset to the version of the password, that of a verification to an
address which is not verified yet.
"""

import base64
import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

import jwt

from services.accounts.tokens import ALGORITHM, ISSUER

_BOUND_CHARACTERS = 22


class Purpose(StrEnum):
    """What a letter is for, and with the issuer's name the audience of its token."""

    VERIFY = "verify"
    RESET = "reset"

    @property
    def lifetime(self) -> timedelta:
        return timedelta(hours=48 if self is Purpose.VERIFY else 1)


class Claim(NamedTuple):
    """What a genuine token says: whose it is, and the `fingerprint` of what it was bound to."""

    account_id: UUID
    bound_to: str


def fingerprint(text: str) -> str:
    """Names a text without telling it."""
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:_BOUND_CHARACTERS]


def issue_letter_token(purpose: Purpose, *, secret: str, account_id: UUID, bound_to: str, now: datetime) -> str:
    """A JWT that no other purpose takes, and that is no access token."""
    claims = {
        "iss": ISSUER,
        "aud": _audience(purpose),
        "sub": str(account_id),
        "bound_to": fingerprint(bound_to),
        "iat": now,
        "exp": now + purpose.lifetime,
    }
    return jwt.encode(claims, secret, algorithm=ALGORITHM)


def read_letter_token(purpose: Purpose, token: str, *, secret: str) -> Claim | None:
    """What the token says; None if it is forged, too old, or for something else."""
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=_audience(purpose),
            options={"require": ["exp", "iat", "sub", "iss", "aud", "bound_to"]},
        )
        return Claim(UUID(str(claims["sub"])), str(claims["bound_to"]))
    except (jwt.InvalidTokenError, ValueError):
        return None


def _audience(purpose: Purpose) -> str:
    return f"{ISSUER}/{purpose}"

"""Access tokens of an outside issuer: what is checked before a word of them is believed.

The token chooses nothing: the algorithm must be one that is allowed and that the issuer's key is made for.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt

from core.problems import Denied
from ports.signing_keys import SigningKey, SigningKeys
from services.accounts.tokens import Role

LEEWAY_SECONDS = 30
_LONGEST_TEXT = 255
_KID = re.compile(r"[\x21-\x7e]{1,200}")
# RFC 9068 names access tokens; others call all their tokens just JWT. What has any other type is no access token.
_TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
_REFUSED = "The access token is not valid, or no longer."
# By rank: who may be several has the strongest role.
_ROLES = (Role.OPERATOR, Role.SELLER, Role.CUSTOMER)


@dataclass(frozen=True, slots=True)
class OutsideClaims:
    """What a valid token says of its bearer."""

    issuer: str
    subject: str
    expires_at: datetime
    role: Role
    verified_email: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class OutsideTokens:
    """Reads the tokens of one issuer that are meant for this audience."""

    issuer: str
    audience: str
    algorithms: Collection[str]
    role_claim: str | None
    keys: SigningKeys

    async def read(self, token: str) -> OutsideClaims:
        """Raises `Denied` (UNAUTHENTICATED), and `Unavailable` if the issuer's keys cannot be known."""
        try:
            kid, algorithm = self._checked_header(jwt.get_unverified_header(token))
            key = await self.keys.find(kid)
            if key is None or algorithm not in key.algorithms:
                raise jwt.InvalidKeyError("The issuer has no such key.")
            return self._claims(self._verified(token, key, algorithm))
        except (jwt.PyJWTError, ValueError, OverflowError, OSError, RecursionError) as error:
            # The last three are Python's, for times beyond its calendar and for JSON that is nested too deeply.
            raise Denied("UNAUTHENTICATED", _REFUSED) from error

    def _checked_header(self, header: Mapping[str, Any]) -> tuple[str, str]:
        kid, algorithm = header.get("kid"), header.get("alg")
        if not isinstance(algorithm, str) or algorithm not in self.algorithms:
            raise jwt.InvalidAlgorithmError("The algorithm is not allowed.")
        if not isinstance(kid, str) or not _KID.fullmatch(kid):
            raise jwt.InvalidTokenError("The token names no key.")
        if str(header.get("typ", "JWT")).lower() not in _TYPES or "crit" in header:
            raise jwt.InvalidTokenError("This is no access token.")
        return kid, algorithm

    def _verified(self, token: str, key: SigningKey, algorithm: str) -> Mapping[str, Any]:
        return jwt.decode(
            token,
            key.key,
            algorithms=[algorithm],
            issuer=self.issuer,
            audience=self.audience,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "sub", "iss", "aud"]},
        )

    def _claims(self, claims: Mapping[str, Any]) -> OutsideClaims:
        if _is_of_another_kind(claims):
            raise jwt.InvalidTokenError("This is no access token.")
        subject, email, name = claims["sub"], claims.get("email"), claims.get("name")
        if not _is_text(subject):
            raise jwt.InvalidTokenError("The subject is no name.")
        is_verified = claims.get("email_verified") is True and _is_text(email)
        return OutsideClaims(
            issuer=self.issuer,
            subject=subject,
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            role=self._role(claims),
            verified_email=email if is_verified else None,
            name=name if _is_text(name) else None,
        )

    def _role(self, claims: Mapping[str, Any]) -> Role:
        said = claims.get(self.role_claim) if self.role_claim is not None else None
        values = said if isinstance(said, list) else [said]
        return next((role for role in _ROLES if role.value in values), Role.CUSTOMER)


def unverified_issuer(token: str) -> str | None:
    """Who is to check the token, by its own word; nothing else of it may be used."""
    try:
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
    return issuer if isinstance(issuer, str) else None


# Any JSON, hence Any.
def _is_text(value: Any) -> bool:
    """Whether it can be kept: a text of some length, without what Postgres or Unicode have no place for."""
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_TEXT and value.isprintable()


def _is_of_another_kind(claims: Mapping[str, Any]) -> bool:
    """Whether it says that it is an ID or a refresh token, by what only those hold, or as Keycloak and Cognito do."""
    return (
        "at_hash" in claims
        or "c_hash" in claims
        or claims.get("typ", "Bearer") != "Bearer"
        or claims.get("token_use", "access") != "access"
    )

"""How signing in, and changing an account, can fail in ways that are expected."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from core.problems import Problem
from models.accounts import SessionEnd


class Weakness(StrEnum):
    """Why a password is not taken."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COMMON = "common"
    LIKE_EMAIL = "like_email"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadEmail(Problem):
    """The text is no e-mail address that mail could be sent to."""

    code: ClassVar[str] = "BAD_EMAIL"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailTaken(Problem):
    """Another account has this address, perhaps in another spelling."""

    code: ClassVar[str] = "EMAIL_TAKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeakPassword(Problem):
    """The password is easy to guess, too short or too long."""

    code: ClassVar[str] = "WEAK_PASSWORD"
    reason: Weakness


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCredentials(Problem):
    """There is no account with this address, or its password is another one: which of both is not told."""

    code: ClassVar[str] = "BAD_CREDENTIALS"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongPassword(Problem):
    """The present password is another one."""

    code: ClassVar[str] = "WRONG_PASSWORD"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPassword(Problem):
    """The account signs in at an outside issuer and has no password here."""

    code: ClassVar[str] = "NO_PASSWORD"


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyAttempts(Problem):
    """Somebody has tried too often of late, and must pause."""

    code: ClassVar[str] = "TOO_MANY_ATTEMPTS"
    retry_after_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRefreshToken(Problem):
    """The text is no refresh token, or one of long ago."""

    code: ClassVar[str] = "BAD_REFRESH_TOKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded(Problem):
    """The session is over; `reason` is None if its time was."""

    code: ClassVar[str] = "SESSION_ENDED"
    reason: SessionEnd | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLetterToken(Problem):
    """The token of a letter is forged, too old or used, or what it was for has changed since."""

    code: ClassVar[str] = "BAD_TOKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadAddress(Problem):
    """A line of an address is empty, too long, or holds what cannot be printed."""

    code: ClassVar[str] = "BAD_ADDRESS"


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyAddresses(Problem):
    """The account has as many addresses as one can have."""

    code: ClassVar[str] = "TOO_MANY_ADDRESSES"

"""Passwords: which are good enough, and their argon2id hashes.

Hashing takes much memory and time by design, so it runs in a few threads, and never while a transaction or a
connection is held.
"""

import asyncio
import secrets
import string
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple, TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from core.problems import Problem
from core.settings import AuthSettings
from services.accounts.common_passwords import COMMON
from services.accounts.problems import Weakness, WeakPassword

SHORTEST, LONGEST = 8, 200
# Of what is longer than this, no normal form is as short as a password.
_LONGEST_SPELLING = 1_000
_PASSES = 3
_SAYS = {
    Weakness.TOO_SHORT: f"A password has at least {SHORTEST} characters.",
    Weakness.TOO_LONG: f"A password has at most {LONGEST} characters.",
    Weakness.COMMON: "This password is among the first that anybody would guess.",
    Weakness.LIKE_EMAIL: "A password is something else than the e-mail address.",
}

T = TypeVar("T")


class Verdict(NamedTuple):
    """Whether a password is the right one; `better_hash` is one to keep instead, if parameters have changed since."""

    is_right: bool
    better_hash: str | None = None


class Passwords:
    """Hashes and verifies, `at_once` at a time: further ones wait. One a process."""

    def __init__(self, hasher: PasswordHasher, *, at_once: int) -> None:
        self._hasher = hasher
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="passwords")
        # What the password of nobody is compared with, at the price of a real one.
        self._nobody = hasher.hash(secrets.token_urlsafe())

    @classmethod
    def from_settings(cls, settings: AuthSettings) -> "Passwords":
        hasher = PasswordHasher(
            time_cost=_PASSES, memory_cost=settings.password_memory_kib, parallelism=1, type=Type.ID
        )
        return cls(hasher, at_once=settings.passwords_at_once)

    async def hash(self, password: str) -> str:
        """An encoded hash, salt and parameters included."""
        return await self._in_thread(lambda: self._hasher.hash(_normal(password)))

    async def verify(self, password: str, password_hash: str | None) -> Verdict:
        """Whether the hash is of this password. Without a hash it is not, which takes as long to find out."""
        verdict = await self._in_thread(lambda: self._verify(_normal(password), password_hash or self._nobody))
        return verdict if password_hash is not None else Verdict(False)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _verify(self, password: bytes, password_hash: str) -> Verdict:
        try:
            self._hasher.verify(password_hash, password)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return Verdict(False)
        if not self._hasher.check_needs_rehash(password_hash):
            return Verdict(True)
        return Verdict(True, self._hasher.hash(password))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def check_password(password: str, *, email: str | None, path: tuple[str, ...]) -> list[Problem]:
    """What is wrong with a new password: WEAK_PASSWORD with its reason, or nothing."""
    weakness = _weakness(password, email)
    return [] if weakness is None else [WeakPassword(message=_SAYS[weakness], path=path, reason=weakness)]


def _weakness(password: str, email: str | None) -> Weakness | None:
    if len(password) > _LONGEST_SPELLING:
        return Weakness.TOO_LONG
    normal = unicodedata.normalize("NFKC", password)
    if not SHORTEST <= len(normal) <= LONGEST:
        return Weakness.TOO_SHORT if len(normal) < SHORTEST else Weakness.TOO_LONG
    folded = normal.casefold()
    # "Password1!" is guessed right behind "password".
    stem = folded.rstrip(string.digits + string.punctuation)
    if len(set(folded)) < 3 or not COMMON.isdisjoint((folded, stem)) or _is_run(folded):
        return Weakness.COMMON
    if email is not None and not {email.casefold(), email.casefold().partition("@")[0]}.isdisjoint((folded, stem)):
        return Weakness.LIKE_EMAIL
    return None


def _is_run(text: str) -> bool:
    """Whether it goes up or down by one all the way: 12345678, hgfedcba."""
    steps = {ord(second) - ord(first) for first, second in pairwise(text)}
    return steps in ({1}, {-1})


def _normal(password: str) -> bytes:
    """The bytes that are hashed: one normal form (NIST SP 800-63B 3.1.1.2), so that each keyboard writes the same."""
    if len(password) > _LONGEST_SPELLING:
        return b""
    return unicodedata.normalize("NFKC", password).encode(errors="surrogatepass")

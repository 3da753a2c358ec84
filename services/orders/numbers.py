"""The short names of orders, for people, and the keys that guests see theirs by."""

import re
import secrets

# Without 0, 1, I and O, which look like others.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 10
_NUMBER = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
_SEPARATORS = re.compile(r"[\s-]+")
_KEY_BYTES = 16  # 128 bits: nobody guesses one


def new_number() -> str:
    """Ten random signs, 50 bits: one that exists is rarely met, and nobody counts the store's orders by theirs."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_number(text: str) -> str | None:
    """The number that somebody typed, in capitals or not, in groups or not; None if it cannot be one."""
    number = _SEPARATORS.sub("", text[:100]).upper()
    return number if _NUMBER.fullmatch(number) else None


def new_access_key() -> str:
    """What lets a guest see an order, together with its number."""
    return secrets.token_urlsafe(_KEY_BYTES)


def is_key_of(access_key: str, given: str) -> bool:
    """Whether somebody has the key, in a time that tells nothing of it."""
    return secrets.compare_digest(access_key.encode(), given.encode(errors="replace"))

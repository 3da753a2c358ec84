"""Refresh tokens: 256 random bits that the database knows only the SHA-256 of.

A hash made for passwords would be of no use: there is nothing to guess.
"""

import hashlib
import secrets

_BYTES = 32
_LONGEST = 200


def new_token() -> str:
    return secrets.token_urlsafe(_BYTES)


def hash_token(token: str) -> bytes:
    """What is kept of a token. Of a text that cannot be one, a hash that no token has."""
    return hashlib.sha256(token[:_LONGEST].encode(errors="surrogatepass")).digest()

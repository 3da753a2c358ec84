"""Tells files apart without reading them whole."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

_ENDS_BYTES = 1 << 20


def fingerprint(files: Sequence[Path], *parts: str) -> str:
    """A digest of the names, sizes, first and last megabyte of `files`, and of `parts` such as options."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(part.encode() + b"\x1f")
    for path in files:
        size = path.stat().st_size
        digest.update(f"{path.name}\x1f{size}\x1f".encode())
        with path.open("rb") as stream:
            digest.update(stream.read(_ENDS_BYTES))
            stream.seek(max(size - _ENDS_BYTES, 0))
            digest.update(stream.read())
    return digest.hexdigest()

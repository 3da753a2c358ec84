"""Identifiers: time-ordered UUIDs in tables, opaque global ids in GraphQL."""

import base64
import binascii
from datetime import UTC, datetime, timedelta
from uuid import UUID

import uuid_utils.compat

from core.problems import BadInput

_UUID_BYTES = 16
_TIME_ORDERED = 7
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): it sorts by the time of its making, so indexes grow at their end."""
    return uuid_utils.compat.uuid7()


def made_at(key: UUID) -> datetime | None:
    """When a UUIDv7 was made, to the millisecond: its first 48 bits. None for a UUID of another kind."""
    if key.version != _TIME_ORDERED:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=key.int >> 80)
    except OverflowError:
        return None


def encode_global_id(kind: str, key: UUID) -> str:
    """The opaque id of one object in the graph: URL-safe base64 of the 16 bytes of `key` and the type's name."""
    return base64.urlsafe_b64encode(key.bytes + kind.encode()).decode().rstrip("=")


def decode_global_id(text: str) -> tuple[str, UUID]:
    """The type name and key inside a global id; raises `BadInput` (BAD_ID) for anything else."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        kind = raw[_UUID_BYTES:].decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise _not_an_id() from error
    if len(raw) <= _UUID_BYTES or not kind.isalpha() or encode_global_id(kind, UUID(bytes=raw[:16])) != text:
        raise _not_an_id()
    return kind, UUID(bytes=raw[:_UUID_BYTES])


def decode_id_of(kind: str, text: str) -> UUID:
    """The key inside a global id that must name a `kind`; raises `BadInput` (BAD_ID or WRONG_ID_TYPE)."""
    found, key = decode_global_id(text)
    if found != kind:
        raise BadInput("WRONG_ID_TYPE", f"This id names a {found}; here the id of a {kind} is needed.")
    return key


def _not_an_id() -> BadInput:
    return BadInput("BAD_ID", "This is not an id that this service has issued.")

"""Bounded pages and opaque cursors that are bound to the list they were made for."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

import orjson

from core.problems import BadInput

DEFAULT_PAGE = 24
LARGEST_PAGE = 100
_BINDING_BYTES = 8

T = TypeVar("T")


class Edge(NamedTuple, Generic[T]):
    """One item of a list. `encode` makes its cursor, which few callers ask for."""

    node: T
    encode: Callable[[], str]

    @property
    def cursor(self) -> str:
        return self.encode()


class Page(NamedTuple, Generic[T]):
    """One slice of a list. `start_cursor` and `end_cursor` are null on an empty page."""

    edges: Sequence[Edge[T]]
    has_next_page: bool
    has_previous_page: bool = False

    @property
    def start_cursor(self) -> str | None:
        return self.edges[0].cursor if self.edges else None

    @property
    def end_cursor(self) -> str | None:
        return self.edges[-1].cursor if self.edges else None


def page_size(first: int | None) -> int:
    """How many items to return; raises `BadInput` (BAD_PAGE_SIZE) outside of 1 to 100."""
    if first is None:
        return DEFAULT_PAGE
    if not 1 <= first <= LARGEST_PAGE:
        raise BadInput("BAD_PAGE_SIZE", f"`first` must be from 1 to {LARGEST_PAGE}; {first} was given.")
    return first


def binding(*parts: object) -> bytes:
    """A short digest of whatever determines a list's content and order (filter, sort, parent)."""
    text = orjson.dumps(parts, default=repr, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.blake2b(text, digest_size=_BINDING_BYTES).digest()


def encode_cursor(bound_to: bytes, position: Sequence[str | int | float | None]) -> str:
    """An opaque cursor: the list's digest, then the position in it."""
    return base64.urlsafe_b64encode(bound_to + orjson.dumps(position)).decode().rstrip("=")


def not_a_cursor() -> BadInput:
    """What a caller is told of a text that no list can have given as a cursor."""
    return BadInput("BAD_CURSOR", "This is not a cursor that this service has issued.")


def decode_cursor(bound_to: bytes, cursor: str, *, length: int) -> list[str | int | float | None]:
    """The position in `cursor`; raises `BadInput`: BAD_CURSOR, or STALE_CURSOR if made for another list."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        position = orjson.loads(raw[_BINDING_BYTES:])
    except (binascii.Error, ValueError) as error:
        raise not_a_cursor() from error
    if raw[:_BINDING_BYTES] != bound_to:
        raise BadInput("STALE_CURSOR", "This cursor belongs to another filter or sort. Ask for the first page again.")
    if not isinstance(position, list) or len(position) != length:
        raise not_a_cursor()
    return position


def decode_number(bound_to: bytes, cursor: str, *, least: int = -(2**63), most: int = 2**63 - 1) -> int:
    """The position in `cursor` of a list that is ordered by one number; raises `BadInput` as `decode_cursor` does."""
    (position,) = decode_cursor(bound_to, cursor, length=1)
    return as_number(position, least=least, most=most)


def decode_id(bound_to: bytes, cursor: str) -> UUID:
    """The position in `cursor` of a list that is ordered by ids; raises `BadInput` as `decode_cursor` does."""
    (position,) = decode_cursor(bound_to, cursor, length=1)
    return as_id(position)


def as_id(position: object) -> UUID:
    """A part of a cursor that must be a UUID; raises `BadInput`."""
    try:
        return UUID(str(position))
    except ValueError as error:
        raise not_a_cursor() from error


def as_number(position: object, *, least: int = -(2**63), most: int = 2**63 - 1) -> int:
    """A part of a cursor that must be a whole number within bounds, of 64 bits if not given; raises `BadInput`."""
    if isinstance(position, bool) or not isinstance(position, int) or not least <= position <= most:
        raise not_a_cursor()
    return position

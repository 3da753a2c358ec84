"""Pages of lists: which slice a field's arguments ask for, and the page that its rows make."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

from core.paging import Edge, Page, as_number, binding, decode_cursor, encode_cursor, not_a_cursor, page_size
from loaders.pages import Pages, Slice
from resolvers.context import Info
from services.catalog.slices import Position
from services.unit_of_work import ReadSession

T = TypeVar("T")
P = TypeVar("P")


async def load_page(
    loader: Pages[T],
    parent_id: UUID,
    *,
    first: int | None,
    after: str | None,
    position: Callable[[T], Position],
    by: type[int] | type[datetime] = int,
) -> Page[T]:
    """One page of a parent's list, which is ordered `by` numbers or times. Its cursors are good for that list only;
    raises `BadInput`."""
    size = page_size(first)
    bound_to = binding(type(loader).__name__, str(parent_id))
    start = None if after is None else _decode(bound_to, after, by)
    rows = await loader.load(Slice(parent_id, size + 1, start))
    return page_of(rows, size, has_previous=start is not None, cursor=lambda row: _encode(bound_to, position(row)))


async def list_page(
    info: Info,
    bound_to: bytes,
    *,
    first: int | None,
    after: str | None,
    decode: Callable[[bytes, str], P],
    position: Callable[[T], Sequence[str | int]],
    read: Callable[[ReadSession, int, P | None], Awaitable[Sequence[T]]],
) -> Page[T]:
    """One page of a list that stands by itself: `read(session, size, start)` gives the rows behind `start`.

    `position` is what a row's cursor says, and `decode` reads that back. Raises `BadInput`.
    """
    size = page_size(first)
    start = None if after is None else decode(bound_to, after)
    async with info.context.database.read() as session:
        rows = await read(session, size + 1, start)
    return page_of(
        rows, size, has_previous=start is not None, cursor=lambda row: encode_cursor(bound_to, position(row))
    )


def page_of(rows: Sequence[T], size: int, *, has_previous: bool, cursor: Callable[[T], str]) -> Page[T]:
    """The first `size` of `rows`; one row more says that another page follows."""
    return Page(
        [Edge(row, partial(cursor, row)) for row in rows[:size]],
        has_next_page=len(rows) > size,
        has_previous_page=has_previous,
    )


def _encode(bound_to: bytes, position: Position) -> str:
    value, key = position
    return encode_cursor(bound_to, [value.isoformat() if isinstance(value, datetime) else value, str(key)])


def _decode(bound_to: bytes, cursor: str, by: type[int] | type[datetime]) -> Position:
    value, key = decode_cursor(bound_to, cursor, length=2)
    try:
        return (as_number(value) if by is int else _moment(value)), UUID(str(key))
    except (ValueError, OverflowError) as error:
        raise not_a_cursor() from error


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise ValueError("no time zone")
    return moment.astimezone(UTC)

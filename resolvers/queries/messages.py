"""Messages that consumers could not handle, for operators."""

from typing import Annotated

import strawberry

from core.paging import Page, binding, decode_number, encode_cursor, page_size
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.paging import page_of
from services.messaging import ParkedRecord, list_parked


async def parked_messages(
    root: object,
    info: Info,
    consumer: Annotated[
        str | None, strawberry.argument(description="Only those of this consumer; those of all if null.")
    ] = None,
    first: First = None,
    after: After = None,
) -> Page[ParkedRecord]:
    size, bound_to = page_size(first), binding("parked messages", consumer)
    start = None if after is None else decode_number(bound_to, after)
    async with info.context.database.read() as session:
        rows = await list_parked(session, first=size + 1, after=start, consumer=consumer)
    return page_of(
        rows, size, has_previous=start is not None, cursor=lambda row: encode_cursor(bound_to, [row.sequence])
    )


def body_text(root: ParkedRecord) -> str:
    """The body, with a sign where it is no UTF-8."""
    return bytes(root.body).decode(errors="replace")

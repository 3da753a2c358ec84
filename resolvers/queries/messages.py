"""Messages that consumers could not handle, for operators."""

from collections.abc import Awaitable
from typing import Annotated

import strawberry

from core.paging import Page, binding, decode_number
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.paging import list_page
from services.messaging import ParkedRecord, list_parked


def parked_messages(
    root: object,
    info: Info,
    consumer: Annotated[
        str | None, strawberry.argument(description="Only those of this consumer; those of all if null.")
    ] = None,
    first: First = None,
    after: After = None,
) -> Awaitable[Page[ParkedRecord]]:
    return list_page(
        info,
        binding("parked messages", consumer),
        first=first,
        after=after,
        decode=decode_number,
        position=lambda row: [row.sequence],
        read=lambda session, size, start: list_parked(session, first=size, after=start, consumer=consumer),
    )


def body_text(root: ParkedRecord) -> str:
    """The body, with a sign where it is no UTF-8."""
    return bytes(root.body).decode(errors="replace")

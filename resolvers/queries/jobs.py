"""The jobs that are not done, for operators."""

from typing import Annotated

import strawberry

from core.paging import Page, as_number, binding, decode_cursor, encode_cursor, page_size
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.paging import page_of
from services.jobs import JobRecord, JobStatus, list_jobs


async def jobs(
    root: object,
    info: Info,
    status: Annotated[
        JobStatus | None, strawberry.argument(description="Only jobs that stand here; all that are not done if null.")
    ] = None,
    first: First = None,
    after: After = None,
) -> Page[JobRecord]:
    size, bound_to = page_size(first), binding("jobs", status)
    before = None
    if after is not None:
        (value,) = decode_cursor(bound_to, after, length=1)
        before = as_number(value)
    async with info.context.database.read() as session:
        rows = await list_jobs(session, limit=size + 1, status=status, before=before)
    return page_of(
        rows, size, has_previous=before is not None, cursor=lambda row: encode_cursor(bound_to, [row.number])
    )

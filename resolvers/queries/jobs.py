"""The jobs that are not done, for operators."""

from collections.abc import Awaitable
from typing import Annotated

import strawberry

from core.paging import Page, binding, decode_number
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.paging import list_page
from services.jobs import JobRecord, JobStatus, list_jobs


def jobs(
    root: object,
    info: Info,
    status: Annotated[
        JobStatus | None, strawberry.argument(description="Only jobs that stand here; all that are not done if null.")
    ] = None,
    first: First = None,
    after: After = None,
) -> Awaitable[Page[JobRecord]]:
    return list_page(
        info,
        binding("jobs", status),
        first=first,
        after=after,
        decode=decode_number,
        position=lambda row: [row.number],
        read=lambda session, size, start: list_jobs(session, limit=size, status=status, before=start),
    )

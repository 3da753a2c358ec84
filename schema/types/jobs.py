"""Work that is done later, as operators see it."""

from datetime import datetime

import strawberry

from resolvers.fields import paging
from schema.base import field, id_of, resolved_by
from schema.describe import describe_enum
from schema.types.errors import UserError
from schema.types.paging import PageInfo
from services.jobs import JobStatus

describe_enum(
    JobStatus,
    name="JobStatus",
    description="Where a job stands. Jobs that are done are no longer there.",
    meanings={
        JobStatus.WAITING: "It waits for its time or for a free worker; with attempts, it failed and is tried again.",
        JobStatus.RUNNING: "A worker has taken it.",
        JobStatus.FAILED: "It failed as often as it may, and waits for somebody to retry it.",
    },
)


@strawberry.type(description="A piece of work that is done later, once.")
class Job:
    id: strawberry.ID = id_of("Job")
    number: int = field("Its number on the command line and in logs.")
    name: str = field("The kind of work.")
    status: JobStatus = field("Where it stands.")
    payload: str = field("What it is about, as JSON.", attribute="payload_text")
    attempts: int = field("How often it was begun since it was enqueued or retried by hand.")
    error: str | None = field("Why the last attempt failed; null if none has.")
    created_at: datetime = field("When it was enqueued.")
    due_at: datetime = field("The time before which it does not begin.")


@strawberry.type(description="A job in a list.")
class JobEdge:
    node: Job = field("The job.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of jobs, newest first.")
class JobConnection:
    edges: list[JobEdge] = field("The jobs of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="The job as it is now.")
class RetryJobPayload:
    job: Job | None = field("The job; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")

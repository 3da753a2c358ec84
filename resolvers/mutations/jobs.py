"""Mutations of jobs."""

from typing import Annotated

import strawberry

from core.ids import decode_id_of
from resolvers.context import Info
from resolvers.mutation import Outcome, commit
from schema.inputs.jobs import RetryJobInput
from services import jobs
from services.jobs import JobRecord


async def retry_job(
    info: Info, input: Annotated[RetryJobInput, strawberry.argument(description="The job.")]
) -> Outcome[JobRecord]:
    return await commit(info, jobs.retry, decode_id_of("Job", input.id).int)

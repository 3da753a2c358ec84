"""Mutations of jobs."""

import strawberry

from resolvers.mutations import jobs
from schema.base import resolved_by
from schema.types.jobs import RetryJobPayload
from services.accounts.tokens import Role


@strawberry.type(description="What can be changed of jobs.")
class JobMutations:
    retry_job: RetryJobPayload = resolved_by(
        jobs.retry_job,
        description="Let a failed job run again at once, with as many attempts as a new one. "
        "Codes: NOT_FOUND (also if it is done by now), NOT_FAILED.",
        requires=Role.OPERATOR,
    )

"""Bringing back jobs that have failed for good."""

from dataclasses import dataclass
from typing import ClassVar

import sqlalchemy as sa

from core.problems import NotFound, Problem, Rejected
from services.jobs.listing import list_jobs
from services.jobs.records import JobRecord
from services.unit_of_work import UnitOfWork

_LARGEST_NUMBER = 2**63 - 1
_RETRY = sa.text(
    """
    WITH again AS (
        UPDATE pgqueuer SET status = 'queued', execute_after = now(), updated = now(), attempts = 0,
            queue_manager_id = NULL, slot = NULL, headers = COALESCE(headers, '{}') - 'begun'
        WHERE id = :number AND status = 'failed' RETURNING id, entrypoint, priority)
    INSERT INTO pgqueuer_log (job_id, status, entrypoint, priority)
    SELECT id, 'queued', entrypoint, priority FROM again RETURNING 1
    """
).bindparams(sa.bindparam("number", type_=sa.BigInteger()))


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFailed(Problem):
    """The job waits or runs already."""

    code: ClassVar[str] = "NOT_FAILED"


async def retry(unit: UnitOfWork, number: int) -> JobRecord:
    """Let a failed job run again now, with all its attempts before it. Raises `Rejected`: NOT_FOUND, NOT_FAILED."""
    if not 0 < number <= _LARGEST_NUMBER:
        raise Rejected(_missing())
    done = (await unit.session.execute(_RETRY, {"number": number})).first() is not None
    found = await list_jobs(unit.session, limit=1, number=number)
    if not found:
        raise Rejected(_missing())
    if not done:
        raise Rejected(NotFailed(message="Only a job that has failed for good can be retried.", path=("id",)))
    return found[0]


def _missing() -> NotFound:
    return NotFound(message="There is no such job: it was done, or never was.", path=("id",), kind="Job")

"""SQL reads of the jobs that are not done."""

from collections.abc import Sequence

import orjson
import sqlalchemy as sa

from services.jobs.records import JobCounts, JobRecord, JobStatus
from services.unit_of_work import ReadSession

_LIST = sa.text(
    """
    SELECT q.id, q.entrypoint, q.status::text AS status, q.payload, COALESCE((q.headers ->> 'begun')::int, 0) AS begun,
           q.created, q.execute_after, e.error
    FROM pgqueuer q
    LEFT JOIN LATERAL (
        SELECT traceback ->> 'exception_message' AS error FROM pgqueuer_log l
        WHERE l.job_id = q.id AND l.traceback IS NOT NULL ORDER BY l.created DESC, l.id DESC LIMIT 1
    ) e ON true
    WHERE (CAST(:status AS text) IS NULL OR q.status::text = :status)
      AND (CAST(:before AS bigint) IS NULL OR q.id < :before)
      AND (CAST(:number AS bigint) IS NULL OR q.id = :number)
    ORDER BY q.id DESC LIMIT :limit
    """
)


async def list_jobs(
    session: ReadSession,
    *,
    limit: int,
    status: JobStatus | None = None,
    before: int | None = None,
    number: int | None = None,
) -> Sequence[JobRecord]:
    """Up to `limit` jobs with a number below `before`, newest first; with a `number` that one alone."""
    given = {"limit": limit, "status": status, "before": before, "number": number}
    return [
        JobRecord(
            number=row.id,
            name=row.entrypoint,
            status=JobStatus(row.status),
            payload=orjson.loads(row.payload) if row.payload else {},
            attempts=row.begun,
            created_at=row.created,
            due_at=row.execute_after,
            error=row.error,
        )
        for row in await session.execute(_LIST, given)
    ]


async def count_jobs(session: ReadSession) -> JobCounts:
    """How many jobs are not done, by what they are doing."""
    return JobCounts._make((await session.execute(_COUNT)).one())


_COUNT = sa.text(
    """
    SELECT count(*) FILTER (WHERE status = 'queued' AND execute_after > now()),
        count(*) FILTER (WHERE status = 'queued' AND execute_after <= now()),
        count(*) FILTER (WHERE status = 'picked'), count(*) FILTER (WHERE status = 'failed')
    FROM pgqueuer
    """
)

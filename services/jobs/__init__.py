"""Work for later, committed with the change that needs it and done by any worker."""

from services.jobs.listing import count_jobs, list_jobs
from services.jobs.queue import enqueue, enqueue_many
from services.jobs.records import Job, JobCounts, JobRecord, JobStatus
from services.jobs.retrying import retry

__all__ = ["Job", "JobCounts", "JobRecord", "JobStatus", "count_jobs", "enqueue", "enqueue_many", "list_jobs", "retry"]

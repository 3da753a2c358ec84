"""Work for later, committed with the change that needs it and done by any worker."""

from services.jobs.listing import list_jobs
from services.jobs.queue import enqueue, enqueue_many
from services.jobs.records import Job, JobRecord, JobStatus
from services.jobs.retrying import retry

__all__ = ["Job", "JobRecord", "JobStatus", "enqueue", "enqueue_many", "list_jobs", "retry"]

"""What jobs are: kinds of work, and the single ones that wait, run or have failed."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from services.unit_of_work import UnitOfWork


class Job(NamedTuple):
    """A kind of work. `run` gets a unit of its own and the payload (a JSON object, hence Any); its effects and the
    record that it ran commit together.

    `before` is done outside of any unit: whatever asks others over the network. What it makes of the payload is what
    `run` gets. It may be done twice where the job is.

    `schedule` is a cron expression in UTC for periodic ones, which get an empty payload. `statement_seconds` bounds
    each of its statements instead of the setting for all. Of a kind with `at_once` no more run at a time, in all
    worker processes together; each of them has to say the same.
    """

    name: str
    run: Callable[[UnitOfWork, Mapping[str, Any]], Awaitable[None]]
    schedule: str | None = None
    statement_seconds: float | None = None
    at_once: int | None = None
    before: Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]] | None = None


class JobStatus(StrEnum):
    WAITING = "queued"
    RUNNING = "picked"
    FAILED = "failed"


class JobCounts(NamedTuple):
    """Jobs that are not done: for later, due and not begun, running, and failed for good."""

    later: int
    waiting: int
    running: int
    failed: int


class JobRecord(NamedTuple):
    """One job that is not done. `attempts` counts how often it was begun; `error` is why the last attempt failed.

    `payload` is a JSON object that the kind of work knows, hence Any.
    """

    number: int
    name: str
    status: JobStatus
    payload: Mapping[str, Any]
    attempts: int
    created_at: datetime
    due_at: datetime
    error: str | None

    @property
    def id(self) -> UUID:
        """The number in the form of all ids."""
        return UUID(int=self.number)

    @property
    def payload_text(self) -> str:
        return orjson.dumps(self.payload).decode()

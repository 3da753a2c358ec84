"""Work for later, committed with the change that needs it and done by any worker."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from services.unit_of_work import UnitOfWork


class Job(NamedTuple):
    """A kind of work. `run` gets a unit of its own and the payload (a JSON object, hence Any); its effects and the
    record that it ran commit together. `schedule` is a cron expression in UTC for periodic ones."""

    name: str
    run: Callable[[UnitOfWork, Mapping[str, Any]], Awaitable[None]]
    schedule: str | None = None


async def enqueue(
    unit: UnitOfWork,
    name: str,
    payload: Mapping[str, Any],
    *,
    delay: timedelta = timedelta(),
    unique: str | None = None,
) -> None:
    """Have the job `name` run once after `delay`, if the unit commits. Of jobs with the same `unique` that have not
    begun, one is kept."""
    raise NotImplementedError

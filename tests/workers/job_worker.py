"""A process that runs jobs of tests until SIGTERM; started as `python -m tests.workers.job_worker`.

Its jobs write to `job_effect (job, number, process)`, which the test makes.
"""

import asyncio
import os
import signal
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from bootstrap.database import make_database
from core.logging import configure_logging
from core.settings import Settings
from services.jobs import Job
from services.unit_of_work import UnitOfWork
from workers.jobs import serve

TABLE = "CREATE TABLE job_effect (job text NOT NULL, number int NOT NULL, process int NOT NULL)"
_WRITE = sa.text("INSERT INTO job_effect VALUES (:job, :number, :process)")


async def write(unit: UnitOfWork, payload: Mapping[str, Any]) -> None:  # any JSON
    """Leave a row, after some time in which this process may be killed."""
    await unit.session.execute(_WRITE, {"job": "write", "number": payload["number"], "process": os.getpid()})
    await asyncio.sleep(payload.get("seconds", 0.0))


async def tick(unit: UnitOfWork, payload: Mapping[str, Any]) -> None:  # any JSON
    await unit.session.execute(_WRITE, {"job": "tick", "number": 0, "process": os.getpid()})


JOBS = (Job("test.write", write), Job("test.tick", tick, schedule="* * * * * */2"))


async def work() -> None:
    settings = Settings()
    configure_logging(settings)
    assert settings.database_url is not None
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    database = make_database(settings.database_url.get_secret_value(), settings.database)
    await serve(JOBS, database, settings, stop)
    await database.dispose()


if __name__ == "__main__":
    asyncio.run(work())

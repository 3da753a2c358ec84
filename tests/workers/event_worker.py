"""A worker process that also runs a consumer of tests: `python -m tests.workers.event_worker`, until SIGTERM.

The consumer writes to the tables of `tests.factories.messages`, which the test makes.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from pydantic import SecretStr

from bootstrap.resources import open_resources
from core.logging import configure_logging
from core.settings import Settings
from tests.factories.messages import consumer_of
from workers.consumers import hear
from workers.main import run_worker


async def work() -> None:
    settings = Settings()
    configure_logging(settings)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with open_resources(settings, application="emporium test worker") as resources, asyncio.TaskGroup() as tasks:
        tasks.create_task(run_worker(resources, stop))
        tasks.create_task(hear(resources, stop, [consumer_of(settings.events)]))


def start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    """Such a process, with these settings."""
    environment = dict(os.environ) | {
        "DATABASE_URL": _secret(settings.database_url),
        "REDIS_URL": _secret(settings.redis_url),
        "EMPORIUM_DATA_DIR": str(settings.data_dir),
        "EMPORIUM_DATABASE": json.dumps(settings.database.model_dump()),
        "EMPORIUM_EVENTS": json.dumps(settings.events.model_dump()),
        "EMPORIUM_JOBS": json.dumps(settings.jobs.model_dump()),
    }
    environment.pop("KAFKA_BOOTSTRAP_SERVERS", None)
    environment.pop("SMTP_URL", None)
    if settings.kafka_bootstrap_servers is not None:
        environment["KAFKA_BOOTSTRAP_SERVERS"] = settings.kafka_bootstrap_servers
    command = [sys.executable, "-m", "tests.workers.event_worker"]
    with (settings.data_dir / "worker.log").open("ab") as log:
        return subprocess.Popen(command, env=environment, stderr=log, stdout=log, cwd=Path(__file__).parents[2])


def _secret(value: SecretStr | None) -> str:
    assert value is not None
    return value.get_secret_value()


if __name__ == "__main__":
    asyncio.run(work())

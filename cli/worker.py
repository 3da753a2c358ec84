"""`emporium worker`: keeps listings, search index and cache in step with the database, carries events, does jobs."""

import asyncio
import os
import signal

import uvloop

from bootstrap.resources import open_resources, refuse_unsafe
from core.logging import configure_logging
from core.settings import Settings
from workers.main import run_worker

# Where web processes share the machine and there is too much to do, whoever waits for an answer comes first.
_NICENESS = 5


def worker() -> None:
    """Work until SIGTERM or Ctrl-C; what has begun is finished first.

    Any number may run: one leads, and all run consumers and jobs.
    """
    settings = Settings()
    refuse_unsafe(settings)
    configure_logging(settings)
    os.nice(_NICENESS)
    uvloop.run(_work(settings))


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_resources(settings, application="emporium worker") as resources:
        await run_worker(resources, stop)

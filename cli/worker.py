"""`emporium worker`: keeps listings, search index and cache in step with the database, carries events, does jobs."""

import asyncio
import os
import signal
from collections.abc import Mapping
from functools import partial
from typing import Annotated

import typer
import uvloop

from bootstrap.checks import NEEDED, part_checks
from bootstrap.probes import Answer, Probe, serve_probes
from bootstrap.resources import Resources, open_resources, refuse_unsafe
from bootstrap.tracing import open_tracing
from core.logging import configure_logging
from core.readiness import ask
from core.settings import Settings
from core.telemetry.heartbeat import Heartbeat, beat
from core.telemetry.metrics import note_pool
from workers.main import run_worker

# Where web processes share the machine and there is too much to do, whoever waits for an answer comes first.
_NICENESS = 5
# Longer than each part is waited for; a loop that does not answer by then hangs.
_READY_SECONDS = 5.0


def worker(
    metrics_port: Annotated[
        int | None, typer.Option(help="Port of /metrics, /health and /ready. [default: EMPORIUM_METRICS__PORT]")
    ] = None,
) -> None:
    """Work until SIGTERM or Ctrl-C; what has begun is finished first.

    Any number may run: one leads, and all run consumers and jobs.
    """
    settings = Settings()
    if metrics_port is not None:
        metrics = settings.metrics.model_copy(update={"port": metrics_port})
        settings = settings.model_copy(update={"metrics": metrics})
    refuse_unsafe(settings)
    configure_logging(settings)
    os.nice(_NICENESS)
    with open_tracing(settings, service="emporium-worker"):
        uvloop.run(_work(settings))


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    heartbeat = Heartbeat()
    async with open_resources(settings, application="emporium worker") as resources:
        sampler = partial(_sample, resources)
        beating = asyncio.create_task(beat(heartbeat, [sampler]), name="heartbeat")
        try:
            with serve_probes(settings.metrics, probes=worker_probes(resources, heartbeat, loop)):
                await run_worker(resources, stop)
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)


def worker_probes(resources: Resources, heartbeat: Heartbeat, loop: asyncio.AbstractEventLoop) -> Mapping[str, Probe]:
    """What is answered beside `/metrics`, by path."""
    return {"/health": partial(_health, heartbeat), "/ready": partial(_ready, resources, loop)}


def _sample(resources: Resources) -> None:
    note_pool(resources.database.pool_use()._asdict())


def _health(heartbeat: Heartbeat) -> Answer:
    """503 when the loop has not come back for long, so that whoever asks can start the process again."""
    return (200, {"status": "ok"}) if heartbeat.is_alive() else (503, {"status": "hanging"})


def _ready(resources: Resources, loop: asyncio.AbstractEventLoop) -> Answer:
    """What the parts say; asked from another thread than that of the loop."""
    asking = asyncio.run_coroutine_threadsafe(ask(part_checks(resources), needed=NEEDED), loop)
    try:
        found = asking.result(_READY_SECONDS)
    except TimeoutError:
        asking.cancel()
        return 503, {"status": "hanging"}
    return found.code, found.as_json()

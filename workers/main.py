"""The worker process: leads if nobody else does, and keeps listings, index and cache in step with the outbox."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from bootstrap.resources import Resources
from core.problems import Unavailable
from services import outbox
from services.search.fan_out import count_waiting
from services.search.records import latest_version, read_cursor
from workers.figures import Figures
from workers.leadership import Leadership, try_to_lead
from workers.parts import Worker, index_consumer
from workers.repeating import Step, pause_for, repeat
from workers.runners import RUNNERS

_POLL_SECONDS = 0.15
_STANDBY_SECONDS = 1.0
_SWEEP_SECONDS = 60.0
_CARTS_SECONDS = 0.5
_ANNOUNCE_SECONDS = 5.0
# A worker that is followed and gets nowhere for this long is stuck.
_PATIENCE_SECONDS = 60.0

log = structlog.get_logger(__name__)


async def run_worker(resources: Resources, stop: asyncio.Event) -> None:
    """Work until `stop` is set; what has begun is finished. What only one process may do waits while another leads."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_lead_in_turn(resources, stop), name="lead")
        for runner in RUNNERS:
            tasks.create_task(runner(resources, stop), name=runner.__name__)


async def _lead_in_turn(resources: Resources, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            async with try_to_lead(resources.database) as leadership:
                if leadership is not None:
                    log.info("worker_leads")
                    await _lead(Worker(resources), leadership, stop)
        except Unavailable as error:
            log.warning("worker_waits", part=error.part, reason=str(error)[:200])
        await pause_for(stop, _STANDBY_SECONDS)


async def _lead(worker: Worker, leadership: Leadership, stop: asyncio.Event) -> None:
    halt = asyncio.Event()

    async def confirm() -> bool:
        try:
            await leadership.confirm()
        except Unavailable:
            halt.set()
            raise
        return False

    steps: list[tuple[str, Step, float]] = [
        ("relay", worker.relay.step, _POLL_SECONDS),
        ("index", worker.index.step, _POLL_SECONDS),
        ("cache", worker.cache.step, _POLL_SECONDS),
        ("announce", worker.announce, _ANNOUNCE_SECONDS),
        ("place", worker.publisher.place, _POLL_SECONDS),
        ("live", worker.live.step, _POLL_SECONDS),
        ("publish", worker.publisher.publish, _POLL_SECONDS),
        ("release", worker.release, _STANDBY_SECONDS),
        ("carts", worker.carts.step, _CARTS_SECONDS),
        ("sweep", worker.sweeper.step, _SWEEP_SECONDS),
        ("leadership", confirm, _STANDBY_SECONDS),
    ]
    figures = Figures(worker.resources)
    if worker.resources.settings.metrics.port is not None:
        steps.append(("figures", figures.step, worker.resources.settings.metrics.gauge_seconds))
    loops = [asyncio.create_task(repeat(name, step, halt, pause=pause), name=name) for name, step, pause in steps]
    rebuilding = asyncio.create_task(repeat("rebuild", worker.rebuilder.step, halt, pause=_STANDBY_SECONDS))
    stopping = asyncio.create_task(stop.wait())
    halted = asyncio.create_task(halt.wait())
    try:
        await asyncio.wait([stopping, halted], return_when=asyncio.FIRST_COMPLETED)
    finally:
        halt.set()
        figures.forget()
        for task in (stopping, halted, rebuilding):
            # A rebuild may take minutes; it is resumed by whoever leads next.
            task.cancel()
        await asyncio.gather(*loops, rebuilding, stopping, halted, return_exceptions=True)


async def drain(resources: Resources, *, progress: Callable[[int], None] | None = None) -> None:
    """Return when every committed event is projected and indexed; does the work itself if nobody leads.

    `progress` gets the number of events that still wait, now and then. Raises `Unavailable` if a part is down, but not
    for the cache: that hears of the changes when it is back, from the next worker.
    """
    last, since = (-1, -1), asyncio.get_running_loop().time()
    while True:
        async with try_to_lead(resources.database) as leadership:
            if leadership is not None:
                await _drain_alone(Worker(resources), resources, progress)
                return
        state = await _backlog(resources)
        if progress is not None:
            progress(state[0])
        if state == (0, 0):
            return
        now = asyncio.get_running_loop().time()
        if state != last:
            last, since = state, now
        elif now - since > _PATIENCE_SECONDS:
            raise Unavailable("search", "The worker has stopped making progress; its log says why.")
        await asyncio.sleep(_POLL_SECONDS)


async def _drain_alone(worker: Worker, resources: Resources, progress: Callable[[int], None] | None) -> None:
    busy = True
    while busy:
        # Postgres projects the next batch while the engine takes the last one.
        results = await asyncio.gather(worker.relay.step(), worker.index.step(), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        busy = any(results)
        if progress is not None and busy:
            progress((await _backlog(resources))[0])
    with suppress(Unavailable):
        while await worker.cache.step():
            pass
    await worker.announce()


async def _backlog(resources: Resources) -> tuple[int, int]:
    """Events, categories and warehouses that wait, and by how many versions the index is behind."""
    async with resources.database.read() as connection:
        waiting = await outbox.count_waiting(connection) + await count_waiting(connection)
        behind = await latest_version(connection) - await read_cursor(connection, index_consumer(resources.settings))
    return waiting, max(behind, 0)

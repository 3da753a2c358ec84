"""Subscriptions: thousands on one web process, from the commit of a change to its last delivery, and what each costs.

Everything between is the real thing: an embedded Postgres and Valkey of its own, a worker process that places and tells
events, one web process, and a process with all the subscribers.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import orjson
import sqlalchemy as sa

from bench.dataset import Say
from bench.load.subscribers import raise_limit
from bench.processes import Server, running
from bench.statistics import percentile
from bench.store import empty_store, fill
from core.ids import encode_global_id
from core.settings import Settings
from services.inventory.commands import Level, set_levels
from services.unit_of_work import Database

SUBSCRIPTIONS = 2_000
_VARIANTS = 200
# All times that subscribers have noted come in one.
_LONGEST_LINE = 2**26
_WAIT_SECONDS = 120.0
_CLIENT = (sys.executable, "-m", "bench.load.subscribers")
_WORKER = (sys.executable, "-c", "from cli.main import app; app(['worker'])")


class Fanout(NamedTuple):
    """One kind of subscribers. Times are from the commit of a change: `p50` and `p99` over all deliveries, `last` to
    the last delivery of a change, in the worst round. `kilobytes` is what the web process grew by per subscription."""

    name: str
    subscriptions: int
    p50_ms: float
    p99_ms: float
    last_ms: float
    cpu_ms: float
    kilobytes: float


class Stocked(NamedTuple):
    variants: Sequence[tuple[UUID, UUID]]
    warehouse: UUID

    def global_ids(self, count: int) -> list[str]:
        return [encode_global_id("Variant", variant) for variant, _ in self.variants[:count]]


async def measure_live(folder: Path, say: Say, *, rounds: int, subscriptions: int = SUBSCRIPTIONS) -> list[Fanout]:
    """All on one variant and spread over many, over WebSockets and as Server-Sent Events."""
    raise_limit()
    found = []
    async with empty_store(folder) as (settings, database):
        stocked = await _fill(database)
        environment = environment_of(settings)
        worker = await asyncio.create_subprocess_exec(*_WORKER, env=environment, stdout=sys.stderr)
        try:
            quantity = 1_000
            for kind in ("ws", "sse"):
                for spread in (1, _VARIANTS):
                    # A web process of its own each: memory that an earlier one has used is not given back.
                    log = folder / f"web-{kind}-{spread}.log"
                    async with running("app:create_app", environment=environment, log=log) as server:
                        measured = await _measure(
                            kind, spread, server, database, stocked, first=quantity, rounds=rounds, count=subscriptions
                        )
                    quantity += rounds + 1
                    say(f"{measured.name}: p99 {measured.p99_ms:,.0f} ms, {measured.kilobytes:.1f} kB each")
                    found.append(measured)
        finally:
            worker.terminate()
            await worker.wait()
    return found


async def _measure(
    kind: str, spread: int, server: Server, database: Database, stocked: Stocked, *, first: int, rounds: int, count: int
) -> Fanout:
    url = server.url("/graphql")
    # The first subscription loads and compiles what all later ones share.
    async with _subscribers(url, kind, stocked.global_ids(1), count=1):
        before = server.process.memory_info().rss
    delays: list[float] = []
    last: list[float] = []
    async with _subscribers(url, kind, stocked.global_ids(spread), count=count) as client:
        grown = server.process.memory_info().rss - before
        begun = server.cpu_seconds()
        for number in range(rounds + 1):
            committed = await _change(database, stocked, spread, first + number)
            times = await _heard(client, first + number)
            if number:  # the first warms up
                delays += [(moment - committed) * 1000 for moment in times]
                last.append((max(times) - committed) * 1000)
            # Heartbeats and changes must not keep step.
            await asyncio.sleep(0.3 + 0.05 * (number % 5))
        cpu = (server.cpu_seconds() - begun) * 1000 / (rounds + 1)
    where = "on one variant" if spread == 1 else f"on {spread} variants"
    p50, p99 = percentile(delays, 50), percentile(delays, 99)
    return Fanout(f"{kind}, all {where}", count, p50, p99, max(last), cpu, grown / count / 1000)


async def _change(database: Database, stocked: Stocked, spread: int, quantity: int) -> float:
    """Give so many variants the same number of units; the moment at which that was committed."""
    chosen = stocked.variants[:spread]
    async with database.unit() as unit:
        levels = [Level(variant, stocked.warehouse, quantity) for variant, _ in chosen]
        await set_levels(unit, levels, announced_as=dict(chosen))
    return time.monotonic()


async def _heard(client: asyncio.subprocess.Process, quantity: int) -> list[float]:
    assert client.stdout is not None
    async with asyncio.timeout(_WAIT_SECONDS):
        while True:
            line = await client.stdout.readline()
            if not line:
                raise RuntimeError("The subscribers have ended.")
            if line.startswith(b"HEARD "):
                found = orjson.loads(line.removeprefix(b"HEARD "))
                if found["quantity"] == quantity:
                    times: list[float] = found["times"]
                    return times


@asynccontextmanager
async def _subscribers(
    url: str, kind: str, variants: Sequence[str], *, count: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    async with subscribed(*_CLIENT, url, kind, str(count), *variants, seconds=_WAIT_SECONDS) as client:
        assert client.stdin is not None
        yield client
        client.stdin.write(b"end\n")
        await client.wait()


@asynccontextmanager
async def subscribed(*command: str, seconds: float) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process of subscribers, which have so long to subscribe; it is ended behind the block if it has not ended."""
    client = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=_LONGEST_LINE
    )
    assert client.stdout is not None
    try:
        async with asyncio.timeout(seconds):
            if await client.stdout.readline() != b"READY\n":
                raise RuntimeError("The subscribers could not subscribe.")
        yield client
    finally:
        if client.returncode is None:
            client.kill()
            await client.wait()


async def _fill(database: Database) -> Stocked:
    warehouse = await fill(database, {f"P-{number}": 1 for number in range(_VARIANTS)})
    async with database.read() as session:
        rows = await session.execute(sa.text("SELECT id, product_id FROM variant ORDER BY sku"))
        variants = [(row.id, row.product_id) for row in rows]
    return Stocked(variants, warehouse)


def environment_of(settings: Settings) -> dict[str, str]:
    """What a process of ours on this store gets to know of its surroundings."""
    assert settings.database_url is not None
    assert settings.redis_url is not None
    mine = {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "REDIS_URL": settings.redis_url.get_secret_value(),
        "EMPORIUM_DATA_DIR": str(settings.data_dir),
        "EMPORIUM_LOG_LEVEL": "warning",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return kept | mine

"""Fan-out at scale: 10,000 subscriptions on one web process under a steady rate of deliveries, beside strawberry's own.

What the worker would tell is published straight to Valkey, so that times and CPU are of the fan-out alone.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import orjson
import sqlalchemy as sa

from bench.cases.live import environment_of, subscribed
from bench.cases.plain_live import CHANNEL
from bench.dataset import Say
from bench.load.subscribers import raise_limit
from bench.processes import Server, running
from bench.statistics import percentile
from bench.store import empty_store, fill
from bootstrap.live import open_live
from core.ids import encode_global_id
from core.settings import Settings
from ports.live import Live
from services.live import STOCK_CHANGED, LiveEvent
from services.live.messages import channel, encode
from services.live.records import Batch
from services.unit_of_work import Database

CONNECTIONS = 10_000
DELIVERIES = 5_000
# Strawberry's own could not keep up with as much: what one delivery costs it is measured with less.
PLAIN_CONNECTIONS = 1_000
PLAIN_DELIVERIES = 500
_WARM_SECONDS = 3.0
_WAIT_SECONDS = 600.0
_SETTLE_SECONDS = 3.0
_AT_ONCE = 500
_CLIENT = (sys.executable, "-m", "bench.load.followers")
# What `emporium serve` runs with.
_FLAGS = (
    "--http",
    "web.subscriptions.server:HttpServer",
    "--ws",
    "web.subscriptions.server:WebSocketServer",
    "--ws-per-message-deflate",
    "false",
    "--ws-ping-interval",
    "0",
)


class Shape(NamedTuple):
    """How many subscribers share one variant, and how many events come in one message."""

    name: str
    group: int
    events: int = 1


SHAPES = (Shape("all on one variant", 0), Shape("100 on each variant", 100), Shape("each on its own variant", 1, 50))


class Fanned(NamedTuple):
    """One shape on one server. Times are from the publication to each delivery; CPU is that of the web process for all
    that it does, heartbeats included; kilobytes is what it grew by for each connection."""

    kind: str
    shape: str
    is_plain: bool
    connections: int
    per_second: float
    p50_ms: float
    p99_ms: float
    last_ms: float
    cpu_ms_event: float
    cpu_us_delivery: float
    kilobytes: float


class Publisher:
    """Tells the web processes of new stock, by messages with numbers from 1 on, which stand for the units."""

    def __init__(self, live: Live, name: str) -> None:
        self._live = live
        self._name = name
        self._position = 0
        self.number = 0
        self.sent_at: dict[int, float] = {}

    async def publish(self, variants: Sequence[UUID]) -> None:
        self.number += 1
        now = datetime.now(UTC)
        events = [
            LiveEvent(self._position + place, STOCK_CHANGED, str(variant), now, {"quantity": self.number})
            for place, variant in enumerate(variants, 1)
        ]
        self._position += len(events)
        message = encode(Batch(0, self._position, events))
        self.sent_at[self.number] = time.monotonic()
        await self._live.tell(self._name, message)


class Store(NamedTuple):
    settings: Settings
    folder: Path
    variants: Sequence[UUID]
    publisher: Publisher


async def measure_fanout(
    folder: Path, say: Say, *, seconds: float, kinds: Sequence[str] = ("ws", "sse"), connections: int = CONNECTIONS
) -> list[Fanned]:
    """Each shape over WebSockets and as Server-Sent Events, and over WebSockets by strawberry."""
    raise_limit()
    found = []
    async with empty_store(folder) as (settings, database):
        variants = await _fill(database, connections)
        assert settings.redis_url is not None
        live = open_live(settings.redis_url.get_secret_value())
        publisher = Publisher(live, channel(settings.events.topic_prefix))
        store = Store(settings, folder, variants, publisher)
        for kind, shape, is_plain in [(kind, shape, plain) for kind in kinds for shape in SHAPES for plain in (0, 1)]:
            if is_plain and kind != "ws":
                continue
            measured = await _measure(store, kind, shape, seconds, connections, is_plain=bool(is_plain))
            say(
                f"{kind}, {shape.name}{' (strawberry)' if is_plain else ''}: {measured.per_second:,.0f}/s, "
                f"p50 {measured.p50_ms:,.1f}, p99 {measured.p99_ms:,.1f}, last {measured.last_ms:,.1f} ms, "
                f"{measured.cpu_us_delivery:,.1f} µs a delivery, {measured.kilobytes:.1f} kB each"
            )
            found.append(measured)
        await live.close()
    return found


async def _measure(
    store: Store, kind: str, shape: Shape, seconds: float, connections: int, *, is_plain: bool
) -> Fanned:
    count = min(connections, PLAIN_CONNECTIONS) if is_plain else connections
    rate = PLAIN_DELIVERIES if is_plain else DELIVERIES
    group = shape.group or count
    chosen = store.variants[: max(count // group, 1)]
    app = "bench.cases.plain_live:create_app" if is_plain else "app:create_app"
    name = channel(store.settings.events.topic_prefix)
    environment = environment_of(store.settings) | {CHANNEL: f"{name}@{_number(store.settings)}"}
    log = store.folder / f"web-{kind}-{group}-{is_plain}.log"
    async with running(app, environment=environment, log=log, flags=() if is_plain else _FLAGS) as server:
        # The first subscription loads and compiles what all later ones share.
        async with _followers(server, kind, chosen[:1], store.folder, count=1) as first:
            await store.publisher.publish(chosen[:1])
            await _end(first, 1)
        before = server.process.memory_info().rss
        async with _followers(server, kind, chosen, store.folder, count=count) as client:
            grown = server.process.memory_info().rss - before
            told = store.publisher.number
            pause = group * shape.events / rate
            await _publish(store.publisher, chosen, shape.events, pause, seconds=_WARM_SECONDS)
            await asyncio.sleep(_SETTLE_SECONDS)
            first_number, begun, began = store.publisher.number, server.cpu_seconds(), time.monotonic()
            await _publish(store.publisher, chosen, shape.events, pause, seconds=seconds)
            elapsed = time.monotonic() - began
            heard = await _end(client, (store.publisher.number - told) * shape.events * group)
            cpu = server.cpu_seconds() - begun
    messages = store.publisher.number - first_number
    delays = _delays(heard, store.publisher.sent_at, behind=first_number)
    expected = messages * shape.events * group
    if len(delays) != expected:
        raise RuntimeError(f"{len(delays)} deliveries came of {expected}; see {log}.")
    return Fanned(
        kind=kind,
        shape=shape.name,
        is_plain=is_plain,
        connections=count,
        per_second=len(delays) / elapsed,
        p50_ms=percentile(delays, 50),
        p99_ms=percentile(delays, 99),
        last_ms=max(delays),
        cpu_ms_event=cpu * 1000 / (messages * shape.events),
        cpu_us_delivery=cpu * 1e6 / len(delays),
        kilobytes=grown / count / 1000,
    )


async def _publish(
    publisher: Publisher, variants: Sequence[UUID], events: int, pause: float, *, seconds: float
) -> None:
    """Messages with so many events each, of all variants in turn, one every `pause` seconds, and at least one."""
    turn, next_at = 0, time.monotonic()
    ends_at = next_at + seconds
    while True:
        await publisher.publish([variants[(turn + place) % len(variants)] for place in range(events)])
        turn += events
        next_at += pause
        await asyncio.sleep(max(next_at - time.monotonic(), 0))
        if next_at >= ends_at:
            return


def _delays(heard: dict[str, list[float]], sent_at: dict[int, float], *, behind: int) -> list[float]:
    """Milliseconds of each delivery of messages behind that number."""
    pairs = zip(heard["numbers"], heard["times"], strict=True)
    return [(moment - sent_at[int(number)]) * 1000 for number, moment in pairs if number > behind]


@asynccontextmanager
async def _followers(
    server: Server, kind: str, variants: Sequence[UUID], folder: Path, *, count: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    file = folder / "variants.txt"
    file.write_text("\n".join(encode_global_id("Variant", variant) for variant in variants))
    command = (*_CLIENT, server.url("/graphql"), kind, str(count), str(file))
    async with subscribed(*command, seconds=_WAIT_SECONDS) as client:
        yield client


async def _end(client: asyncio.subprocess.Process, expected: int) -> dict[str, list[float]]:
    """What the subscribers have heard, as soon as it is that much; they leave."""
    assert client.stdin is not None
    assert client.stdout is not None
    client.stdin.write(f"{expected}\n".encode())
    async with asyncio.timeout(_WAIT_SECONDS):
        line = await client.stdout.readline()
    found: dict[str, list[float]] = orjson.loads(line.removeprefix(b"HEARD "))
    return found


async def _fill(database: Database, count: int) -> list[UUID]:
    for begin in range(0, count, _AT_ONCE):
        await fill(database, {f"P-{number}": 1 for number in range(begin, min(begin + _AT_ONCE, count))})
    async with database.read() as session:
        return list(await session.scalars(sa.text("SELECT id FROM variant ORDER BY sku")))


def _number(settings: Settings) -> int:
    """Of the database, which `adapters.live` puts behind the names of channels."""
    assert settings.redis_url is not None
    last = settings.redis_url.get_secret_value().rpartition("/")[2]
    return int(last) if last.isdigit() else 0

"""Checkout: carts that become placed orders, paid by card at a provider that takes every card at once.

Everything else is the real thing: two web processes, a worker, an embedded Postgres with durable commits, Valkey, and
Stripe's own SDK. Stock is spread over a thousand variants, so that orders meet at few of them.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import orjson
import sqlalchemy as sa

from bench.dataset import Say
from bench.processes import running
from bench.store import empty_store, fill
from core.ids import encode_global_id
from core.settings import Settings
from services import delivery
from services.delivery.codes import CodeRow, save_codes
from services.delivery.rules import RateDraft
from services.unit_of_work import Database

CLIENTS = 32
VARIANTS = 1_000
SIZES = (1, 10, 50)
_PLENTY = 10**6
_BATCH = 250
_WEBS = ("a", "b")
_BUYERS = (sys.executable, "-m", "bench.load.buyers")
_PROVIDER = (sys.executable, "-m", "bench.load.stripe")
_WORKER = (sys.executable, "-c", "from cli.main import app; app(['worker'])")
_MARK = b"RESULT "
_UNPLACED = sa.text("SELECT count(*) FROM orders WHERE status <> 'placed'")
_BROKEN = sa.text(
    """
    SELECT (SELECT sum(quantity) FROM order_line),
        (SELECT -sum(on_hand_change) FROM inventory_ledger_entry WHERE reason NOT IN ('opening', 'set'))
    """
)


class Window(NamedTuple):
    """What the buyers saw. Times are from the cart to the placed order, and of the completion alone. `repeats` counts
    requests that were told to come again, since no connection to Postgres was free in time."""

    orders: int
    seconds: float
    p50_ms: float
    p99_ms: float
    completion_p99_ms: float
    round_trips: float
    statements: float
    repeats: int

    @property
    def per_second(self) -> float:
        return self.orders / self.seconds


class Bought(NamedTuple):
    """All windows of 32 clients, and by the number of an order's lines one order by one client."""

    windows: Sequence[Window]
    costs: Mapping[int, Window]


async def measure_checkout(folder: Path, say: Say, *, seconds: float, rounds: int) -> Bought:
    """Windows of `seconds`; raises AssertionError if an order is not placed or a unit is lost."""
    async with empty_store(folder) as (settings, database), AsyncExitStack() as stack:
        variants = folder / "variants"
        variants.write_text("\n".join(await _fill(database)))
        provider = await stack.enter_async_context(_running(*_PROVIDER))
        environment = process_environment(settings, await _first_line(provider))
        await stack.enter_async_context(_running(*_WORKER, environment=environment))
        webs = [running("app:create_app", environment=environment, log=folder / f"web-{name}.log") for name in _WEBS]
        urls = [(await stack.enter_async_context(web)).url("/graphql") for web in webs]
        windows, costs = [], {}
        for turn in range(rounds + 1):
            window = await _buy(variants, urls, clients=CLIENTS, seconds=seconds if turn else 1.0)
            if turn:  # the first turn warms up
                windows.append(window)
                say(f"{window.per_second:,.0f} orders a second, p99 {window.p99_ms:,.0f} ms")
        for lines in SIZES:
            costs[lines] = await _buy(variants, urls[:1], clients=1, seconds=0, lines=lines)
            say(f"{lines} lines: {costs[lines].round_trips:g} round trips, {costs[lines].statements:g} statements")
        await _check(database)
    return Bought(windows, costs)


async def _buy(variants: Path, urls: Sequence[str], *, clients: int, seconds: float, lines: int = 1) -> Window:
    command = (*_BUYERS, str(clients), str(seconds), str(lines), str(variants), *urls)
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    output, errors = await process.communicate()
    for line in output.splitlines():
        if line.startswith(_MARK):
            return Window(**orjson.loads(line.removeprefix(_MARK)))
    raise RuntimeError(f"The buyers ended with {process.returncode}: {errors.decode()[-2000:]}")


async def _check(database: Database) -> None:
    """Each order is placed, and the units that are gone are in orders."""
    async with database.read() as session:
        unplaced = (await session.execute(_UNPLACED)).scalar_one()
        ordered, gone = (await session.execute(_BROKEN)).one()
    if unplaced or ordered != gone:
        raise AssertionError(f"{unplaced} orders are not placed; {ordered} units were ordered and {gone} are gone.")


async def _fill(database: Database) -> list[str]:
    """A place that is delivered to, and the global ids of variants that all can have many of."""
    for first in range(0, VARIANTS, _BATCH):
        await fill(database, {f"sku-{number}": _PLENTY for number in range(first, first + _BATCH)})
    async with database.unit() as unit:
        await save_codes(unit, [CodeRow("10001", "100", 40.75, -73.99, "New York")], country="US")
        carrier = await delivery.save_carrier(unit, code="parcel", name="Parcel Post", countries=["US"])
        await delivery.save_method(
            unit, carrier_id=carrier.id, code="standard", name="Standard", rates=[RateDraft(5_000, 399, 1, 2)],
            currency="USD", crosses_borders=False,
        )  # fmt: skip
        await delivery.recompute(unit)
    async with database.read() as session:
        return [encode_global_id("Variant", id) for id in await session.scalars(sa.text("SELECT id FROM variant"))]


def process_environment(settings: Settings, provider_port: str = "1") -> dict[str, str]:
    """All that a process of the store gets to know; its payment provider listens on this port, if it is to have one."""
    assert settings.database_url is not None
    assert settings.redis_url is not None
    mine = {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "REDIS_URL": settings.redis_url.get_secret_value(),
        "STRIPE_API_KEY": "sk_test_bench",
        "STRIPE_API_URL": f"http://127.0.0.1:{provider_port}",
        "EMPORIUM_DATA_DIR": str(settings.data_dir),
        "EMPORIUM_LOG_LEVEL": "warning",
        "EMPORIUM_WEB__TRUSTED_PROXIES": '["127.0.0.1"]',
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return kept | mine


@asynccontextmanager
async def _running(
    *command: str, environment: Mapping[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process of ours until the block ends."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE if environment is None else sys.stderr,
        env=None if environment is None else dict(environment),
    )
    try:
        yield process
    finally:
        process.terminate()
        await process.wait()


async def _first_line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()

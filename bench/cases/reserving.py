"""Contended stock: 64 clients reserve units of one variant, by the desk and by the plain transaction, in turns.

The plain transaction is what one would write first: a conditional UPDATE of the level, then an INSERT of the hold. Both
use the same pool on the same row; the desk also writes lines, allocations, the ledger and events. The embedded server
is one of its own, with durable commits, and its data is thrown away.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from bench.dataset import Say
from bench.store import empty_store, fill
from core.ids import new_id
from core.problems import Rejected
from services.idempotency import Attempt
from services.inventory.reservations import Claim, Granted, ReservationDesk, Wanted
from services.unit_of_work import Database

CLIENTS = 64
_PLENTY = 10**9
_SCARCE, _BITE = 1_000, 7
_HOLD = timedelta(minutes=15)
_UPDATE = sa.text(
    """
    UPDATE inventory_level SET reserved = reserved + 1, version = version + 1
    WHERE variant_id = :variant_id AND warehouse_id = :warehouse_id AND on_hand - reserved >= 1
    """
)
_INSERT = sa.text("INSERT INTO reservation (id, expires_at) VALUES (:id, now() + interval '15 minutes')")
_COUNTS = sa.text(
    """
    SELECT (SELECT count(*) FROM allocation WHERE variant_id = :id),
        (SELECT sum(quantity) FROM reservation_line WHERE variant_id = :id),
        (SELECT sum(reserved_change) FROM inventory_ledger_entry WHERE variant_id = :id),
        (SELECT sum(reserved) FROM inventory_level WHERE variant_id = :id)
    """
)


class Pace(NamedTuple):
    """Holds per second of one way, the median of all rounds."""

    name: str
    per_second: float
    rounds: list[float]


class Stocked(NamedTuple):
    hot: UUID
    scarce: UUID
    warehouse: UUID


async def measure_reserving(folder: Path, say: Say, *, seconds: float, rounds: int) -> list[Pace]:
    """Both ways, each in windows of `seconds` that take turns; raises AssertionError if a unit is lost or doubled."""
    async with empty_store(folder) as (_, database):
        stocked = await _fill(database)
        desk = ReservationDesk(database, low_stock_units=5)
        number = iter(range(10**9))

        async def plain() -> None:
            values = {"variant_id": stocked.hot, "warehouse_id": stocked.warehouse}
            async with database.unit() as unit:
                await unit.session.execute(_UPDATE, values)
                await unit.session.execute(_INSERT, {"id": new_id()})

        async def by_desk() -> None:
            await desk.reserve(Claim([Wanted(stocked.hot, 1)], _HOLD))

        async def once() -> None:
            attempt = Attempt("bench", str(next(number)), "hash")
            await desk.reserve(Claim([Wanted(stocked.hot, 1)], _HOLD, attempt=attempt))

        ways: dict[str, Callable[[], Awaitable[None]]] = {
            "plain transaction": plain,
            "desk": by_desk,
            "desk, with idempotency keys": once,
        }
        found: dict[str, list[float]] = {name: [] for name in ways}
        held = 0
        for turn in range(rounds + 1):
            for name, way in ways.items():
                done, took = await _load(way, seconds if turn else min(seconds, 1.0))
                held += 0 if way is plain else done
                if turn:  # the first turn warms up
                    found[name].append(done / took)
                    say(f"{name}: {done / took:,.0f} holds a second")
        await desk.close()
        await _check(database, stocked.hot, held)
        await _check_partial(database, stocked.scarce)
        return [Pace(name, median(values), values) for name, values in found.items()]


async def _load(way: Callable[[], Awaitable[None]], seconds: float) -> tuple[int, float]:
    """How often 64 clients that never pause did it, and in what time."""
    begun = time.perf_counter()

    async def client() -> int:
        done = 0
        while time.perf_counter() - begun < seconds:
            await way()
            done += 1
        return done

    counts = await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return sum(counts), time.perf_counter() - begun


async def _check(database: Database, variant_id: UUID, held: int) -> None:
    """Every hold of the desk has its rows."""
    async with database.read() as session:
        allocations, lines, ledger, _ = (await session.execute(_COUNTS, {"id": variant_id})).one()
    if not allocations == lines == ledger == held:
        raise AssertionError(f"{held} holds, but {allocations} allocations, {lines} in lines, {ledger} in the ledger")


async def _check_partial(database: Database, variant_id: UUID) -> None:
    """Of 1,000 units, 64 clients who want 7 at a time, or fewer, get all, one of them a part, and then nobody any."""
    desk = ReservationDesk(database, low_stock_units=5)
    granted: list[Granted] = []

    async def client() -> None:
        while True:
            try:
                claim = Claim([Wanted(variant_id, _BITE)], _HOLD, allow_partial=True)
                granted.append(await desk.reserve(claim))
            except Rejected:
                return

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    await desk.close()
    sizes = sorted(line.quantity for one in granted for line in one.lines)
    whole, rest = divmod(_SCARCE, _BITE)
    async with database.read() as session:
        _, lines, ledger, reserved = (await session.execute(_COUNTS, {"id": variant_id})).one()
    if sizes != [rest] + [_BITE] * whole or not lines == ledger == reserved == _SCARCE:
        raise AssertionError(f"Partial grants are wrong: {len(sizes)} of {sum(sizes)} units, {lines}, {ledger}.")


async def _fill(database: Database) -> Stocked:
    warehouse = await fill(database, {"hot": _PLENTY, "scarce": _SCARCE})
    async with database.read() as session:
        ids = {row.sku: row.id for row in await session.execute(sa.text("SELECT sku, id FROM variant"))}
    return Stocked(ids["hot"], ids["scarce"], warehouse)

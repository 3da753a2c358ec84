"""Where the claims of one process meet: those that come while a transaction runs share the next one (group commit).

A hot variant's level is one row. A transaction for each claim makes all clients queue for its lock and for the disk;
here they queue in memory, and the lock is taken once for all of them.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextvars import Context
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
import structlog
from opentelemetry.trace import SpanKind

from core.problems import Contended, Rejected, Unavailable
from core.profile import Profile, current_profile, profiling
from core.telemetry import tracing
from services.inventory.reservations.claims import Claim
from services.inventory.reservations.problems import StockBusy
from services.inventory.reservations.records import Granted, Refused
from services.inventory.reservations.reserving import reserve_many
from services.unit_of_work import Database

MOST_CLAIMS_AT_ONCE = 200
# Claims on different variants need not wait for each other; each lane holds one connection at most.
LANES = 3
# How long a batch waits for a lock of somebody else, and each of its claims when it was in vain: all that come to the
# lane meanwhile wait as well.
_PATIENCE_SECONDS = 3.0
_PATIENCE_APART_SECONDS = 0.2

log = structlog.get_logger(__name__)


class _Waiting(NamedTuple):
    claim: Claim
    answer: "asyncio.Future[Granted | Refused]"
    trace: str | None
    profile: Profile | None


class ReservationDesk:
    """Takes claims one at a time and has them reserved in batches. One a process, made inside its running loop.

    A claim whose caller goes away before its batch begins is dropped; later, its hold is made and expires unless the
    caller comes again with the same idempotency key.
    """

    def __init__(self, database: Database, *, low_stock_units: int, lanes: int = LANES) -> None:
        self._database = database
        self._low_stock_units = low_stock_units
        self._queues: Sequence[deque[_Waiting]] = [deque() for _ in range(lanes)]
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._is_closed = False

    async def reserve(self, claim: Claim) -> Granted:
        """As `reserve`, in a transaction of the desk. Raises `Rejected`, with STOCK_BUSY too, and `Unavailable` if
        Postgres is gone: then the hold may have been made nevertheless, which only a claim with a key can find out."""
        if self._is_closed:
            raise Unavailable("reservations", "This process is about to stop.")
        lane = hash(claim.wanted[0].variant_id) % len(self._queues) if claim.wanted else 0
        waiting = _Waiting(claim, asyncio.get_running_loop().create_future(), tracing.traceparent(), current_profile())
        self._queues[lane].append(waiting)
        if lane not in self._busy:
            # In nobody's context: what is done for those that come later belongs to no trace or profile of the first.
            self._busy[lane] = asyncio.create_task(self._work(lane), name=f"reservations-{lane}", context=Context())
        outcome = await waiting.answer
        if isinstance(outcome, Refused):
            raise Rejected(*outcome.problems)
        return outcome

    async def close(self) -> None:
        """Finish what was taken on, and take on nothing more."""
        self._is_closed = True
        await asyncio.gather(*self._busy.values())

    async def _work(self, lane: int) -> None:
        queue = self._queues[lane]
        try:
            while queue:
                taken = [queue.popleft() for _ in range(min(len(queue), MOST_CLAIMS_AT_ONCE))]
                batch = [one for one in taken if not one.answer.done()]
                if batch:
                    await self._reserve(batch)
        finally:
            del self._busy[lane]

    async def _reserve(self, batch: Sequence[_Waiting]) -> None:
        """Answer all of a batch."""
        try:
            outcomes = await self._write(batch, patience_seconds=_PATIENCE_SECONDS)
        except Contended:
            await self._reserve_apart(batch)
        except Unavailable as error:
            # Whether it was committed is not known, so nothing may be tried again here.
            _fail_all(batch, error)
        except Exception as error:
            if len(batch) == 1:
                _fail(batch[0], error)
                return
            log.warning("reservations_apart", claims=len(batch), exc_info=error)
            await self._reserve_apart(batch)
        else:
            for one, outcome in zip(batch, outcomes, strict=True):
                _answer(one, outcome)

    async def _reserve_apart(self, batch: Sequence[_Waiting]) -> None:
        """Try claim by claim, so that one that is bad, or whose units somebody keeps locked, fails alone."""
        locked: set[UUID] = set()
        for place, one in enumerate(batch):
            wanted = {line.variant_id for line in one.claim.wanted}
            if one.answer.done():
                continue
            if wanted & locked:
                _answer(one, _BUSY)
                continue
            try:
                (outcome,) = await self._write([one], patience_seconds=_PATIENCE_APART_SECONDS)
            except Contended:
                locked |= wanted
                _answer(one, _BUSY)
            except Unavailable as error:
                _fail_all(batch[place:], error)
                return
            except Exception as error:
                _fail(one, error)
            else:
                _answer(one, outcome)

    async def _write(self, batch: Sequence[_Waiting], *, patience_seconds: float) -> Sequence[Granted | Refused]:
        traces = [one.trace for one in batch]
        span = tracing.batch("reserve", traces, kind=SpanKind.INTERNAL, attributes={"emporium.batch.size": len(batch)})
        # What is done for all is counted once.
        with span, profiling(batch[0].profile):
            return await self._write_batch(batch, patience_seconds)

    async def _write_batch(self, batch: Sequence[_Waiting], patience_seconds: float) -> Sequence[Granted | Refused]:
        async with self._database.unit() as unit:
            await unit.session.execute(_LIMIT, {"milliseconds": str(round(patience_seconds * 1000))})
            return await reserve_many(unit, [one.claim for one in batch], low_stock_units=self._low_stock_units)


def _answer(one: _Waiting, outcome: Granted | Refused) -> None:
    if not one.answer.done():
        one.answer.set_result(outcome)


def _fail(one: _Waiting, error: Exception) -> None:
    if not one.answer.done():
        one.answer.set_exception(error)


def _fail_all(batch: Sequence[_Waiting], error: Unavailable) -> None:
    for one in batch:
        _fail(one, Unavailable(error.part, str(error)))


_LIMIT = sa.text("SELECT set_config('lock_timeout', :milliseconds, true)")
_BUSY = Refused((StockBusy(message="Others are changing these units. Try again.", path=("lines",)),))

"""The outbox relay: takes waiting events in order, lets their handlers work, and marks them in the same transaction.

Killed anywhere, it leaves the events waiting or their work committed. What must happen outside of Postgres (the index,
the cache) follows from `listing` by the consumers in workers/feeds.py, each at its own pace.
"""

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID

import structlog
from opentelemetry.trace import SpanKind

from core.problems import Unavailable
from core.telemetry import tracing
from services import outbox
from services.outbox import WaitingEvent
from services.search.failures import forget_failures, record_failure
from services.search.fan_out import continue_fan_out
from services.search.handlers import list_again, one_projection, product_of
from services.search.projection import Projected
from services.unit_of_work import Database

CONSUMER = "projection"
_EVENTS_AT_ONCE = 1_000
_TRIES = 3
_BETWEEN_TRIES_SECONDS = 0.1

log = structlog.get_logger(__name__)


class Relay:
    """One at a time does this work: see workers/leadership.py. `on_projected` hears of each committed projection."""

    def __init__(self, database: Database, *, currency: str, on_projected: Callable[[Projected], None]) -> None:
        self._database = database
        self._currency = currency
        self._on_projected = on_projected

    async def step(self) -> bool:
        """Handle one batch of events, then one page of a changed category or warehouse; False if there was neither."""
        async with self._database.unit() as unit:
            waiting = await outbox.list_waiting(unit, limit=_EVENTS_AT_ONCE)
        if waiting:
            await self._handle(one_projection(waiting))
        return await self._fan_out() or bool(waiting)

    async def _handle(self, events: Sequence[WaitingEvent]) -> None:
        try:
            await self._relay(events)
        except Unavailable:
            raise
        except Exception as error:
            if len({event.key for event in events}) > 1:
                # Some event here is poisoned: halve until it is alone, so that all others get through.
                middle = len(events) // 2
                await self._handle(events[:middle])
                await self._handle(events[middle:])
            else:
                await self._retry(events, error)

    async def _relay(self, events: Sequence[WaitingEvent]) -> None:
        attributes: dict[str, str | int | float | bool] = {
            "messaging.operation.type": "process",
            "messaging.batch.message_count": len(events),
        }
        traces = [event.trace for event in events]
        with tracing.batch("project", traces, kind=SpanKind.CONSUMER, attributes=attributes):
            async with self._database.unit() as unit:
                projected = await list_again(unit, events, currency=self._currency)
                await outbox.mark_relayed(unit, events)
                if projected is not None:
                    products = [document.id for document in projected.documents] + list(projected.deleted)
                    await forget_failures(unit, products, consumer=CONSUMER)
        if projected is not None:
            self._on_projected(projected)

    async def _retry(self, events: Sequence[WaitingEvent], error: Exception) -> None:
        for _ in range(_TRIES - 1):
            await asyncio.sleep(_BETWEEN_TRIES_SECONDS)
            try:
                await self._relay(events)
                return
            except Unavailable:
                raise
            except Exception as again:
                error = again
        log.error("event_skipped", type=events[0].type, key=events[0].key, exc_info=error)
        async with self._database.unit() as unit:
            await record_failure(unit, _subject(events[0]), consumer=CONSUMER, error=error)
            await outbox.mark_relayed(unit, events)

    async def _fan_out(self) -> bool:
        async with self._database.unit() as unit:
            projected = await continue_fan_out(unit, currency=self._currency)
        if projected is not None:
            self._on_projected(projected)
        return projected is not None


def _subject(event: WaitingEvent) -> UUID:
    try:
        return product_of(event) or UUID(event.key)
    except (KeyError, ValueError):
        return UUID(int=0)

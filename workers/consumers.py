"""Runs the consumers of events: in every worker process, each as one member of its group.

A message is acknowledged after the commit of its effects, so that a process which is killed leaves it to come again;
the inbox then knows it. While Postgres or the broker is away, consumers wait and nothing is acknowledged.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress

import structlog
from opentelemetry.trace import SpanKind

from bootstrap.resources import Resources
from core.problems import Unavailable
from core.telemetry import tracing
from core.telemetry.metrics import MESSAGE_SECONDS, MESSAGES
from core.work_settings import EventSettings
from ports.broker import Broker, Consumption, Delivery
from services.consumers import consumers
from services.messaging import Consumer, handle
from services.unit_of_work import Database

_FETCHED_AT_ONCE = 100
_WAIT_SECONDS = 1.0
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 5.0

log = structlog.get_logger(__name__)


def group_of(consumer: Consumer, settings: EventSettings) -> str:
    """The consumer's name at the broker, which several stores may share."""
    return f"{settings.topic_prefix}.{consumer.name}"


async def run_consumers(resources: Resources, stop: asyncio.Event) -> None:
    """Run all consumers of this release until `stop` is set; what has begun is finished."""
    await hear(resources, stop, consumers(resources.settings))


async def hear(resources: Resources, stop: asyncio.Event, heard: Iterable[Consumer]) -> None:
    """Run `heard` until `stop` is set."""
    async with asyncio.TaskGroup() as tasks:
        for consumer in heard:
            group = group_of(consumer, resources.settings.events)
            member = _Member(resources.database, resources.broker, consumer, group)
            tasks.create_task(member.run(stop), name=group)


class _Member:
    """One member of a consumer's group."""

    def __init__(self, database: Database, broker: Broker, consumer: Consumer, group: str) -> None:
        self._database = database
        self._broker = broker
        self._consumer = consumer
        self._group = group
        self._pause = _FIRST_PAUSE_SECONDS

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                async with self._broker.consume(self._group, self._consumer.topics) as consumption:
                    await self._consume(consumption, stop)
            except Unavailable as error:
                log.warning("consumer_waits", consumer=self._consumer.name, part=error.part, reason=str(error)[:200])
            except Exception:
                log.exception("consumer_failed", consumer=self._consumer.name)
            else:
                continue
            await self._wait(stop)

    async def _consume(self, consumption: Consumption, stop: asyncio.Event) -> None:
        while not stop.is_set():
            deliveries = await self._fetch(consumption, stop)
            try:
                await self._handle(consumption, deliveries, stop)
            except Unavailable as error:
                log.warning("consumer_waits", consumer=self._consumer.name, part=error.part, reason=str(error)[:200])
                await consumption.again()
                await self._wait(stop)
            else:
                self._pause = _FIRST_PAUSE_SECONDS

    async def _fetch(self, consumption: Consumption, stop: asyncio.Event) -> Sequence[Delivery]:
        """The next messages, or none at once when `stop` is set; then the consumption is not read again."""
        fetching = asyncio.ensure_future(consumption.fetch(limit=_FETCHED_AT_ONCE, wait_seconds=_WAIT_SECONDS))
        stopping = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait([fetching, stopping], return_when=asyncio.FIRST_COMPLETED)
            return fetching.result() if fetching.done() else ()
        finally:
            stopping.cancel()
            fetching.cancel()
            await asyncio.wait([fetching, stopping])

    async def _handle(self, consumption: Consumption, deliveries: Iterable[Delivery], stop: asyncio.Event) -> None:
        """Handle messages in their order, and acknowledge those that are handled, also when one cannot be."""
        done = []
        try:
            for delivery in deliveries:
                if stop.is_set():
                    break
                await self._handle_one(delivery)
                done.append(delivery)
        finally:
            if done:
                await consumption.acknowledge(done)

    async def _handle_one(self, delivery: Delivery) -> None:
        """Handle a message, in the trace in which its event happened."""
        name = self._consumer.name
        attributes = {
            "messaging.operation.name": "process",
            "messaging.operation.type": "process",
            "messaging.destination.name": delivery.topic,
            "messaging.destination.partition.id": str(delivery.partition),
            "messaging.consumer.group.name": self._group,
        }
        if delivery.id is not None:
            attributes["messaging.message.id"] = str(delivery.id)
        with (
            tracing.batch(f"process {name}", [delivery.trace], kind=SpanKind.CONSUMER, attributes=attributes) as span,
            MESSAGE_SECONDS.labels(name).time(),
        ):
            outcome = (await handle(self._database, self._consumer, delivery)).value
            MESSAGES.labels(name, outcome).inc()
            if span is not None:
                span.set_attribute("emporium.message.outcome", outcome)

    async def _wait(self, stop: asyncio.Event) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), self._pause)
        self._pause = min(self._pause * 2, _LONGEST_PAUSE_SECONDS)

"""Places events in order and tells them to the broker. The leader does both, each at its own pace.

Killed between telling and recording it, the publisher tells the same events again, with the same ids; told by two at
once, each event's first telling still comes behind those of the events before it, so keys keep their order.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog
from opentelemetry import trace
from opentelemetry.trace import SpanKind

from core.settings import Settings
from core.telemetry import tracing
from ports.broker import Broker, Generation, Message
from services import outbox
from services.messaging import topic_of, write_envelope
from services.outbox import PlacedEvent, Progress
from services.unit_of_work import Database

_PLACED_AT_ONCE = 1_000
_PUBLISHED_AT_ONCE = 500

log = structlog.get_logger(__name__)


def broker_name(settings: Settings) -> str:
    """The name under which the kind of broker keeps its progress: another kind hears all events that are kept."""
    return "redis" if settings.kafka_bootstrap_servers is None else "kafka"


class Publisher:
    """One at a time does this work: see workers/leadership.py."""

    def __init__(self, database: Database, broker: Broker, settings: Settings) -> None:
        self._database = database
        self._broker = broker
        self._settings = settings.events
        self._name = broker_name(settings)

    async def place(self) -> bool:
        """Give new events their positions, whether the broker is there or not; True if more may wait."""
        async with self._database.read() as session:
            if not await outbox.has_unplaced(session):
                return False
        async with self._database.unit() as unit:
            return await outbox.place(unit, limit=_PLACED_AT_ONCE) == _PLACED_AT_ONCE

    async def publish(self) -> bool:
        """Tell the broker the next events; False if there are none. Raises `Unavailable`, and then starts there."""
        generation = await self._broker.generation()
        async with self._database.read() as session:
            progress = await outbox.read_progress(session, self._name)
            if progress is not None and _remembers(progress, generation):
                events = await outbox.list_placed(session, after=progress.position, limit=_PUBLISHED_AT_ONCE)
        if progress is None or not _remembers(progress, generation):
            await self._tell_again(progress, generation)
            return True
        if not events:
            return False
        with self._sending(events) as messages:
            await self._broker.publish(messages)
        async with self._database.unit() as unit:
            return await outbox.advance(unit, self._name, before=progress, position=events[-1].position)

    @contextmanager
    def _sending(self, events: Sequence[PlacedEvent]) -> Iterator[Sequence[Message]]:
        """The events as messages, each in a span of the trace in which it happened, which its consumers go on with."""
        messages, spans = [], []
        for one in events:
            topic = topic_of(one.type, self._settings)
            span = None if one.trace is None else self._send_span(one, topic)
            spans.append(span)
            messages.append(Message(one.id, topic, one.key, write_envelope(one), tracing.traceparent_of(span)))
        failure: BaseException | None = None
        try:
            yield messages
        except BaseException as error:
            failure = error
            raise
        finally:
            for span in spans:
                tracing.end(span, failure)

    def _send_span(self, event: PlacedEvent, topic: str) -> trace.Span | None:
        attributes = {
            "messaging.system": self._name,
            "messaging.operation.name": "send",
            "messaging.operation.type": "send",
            "messaging.destination.name": topic,
            "messaging.message.id": str(event.id),
            "emporium.event.type": event.type,
        }
        return tracing.start(f"send {topic}", parent=event.trace, kind=SpanKind.PRODUCER, attributes=attributes)

    async def _tell_again(self, progress: Progress | None, generation: Generation | None) -> None:
        """The broker is new, or may have forgotten what it was told: start where it surely had everything."""
        memory, run = (None, None) if generation is None else generation
        async with self._database.unit() as unit:
            if progress is None or progress.memory != memory:
                await outbox.tell_all_again(unit, self._name, memory=memory, run=run)
            else:
                await outbox.tell_latest_again(unit, self._name, run=run)
        if progress is not None:
            log.warning("events_told_again", broker=self._name, lost_all=progress.memory != memory)


def _remembers(progress: Progress, generation: Generation | None) -> bool:
    return (progress.memory, progress.run) == ((None, None) if generation is None else generation)

"""The hub of one web process: hears what the worker tells all processes, and hands it to this process's subscribers.

What was told is only a short cut. The log in Postgres is the truth: whatever was missed (the hub was not connected, the
server was restarted or emptied, a message was lost) shows as a gap between two positions and is read from there, at
once where a message shows it, else within seconds. While Redis is down the hub polls the log.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog

from core.clock import utc_now
from core.problems import Unavailable
from ports.live import Live
from services.live import log as event_log
from services.live import messages
from services.live.event_ids import EventId, expired, unknown
from services.live.records import LiveEvent
from services.live.subscription import Subscription
from services.unit_of_work import Database

_EVENTS_AT_ONCE = 1_000
# Between two looks into the log: while messages come, and while they cannot.
_QUIET_SECONDS = 5.0
_POLL_SECONDS = 0.5
# How long a subscriber waits for a hub that has not reached Postgres yet.
_START_SECONDS = 5.0

log = structlog.get_logger(__name__)


class Hub:
    """`run` works until it is cancelled. `waiting_events` bounds the queue of each subscriber."""

    def __init__(
        self, database: Database, live: Live, *, topic_prefix: str, waiting_events: int, kept_days: int
    ) -> None:
        self._database = database
        self._live = live
        self._channel = messages.channel(topic_prefix)
        self._waiting_events = waiting_events
        self._kept = timedelta(days=kept_days)
        self._subscribers: dict[tuple[str, str], set[Subscription]] = {}
        self._position: int | None = None
        self._started = asyncio.Event()
        self._reading = asyncio.Lock()
        self._listens = False

    @property
    def position(self) -> int:
        """The position of the last event that this process has heard of; 0 before the first."""
        return self._position or 0

    @property
    def topics(self) -> int:
        """How many objects somebody here listens to."""
        return len(self._subscribers)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(), name="live listen")
            tasks.create_task(self._look(), name="live look")

    async def subscribe(self, type: str, keys: Sequence[str], *, after: EventId | None = None) -> Subscription:
        """Events of one type about these objects, or about all of an account (`services.live.of_account`), from now on
        or from behind `after`.

        Raises `BadInput`: EVENT_ID_EXPIRED where events behind `after` may be gone, BAD_ID where it was never given.
        Raises `Unavailable` while Postgres cannot be reached.
        """
        await self._start()
        topics = tuple((type, key) for key in dict.fromkeys(keys))
        begin = self.position if after is None else after.position
        found = Subscription(topics, after=begin, limit=self._waiting_events, on_close=self._forget)
        for topic in topics:
            self._subscribers.setdefault(topic, set()).add(found)
        if after is not None:
            try:
                await self._resume(found, type, after)
            except BaseException:
                found.close()
                raise
        return found

    async def _resume(self, subscription: Subscription, type: str, after: EventId) -> None:
        if after.at < utc_now() - self._kept:
            raise expired()
        keys = [key for _, key in subscription.topics]
        async with self._database.read() as session:
            missed = await event_log.read_missed(session, after.position, type=type, keys=keys)
        if after.position > missed.position:
            raise unknown()
        if after.position < (missed.told if missed.oldest is None else missed.oldest - 1):
            raise expired()
        subscription.begin_with(missed.events, position=missed.position)

    async def _start(self) -> None:
        try:
            async with asyncio.timeout(_START_SECONDS):
                await self._started.wait()
        except TimeoutError as error:
            raise Unavailable("live", "Events cannot be read yet.") from error

    async def _listen(self) -> None:
        while True:
            try:
                async with self._live.listen(self._channel) as told:
                    await self._read_log()
                    self._listens = True
                    log.info("live_listens")
                    async for message in told:
                        await self._hear(message)
            except Unavailable as error:
                if self._listens:
                    log.warning("live_waits", part=error.part, reason=str(error)[:200])
            except Exception:
                log.exception("live_failed")
            self._listens = False
            await asyncio.sleep(_POLL_SECONDS)

    async def _look(self) -> None:
        """Read the log now and then, since nobody says that a message was lost."""
        while True:
            try:
                await self._read_log()
            except Unavailable as error:
                log.debug("live_waits", part=error.part, reason=str(error)[:200])
            except Exception:
                log.exception("live_failed")
            await asyncio.sleep(_QUIET_SECONDS if self._listens else _POLL_SECONDS)

    async def _hear(self, message: bytes) -> None:
        try:
            batch = messages.decode(message)
        except messages.BadMessage as error:
            log.warning("live_message_ignored", error=str(error)[:200])
            return
        if batch.previous > self.position:
            await self._read_log()
            return
        async with self._reading:
            self._deliver(batch.events, batch.position)

    async def _read_log(self) -> None:
        """Deliver everything that the log has behind the last position."""
        async with self._reading, self._database.read() as session:
            if self._position is None:
                self._position = await event_log.read_position(session)
                self._started.set()
                return
            while True:
                batch = await event_log.read_after(session, self._position, limit=_EVENTS_AT_ONCE)
                self._deliver(batch.events, batch.position)
                if not batch.is_full:
                    return

    def _deliver(self, events: Sequence[LiveEvent], position: int) -> None:
        if position <= self.position:
            return
        for event in events:
            if event.position > self.position:
                for topic in event.topics:
                    for subscriber in tuple(self._subscribers.get(topic, ())):
                        subscriber.put(event)
        self._position = position

    def _forget(self, subscription: Subscription) -> None:
        for topic in subscription.topics:
            listening = self._subscribers.get(topic)
            if listening is not None:
                listening.discard(subscription)
                if not listening:
                    del self._subscribers[topic]

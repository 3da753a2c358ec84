"""The leader's part in subscriptions: tells all web processes what was placed in the log of events.

It tells first and moves its cursor after, so being killed between the two only repeats a message, which hubs know by
its positions. While Redis is down the cursor stays, and hubs read the log themselves.
"""

from ports.live import Live
from services.live import log, messages
from services.unit_of_work import Database

_EVENTS_AT_ONCE = 1_000


class LiveFeed:
    """One at a time does this work: see workers/leadership.py. Two at once would tell everything twice, no worse."""

    def __init__(self, database: Database, live: Live, *, topic_prefix: str) -> None:
        self._database = database
        self._live = live
        self._channel = messages.channel(topic_prefix)

    async def step(self) -> bool:
        """Tell the next batch; False if there is none. Raises `Unavailable` and then starts where it stopped."""
        async with self._database.read() as session:
            told = await log.read_told(session)
            batch = await log.read_after(session, told, limit=_EVENTS_AT_ONCE)
        if batch.position == told:
            return False
        await self._live.tell(self._channel, messages.encode(batch))
        async with self._database.unit() as unit:
            await log.move_told(unit, expected=told, position=batch.position)
        return True

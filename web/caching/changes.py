"""What this process knows of changes: for each tag, when that was which it stands for last changed.

It is asked for when an answer is to be shown, at most some times a second, so an answer is never shown much longer than
the change of what it shows is known to the store, and a process that nobody asks asks nobody.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import structlog

from core.problems import Unavailable
from core.tags import CATEGORIES, product_tag, variant_tag
from services.catalog.events import CategoryChanged
from services.delivery.events import MatrixChanged
from services.inventory.events import WarehouseChanged
from services.search.freshness import Change, Moment, list_changes, read_now
from services.unit_of_work import Database

_EVERY_SECONDS = 0.25
# Without an answer from Postgres nothing is known to be fresh after this.
_BLIND_SECONDS = 5.0
_MOST_TAGS = 50_000
_ALL = frozenset({WarehouseChanged.type, MatrixChanged.type})

log = structlog.get_logger(__name__)


class Instant(NamedTuple):
    """A moment, and about what the database's clock showed then (seconds since 1970)."""

    moment: Moment
    at: float


class Changes:
    """Follows changes. `floor` is the moment before which nothing is known."""

    def __init__(self, database: Database, *, every_seconds: float = _EVERY_SECONDS) -> None:
        self._database = database
        self._every = every_seconds
        self._changed: OrderedDict[str, Moment] = OrderedDict()
        self._floor: Moment | None = None
        # Another number as soon as anything is known to have changed.
        self.generation = 0
        self._now: Instant | None = None
        self._tried_at = self._asked_at = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    async def catch_up(self) -> bool:
        """Learn of what changed, unless that was done a moment ago; False if it cannot be known."""
        if time.monotonic() - self._tried_at >= self._every:
            if self._asking is None:
                self._asking = asyncio.create_task(self._ask())
            await asyncio.shield(self._asking)
        return time.monotonic() - self._asked_at < _BLIND_SECONDS

    def now(self) -> Instant:
        """The moment as of which something that is begun now will be true. Only after `catch_up` has succeeded."""
        assert self._now is not None, "somebody has caught up"
        return Instant(self._now.moment, self._now.at + time.monotonic() - self._asked_at)

    def is_fresh(self, tags: Iterable[str], since: Moment) -> bool:
        """Whether nothing of these is known to have changed since a moment."""
        floor = self._floor
        if floor is None or since.position < floor.position or since.version < floor.version:
            return False
        for tag in tags:
            changed = self._changed.get(tag)
            if changed is not None and (changed.position > since.position or changed.version > since.version):
                return False
        return True

    async def _ask(self) -> None:
        self._tried_at = asked_at = time.monotonic()
        try:
            async with self._database.read() as session:
                now = await read_now(session)
                before = None if self._now is None else self._now.moment
                changes: Sequence[Change] | None = ()
                if before != now.moment:
                    changes = None if before is None else await list_changes(session, before, now.moment)
        except Unavailable as error:
            log.warning("changes_unknown", part=error.part, reason=str(error)[:200])
        else:
            self._learn(changes, now.moment)
            self._now, self._asked_at = Instant(now.moment, now.at.timestamp()), asked_at
        finally:
            self._asking = None

    def _learn(self, changes: Sequence[Change] | None, now: Moment) -> None:
        if changes is None or changes:
            self.generation += 1
        if changes is None:
            self._forget(now)
            return
        for change in changes:
            if change.type in _ALL:
                self._forget(now)
                return
            for tag in _tags(change):
                old = self._changed.pop(tag, Moment(0, 0))
                self._changed[tag] = Moment(max(old.position, change.position), max(old.version, change.version))
        while len(self._changed) > _MOST_TAGS:
            _tag, moment = self._changed.popitem(last=False)
            floor = self._floor or now
            self._floor = Moment(max(floor.position, moment.position), max(floor.version, moment.version))

    def _forget(self, now: Moment) -> None:
        """Everything may have changed until now."""
        self._changed.clear()
        self._floor = now


def _tags(change: Change) -> Iterator[str]:
    if change.type == CategoryChanged.type:
        yield CATEGORIES
    if change.product_id is not None:
        yield product_tag(change.product_id)
    if change.variant_id is not None:
        yield variant_tag(change.variant_id)

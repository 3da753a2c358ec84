"""Events as subscribers see them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.inventory.records import MOST_UNITS, AvailabilityRecord
from services.live.event_ids import EventId

STOCK_CHANGED = "inventory.stock_changed"
# What is told at once to subscribers. Others of the log only move the position.
LIVE_TYPES = (STOCK_CHANGED,)


class LiveEvent(NamedTuple):
    """Something happened to the object `key`. `facts` is how it is now, not how it was at the event: later events
    never tell something older. For stock that is `quantity`, the units that can be sold."""

    position: int
    type: str
    key: str
    occurred_at: datetime
    facts: Mapping[str, Any]  # JSON, by type

    @property
    def event_id(self) -> str:
        return EventId.of(self.position, self.occurred_at).encode()

    @property
    def variant_id(self) -> UUID:
        return UUID(self.key)

    @property
    def availability(self) -> AvailabilityRecord:
        return AvailabilityRecord(min(int(self.facts["quantity"]), MOST_UNITS))


class Batch(NamedTuple):
    """All events of live types behind `previous`, up to and with `position`; of each object the last one alone.

    `is_full` says that more may follow already.
    """

    previous: int
    position: int
    events: Sequence[LiveEvent]
    is_full: bool = False


class Missed(NamedTuple):
    """What a subscriber has missed, and the bounds of the log in the same moment: `oldest` and `newest` position
    kept, None in an empty log, and `told`, the position up to which web processes have been told."""

    events: Sequence[LiveEvent]
    oldest: int | None
    newest: int | None
    told: int

    @property
    def position(self) -> int:
        """The last position that this answer covers."""
        return max(self.newest or 0, self.told)

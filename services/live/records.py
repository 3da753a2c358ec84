"""Events as subscribers see them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from models.orders import OrderStatus
from services.inventory.records import MOST_UNITS, AvailabilityRecord
from services.live.event_ids import EventId

STOCK_CHANGED = "inventory.stock_changed"
ORDER_CHANGED = "orders.order_changed"
CHECKOUT_CHANGED = "checkout.checkout_changed"
# What is told at once to subscribers. Others of the log only move the position.
LIVE_TYPES = (STOCK_CHANGED, ORDER_CHANGED, CHECKOUT_CHANGED)
# Of these every event is told. Of the others, the last one of each object: they say how it is, not what happened.
EACH_TYPES = (ORDER_CHANGED,)
_OF_ACCOUNT = "account:"


def of_account(account_id: UUID) -> str:
    """The key under which everything is told that happens to things of this account."""
    return f"{_OF_ACCOUNT}{account_id}"


def account_in(key: str) -> str | None:
    """The account whose things are told under this key; None if it is the key of one object."""
    return key.removeprefix(_OF_ACCOUNT) if key.startswith(_OF_ACCOUNT) else None


class LiveEvent(NamedTuple):
    """Something happened to the object `key`. For stock `facts` is how it is now, not how it was at the event: later
    events never tell something older; `quantity` is the units that can be sold. For orders it is what has happened:
    the event's own payload, with `account_id` where the order is of an account."""

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
    def topics(self) -> Sequence[tuple[str, str]]:
        """What subscribers listen to who get this event, as type and key."""
        account_id = self.facts.get("account_id")
        own = (self.type, self.key)
        return (own,) if account_id is None else (own, (self.type, of_account(account_id)))

    @property
    def order_id(self) -> UUID:
        return UUID(self.key)

    @property
    def order_before(self) -> OrderStatus:
        return OrderStatus(self.facts["before"])

    @property
    def order_status(self) -> OrderStatus:
        return OrderStatus(self.facts["status"])

    @property
    def order_version(self) -> int:
        return int(self.facts["version"])

    @property
    def cause(self) -> str:
        return str(self.facts["cause"])

    @property
    def availability(self) -> AvailabilityRecord:
        return AvailabilityRecord(min(int(self.facts["quantity"]), MOST_UNITS))


class Batch(NamedTuple):
    """All events of live types behind `previous`, up to and with `position`; of `EACH_TYPES` every one, of other types
    the last one of each object.

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

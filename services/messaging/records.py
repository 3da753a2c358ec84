"""What a consumer of events is."""

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from services.messaging.envelope import Envelope
from services.unit_of_work import UnitOfWork


class Consumer(NamedTuple):
    """A group of the broker, and what it does with each event.

    `versions` maps the types that it handles to the newest schema version that it understands; other types are
    passed over, newer versions are parked. `handle` works in the unit that also records the event as handled; what it
    raises as `Rejected` parks the event with the problem's code. With `in_order`, events of a key wait behind a
    parked one of the same key.
    """

    name: str
    topics: tuple[str, ...]
    versions: Mapping[str, int]
    handle: Callable[[UnitOfWork, Envelope], Awaitable[None]]
    in_order: bool = False

"""Where events go to be heard by other processes and other systems: Redis Streams or Kafka.

Delivery is at least once. Messages with the same key keep their order: a key always goes to the same partition of its
topic, and one consumer of a group reads a partition at a time. A message that was not acknowledged comes again, to
this consumer or, when that is gone, to another of its group.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol
from uuid import UUID


class Message(NamedTuple):
    """What is published. `id` is the event's own and the same in each repetition."""

    id: UUID
    topic: str
    key: str
    body: bytes


class Delivery(NamedTuple):
    """A message as it came. `id` is None where the sender gave none; `place` is the broker's own name for where it
    lies (topic, partition and offset), the same in each repetition."""

    id: UUID | None
    topic: str
    key: str
    body: bytes
    partition: int
    place: str


class Consumption(Protocol):
    """One member of a group, reading."""

    async def fetch(self, *, limit: int, wait_seconds: float) -> Sequence[Delivery]:
        """The next messages in the order of each partition, or none after the wait; each once, unless `again`."""
        ...

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """These and all before them in their partitions are done: they do not come again to this group."""
        ...

    async def again(self) -> None:
        """Give up what was fetched and not acknowledged; the next `fetch` starts with it."""
        ...


class Broker(Protocol):
    """Raises `core.problems.Unavailable("broker")` when the server cannot be reached."""

    async def publish(self, messages: Sequence[Message]) -> None:
        """Returns when the broker has all of them, safe by its own settings. May raise with some of them stored: then
        the caller publishes all again, in the same order."""
        ...

    def consume(self, group: str, topics: Sequence[str]) -> AbstractAsyncContextManager[Consumption]:
        """Join a group, which starts at the oldest message kept; leaving it hands the partitions to the others."""
        ...

    async def lag(self, group: str, topics: Sequence[str]) -> int:
        """Messages that the group has not acknowledged yet."""
        ...

    async def ping(self) -> None: ...

    async def close(self) -> None: ...

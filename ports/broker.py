"""Where events go to be heard by other processes and other systems: Redis Streams or Kafka.

Delivery is at least once. Messages with the same key keep their order: a key always goes to the same partition of its
topic, and one consumer of a group reads a partition at a time. A message that was not acknowledged comes again, to
this consumer or, when that is gone, to another of its group.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol
from uuid import UUID

LARGEST_BODY_BYTES = 900_000


class Message(NamedTuple):
    """What is published. `id` is the event's own and the same in each repetition; `trace` is a `traceparent` of W3C
    Trace Context, and travels beside the body."""

    id: UUID
    topic: str
    key: str
    body: bytes
    trace: str | None = None


class Delivery(NamedTuple):
    """A message as it came. `id` is None where the sender gave none that is a UUID; `place` is the broker's own name
    for where it lies (topic, partition and offset), the same in each repetition by the broker."""

    id: UUID | None
    topic: str
    key: str
    body: bytes
    partition: int
    place: str
    trace: str | None = None


class Generation(NamedTuple):
    """By what a broker shows that it may have forgotten messages which it had accepted.

    `memory` is kept with the messages: another one means that all of them, or all of one node, are lost. `run` is
    another one after a restart or a failover: what was accepted shortly before may be lost. Whoever still has the
    messages compares both with those of its last `publish` and publishes again: all, or those of the last hour.
    """

    memory: str
    run: str


class TooLarge(ValueError):
    """A message has more than `LARGEST_BODY_BYTES`. Nothing was published."""

    def __init__(self, message: Message) -> None:
        super().__init__(f"message {message.id} has {len(message.body):,} bytes; {LARGEST_BODY_BYTES:,} are allowed")
        self.message = message


class Consumption(Protocol):
    """One member of a group, reading. Used by one task at a time; not used again after the block is left.

    After `Unavailable` it goes on as if `again` had been called, as soon as the server is back.
    """

    async def fetch(self, *, limit: int, wait_seconds: float) -> Sequence[Delivery]:
        """The next messages in the order of each partition, or none after the wait; each once, unless `again` or the
        partition has moved to another member and back. While the server is away: none, or `Unavailable`."""
        ...

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """These and all before them in their partitions are done: they do not come again to this group. What has
        moved to another member meanwhile is passed over, and comes again there."""
        ...

    async def again(self) -> None:
        """Give up what was fetched and not acknowledged; the next `fetch` starts with it."""
        ...


class Broker(Protocol):
    """Raises `core.problems.Unavailable("broker")` when the server cannot be reached."""

    async def publish(self, messages: Sequence[Message]) -> None:
        """Returns when the broker has all of them, safe by its own settings. Raises `TooLarge`.

        May raise `Unavailable` with some of them stored, of each partition the first ones: then the caller publishes
        all again, in the same order. So it does, with nothing more stored, when the server has another `memory` than
        `generation` last answered here.
        """
        ...

    def consume(self, group: str, topics: Sequence[str]) -> AbstractAsyncContextManager[Consumption]:
        """Join a group, which starts at the oldest message kept; leaving it hands the partitions to the others. All
        members of a group name the same topics."""
        ...

    async def lag(self, group: str, topics: Sequence[str]) -> int:
        """Messages that the group has not acknowledged yet."""
        ...

    async def generation(self) -> Generation | None:
        """Asked before each `publish`, and compared with what was kept at the last. None: this broker does not lose
        what it has accepted."""
        ...

    async def ping(self) -> None: ...

    async def close(self) -> None: ...

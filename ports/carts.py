"""Carts as they live: a small hash each, changed as a whole or not at all."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID


class StoredCart(NamedTuple):
    """One cart. `version` is in microseconds since 1970 or a little ahead of the clock, so that it grows with each
    change even when an older copy was put back; `fields` are names and texts whose meaning is the cart service's."""

    id: UUID
    version: int
    fields: Mapping[str, str]


class DirtyCart(NamedTuple):
    """A cart that has changed since it was last saved."""

    id: UUID
    changed_at: datetime


class CartStore(Protocol):
    """Raises `core.problems.Unavailable("carts")` when the server cannot be reached."""

    async def find(self, ids: Sequence[UUID]) -> Mapping[UUID, StoredCart]:
        """Those that are there, in one round trip; their time to live begins anew."""
        ...

    async def change(
        self, id: UUID, *, expected: int | None, put: Mapping[str, str], remove: Sequence[str], above: int = 0
    ) -> StoredCart | None:
        """Write and remove fields if the cart's version is `expected` (None: it does not exist), in one step.

        The cart as it is now, with a version that is also higher than `above`, or None if its version is another one.
        A cart that was changed waits to be saved.
        """
        ...

    async def restore(self, cart: StoredCart) -> StoredCart:
        """Put back a cart that was lost, with a version above the one given; if it is there, nothing happens.

        Returns the cart that is there now.
        """
        ...

    async def list_dirty(self, *, limit: int) -> Sequence[DirtyCart]:
        """Carts that wait to be saved, the longest waiting first."""
        ...

    async def mark_saved(self, carts: Sequence[StoredCart]) -> None:
        """These versions are saved; carts that have changed meanwhile go on waiting."""
        ...

    async def close(self) -> None: ...

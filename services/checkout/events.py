"""What happened to checkouts."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from services.events import Event


@dataclass(frozen=True, slots=True)
class CheckoutChanged(Event):
    """A checkout is new, or something about it is other than before; `status` is where it is now."""

    type: ClassVar[str] = "checkout.checkout_changed"
    checkout_id: UUID
    status: str
    version: int

    @property
    def key(self) -> UUID:
        return self.checkout_id

"""What happened to orders."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from services.events import Event


@dataclass(frozen=True, slots=True)
class OrderChanged(Event):
    """An order was made, moved, or something was noted of it; `before` and `status` are equal if it did not move."""

    type: ClassVar[str] = "orders.order_changed"
    order_id: UUID
    account_id: UUID | None
    before: str
    status: str
    cause: str
    version: int

    @property
    def key(self) -> UUID:
        return self.order_id

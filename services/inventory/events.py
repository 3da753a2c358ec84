"""What happened to stock."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from services.events import Event


@dataclass(frozen=True, slots=True)
class StockChanged(Event):
    """The level of a variant in some warehouse changed."""

    type: ClassVar[str] = "inventory.stock_changed"
    product_id: UUID
    variant_id: UUID

    @property
    def key(self) -> UUID:
        return self.variant_id

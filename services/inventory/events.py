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


@dataclass(frozen=True, slots=True)
class LowStockReached(Event):
    """What can be sold of a variant in a warehouse has just fallen to its threshold or below it.

    Said once each time that happens: again only after the level has been above the threshold in between.
    """

    type: ClassVar[str] = "inventory.low_stock_reached"
    product_id: UUID
    variant_id: UUID
    warehouse_id: UUID
    available: int
    threshold: int

    @property
    def key(self) -> UUID:
        return self.variant_id


@dataclass(frozen=True, slots=True)
class StockReceived(Event):
    """A supplier's goods have come in and are counted in their levels."""

    type: ClassVar[str] = "inventory.stock_received"
    receipt_id: UUID
    warehouse_id: UUID

    @property
    def key(self) -> UUID:
        return self.receipt_id


@dataclass(frozen=True, slots=True)
class WarehouseChanged(Event):
    """A warehouse is new, moved, was renamed, or was opened or closed."""

    type: ClassVar[str] = "inventory.warehouse_changed"
    warehouse_id: UUID

    @property
    def key(self) -> UUID:
        return self.warehouse_id


@dataclass(frozen=True, slots=True)
class ReservationExpired(Event):
    """A hold was past its time, and its units can be sold again. Other ends are commands, whose callers know."""

    type: ClassVar[str] = "inventory.reservation_expired"
    reservation_id: UUID

    @property
    def key(self) -> UUID:
        return self.reservation_id

"""Plain rows of stock as reads return them."""

from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

LOW_STOCK_UNITS = 5
MOST_UNITS = 2**31 - 1


class StockStatus(StrEnum):
    IN_STOCK = "in_stock"
    LOW_STOCK = "low_stock"
    OUT_OF_STOCK = "out_of_stock"


class AvailabilityRecord(NamedTuple):
    """Units that can be sold now, over all warehouses; at most what a 32-bit number holds."""

    quantity: int

    @property
    def in_stock(self) -> bool:
        return self.quantity > 0

    @property
    def status(self) -> StockStatus:
        if self.quantity <= 0:
            return StockStatus.OUT_OF_STOCK
        return StockStatus.LOW_STOCK if self.quantity <= LOW_STOCK_UNITS else StockStatus.IN_STOCK


class WarehouseRecord(NamedTuple):
    """`seller_id` is None for the store's own."""

    id: UUID
    code: str
    name: str
    country: str
    postal_code: str
    latitude: float
    longitude: float
    seller_id: UUID | None
    is_active: bool


class LevelRecord(NamedTuple):
    """`low_stock_units` is the level's own threshold; None if the store's counts."""

    variant_id: UUID
    warehouse_id: UUID
    on_hand: int
    reserved: int
    version: int
    low_stock_units: int | None = None

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved

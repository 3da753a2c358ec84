"""Stock in the graph."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers.fields import stock
from resolvers.fields import variants as fields
from schema.base import Node, field, id_of, resolved_by, view_of
from schema.describe import describe_enum
from schema.types.sellers import Seller
from services.inventory.records import StockStatus, WarehouseRecord

if TYPE_CHECKING:
    from schema.types.products import Variant

describe_enum(
    StockStatus,
    name="StockStatus",
    description="How well something is in stock.",
    meanings={
        StockStatus.IN_STOCK: "Plenty.",
        StockStatus.LOW_STOCK: "Five or fewer are left.",
        StockStatus.OUT_OF_STOCK: "None can be bought now.",
    },
)


@strawberry.type(description="How many units can be bought now, over all warehouses.")
class Availability:
    in_stock: bool = field("Whether at least one can be bought.")
    quantity: int = field("The number of units.")
    status: StockStatus = field("The number in words.")


@strawberry.type(description="A place that stock is sent from.")
class Warehouse(Node):
    id: strawberry.ID = id_of("Warehouse")
    code: str = field("The short name that operators use.")
    name: str = field("The name.")
    country: str = field("ISO 3166 code of the country.")
    postal_code: str = field("Its postal code.")
    latitude: float = field("Degrees north.")
    longitude: float = field("Degrees east.")
    seller: Seller | None = resolved_by(stock.seller, description="Whose it is. Null for the store's own.")
    is_active: bool = field("Whether stock is sold from it.")
    is_type_of = view_of(WarehouseRecord)


@strawberry.type(description="The units of a variant in one warehouse.")
class InventoryLevel:
    variant: Annotated["Variant", strawberry.lazy("schema.types.products")] | None = resolved_by(
        stock.variant, description="What. Null if it is gone."
    )
    warehouse: Warehouse | None = resolved_by(fields.warehouse, description="Where.")
    on_hand: int = field("Units that are there.")
    reserved: int = field("Units of these that are promised to somebody.")
    available: int = field("Units that can be sold: on hand less reserved.")
    version: int = field("Grows with each change.")
    low_stock_units: int = resolved_by(
        stock.threshold,
        description="The level is low with so many available, or fewer: its own threshold or the store's.",
    )
    is_low: bool = resolved_by(stock.is_low, description="Whether it is low.")

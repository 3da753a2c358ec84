"""Stock in the graph."""

import strawberry

from resolvers.fields import variants as fields
from schema.base import field, id_of, resolved_by
from schema.describe import describe_enum
from services.inventory.records import StockStatus

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
class Warehouse:
    id: strawberry.ID = id_of("Warehouse")
    code: str = field("The short name that operators use.")
    name: str = field("The name.")
    country: str = field("ISO 3166 code of the country.")
    postal_code: str = field("Its postal code.")


@strawberry.type(description="The units of a variant in one warehouse.")
class InventoryLevel:
    warehouse: Warehouse | None = resolved_by(fields.warehouse, description="Where.")
    on_hand: int = field("Units that are there.")
    reserved: int = field("Units of these that are promised to somebody.")
    available: int = field("Units that can be sold: on hand less reserved.")
    version: int = field("Grows with each change.")

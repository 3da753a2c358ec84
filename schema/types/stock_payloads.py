"""What mutations of stock and warehouses answer."""

import strawberry

from resolvers.fields import stock as fields
from schema.base import field, resolved_by
from schema.types.errors import UserError
from schema.types.inventory import InventoryLevel, Warehouse
from schema.types.stock import ReceiptImport, StockMovement, SupplierReceipt


@strawberry.type(description="The receipt that counts.")
class ReceiveStockPayload:
    receipt: SupplierReceipt | None = resolved_by(fields.received, description="The receipt; null if it was refused.")
    is_replay: bool | None = resolved_by(
        fields.is_replay, description="Whether it was counted before, so that nothing changed; null if it was refused."
    )
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="What became of an upload.")
class ImportReceiptsPayload:
    report: ReceiptImport | None = field(
        "What became of each receipt; null if the text was refused as a whole.", attribute="result"
    )
    user_errors: list[UserError] = field("Why the text was refused as a whole.")


@strawberry.type(description="The adjustment that was made.")
class AdjustStockPayload:
    movement: StockMovement | None = field("The adjustment; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The transfer that was made.")
class TransferStockPayload:
    movement: StockMovement | None = field("The transfer; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The level as it is now.")
class SetLowStockThresholdPayload:
    level: InventoryLevel | None = field("The level; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The warehouse as it is now.")
class SaveWarehousePayload:
    warehouse: Warehouse | None = field("The warehouse; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")

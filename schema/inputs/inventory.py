"""What operators and sellers say of stock."""

import strawberry

from schema.describe import describe_enum
from services.inventory.movements import AdjustmentReason
from services.inventory.receipt_texts import ReceiptFormat

_KEY = (
    "A text of the caller's choice, up to 200 characters: the same key with the same input happens once, and a repeat "
    "within 48 hours is given the first answer again."
)
_WAREHOUSE = "The code of the warehouse."

describe_enum(
    AdjustmentReason,
    name="AdjustmentReason",
    description="Why what is in a warehouse is not what its level says.",
    meanings={
        AdjustmentReason.COUNTED: "Somebody has counted.",
        AdjustmentReason.DAMAGED: "Units are broken; there can only be fewer.",
        AdjustmentReason.LOST: "Units are missing; there can only be fewer.",
        AdjustmentReason.FOUND: "Units have turned up; there can only be more.",
        AdjustmentReason.RETURNED: "Units have come back; there can only be more.",
        AdjustmentReason.OTHER: "Something else, which a note must say.",
    },
)
describe_enum(
    ReceiptFormat,
    name="ReceiptFormat",
    description="How receipts are written down.",
    meanings={
        ReceiptFormat.CSV: "A header with the columns source, reference, warehouse, sku and quantity, then a row for "
        "each line of a receipt. The rows of a receipt follow each other; one whose rows stand apart is refused.",
        ReceiptFormat.JSONL: "One JSON object a line, with source, reference, warehouseCode, and lines, a list of "
        "objects with sku and quantity.",
    },
)


@strawberry.input(description="Units of one SKU.")
class StockLineInput:
    sku: str = strawberry.field(description="The SKU.")
    quantity: int = strawberry.field(description="How many, 1 to 1,000,000,000.")


@strawberry.input(description="Goods that have come in from a supplier.")
class ReceiveStockInput:
    warehouse: str = strawberry.field(description=_WAREHOUSE)
    source: str = strawberry.field(description="Who says so, up to 100 characters: a supplier's name.")
    reference: str = strawberry.field(
        description="The source's own number for the delivery, up to 100 characters. It counts once, whoever sends it."
    )
    lines: list[StockLineInput] = strawberry.field(
        description="One to 100 lines; those of the same SKU are added up. Larger receipts go through importReceipts."
    )
    idempotency_key: str = strawberry.field(description=_KEY)


@strawberry.input(description="Many receipts in one text.")
class ImportReceiptsInput:
    format: ReceiptFormat = strawberry.field(description="How they are written down.")
    content: str = strawberry.field(description="The text, with up to 1,000 receipts.")
    idempotency_key: str = strawberry.field(description=_KEY)


@strawberry.input(description="What is found of one SKU: either a change or a count.")
class AdjustmentLineInput:
    sku: str = strawberry.field(description="The SKU.")
    change: int | None = strawberry.field(
        default=None, description="How many there are more, or fewer if below zero, than the level says."
    )
    count: int | None = strawberry.field(default=None, description="How many there are in all.")


@strawberry.input(description="What is found in one warehouse.")
class AdjustStockInput:
    warehouse: str = strawberry.field(description=_WAREHOUSE)
    reason: AdjustmentReason = strawberry.field(description="Why the levels are wrong.")
    note: str | None = strawberry.field(
        default=None, description="What the ledger is to say of it, up to 500 characters."
    )
    lines: list[AdjustmentLineInput] = strawberry.field(description="One to 100 lines, each of another SKU.")
    idempotency_key: str = strawberry.field(description=_KEY)


@strawberry.input(description="Units that go from one warehouse to another.")
class TransferStockInput:
    source: str = strawberry.field(name="from", description="The code of the warehouse that they leave.")
    target: str = strawberry.field(name="to", description="The code of the warehouse that they reach.")
    note: str | None = strawberry.field(
        default=None, description="What the ledger is to say of it, up to 500 characters."
    )
    lines: list[StockLineInput] = strawberry.field(description="One to 100 lines, each of another SKU.")
    idempotency_key: str = strawberry.field(description=_KEY)


@strawberry.input(description="From how many units on a level is low.")
class SetLowStockThresholdInput:
    warehouse: str = strawberry.field(description=_WAREHOUSE)
    sku: str = strawberry.field(description="The SKU.")
    units: int | None = strawberry.field(
        default=None, description="The level is low with so many available, or fewer; the store's threshold if null."
    )


@strawberry.input(description="A warehouse to make, or to change if there is one with that code.")
class SaveWarehouseInput:
    code: str = strawberry.field(
        description="The short name that it keeps: up to 40 letters, digits, dots, hyphens and underscores."
    )
    name: str = strawberry.field(description="The name, up to 200 characters.")
    country: str = strawberry.field(description="ISO 3166 code of the country, two letters in any case.")
    postal_code: str = strawberry.field(description="Its postal code, 1 to 12 letters and digits.")
    latitude: float = strawberry.field(description="Degrees north, -90 to 90.")
    longitude: float = strawberry.field(description="Degrees east, -180 to 180.")
    seller: strawberry.ID | None = strawberry.field(
        default=None, description="The seller whose warehouse it is; the store's own if null."
    )
    is_active: bool = strawberry.field(
        default=True, description="Whether stock is sold from it. One that is not active keeps its stock."
    )

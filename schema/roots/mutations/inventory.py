"""Mutations of stock and warehouses."""

import strawberry

from resolvers.mutations import inventory
from schema.base import resolved_by
from schema.types.stock_payloads import (
    AdjustStockPayload,
    ImportReceiptsPayload,
    ReceiveStockPayload,
    SaveWarehousePayload,
    SetLowStockThresholdPayload,
    TransferStockPayload,
)
from services.accounts.tokens import Role

_OWN = (
    "Sellers may do so in their own warehouses; for them there are no others. All that is wrong is reported together, "
    "with the line as path, and then nothing is changed. Codes: "
)
_ONCE = ", BAD_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_REUSED."
_LINES = "NOT_FOUND (SKU or warehouse), BAD_QUANTITY, NO_LINES, TOO_MANY_LINES"


@strawberry.type(description="What can be changed of stock and warehouses.")
class InventoryMutations:
    receive_stock: ReceiveStockPayload = resolved_by(
        inventory.receive_stock,
        description="Count goods that came in from a supplier, once: a receipt that came before is answered as the "
        "first time, other goods under its number are refused. "
        + _OWN
        + "RECEIPT_CONFLICT, BAD_SOURCE, BAD_REFERENCE, "
        + _LINES
        + _ONCE,
        requires=(Role.OPERATOR, Role.SELLER),
    )
    import_receipts: ImportReceiptsPayload = resolved_by(
        inventory.import_receipts_of,
        description="Count many receipts from one text, each wholly or not at all; the report says what became of "
        "each. Sellers may do so for their own warehouses. Codes: BAD_HEADER, TOO_MANY_RECEIPTS" + _ONCE,
        requires=(Role.OPERATOR, Role.SELLER),
    )
    adjust_stock: AdjustStockPayload = resolved_by(
        inventory.adjust_stock,
        description="Correct levels by what is found in a warehouse, by a change or to a count. "
        + _OWN
        + "INSUFFICIENT_STOCK (an InsufficientStockError for each line that would leave less than is reserved), "
        "BAD_ADJUSTMENT, BAD_NOTE, DUPLICATE_SKU, " + _LINES + _ONCE,
        requires=(Role.OPERATOR, Role.SELLER),
    )
    transfer_stock: TransferStockPayload = resolved_by(
        inventory.transfer_stock,
        description="Move units that are not reserved from one warehouse to another. "
        + _OWN
        + "INSUFFICIENT_STOCK (an InsufficientStockError for each short line), SAME_WAREHOUSE, BAD_NOTE, "
        "DUPLICATE_SKU, " + _LINES + _ONCE,
        requires=(Role.OPERATOR, Role.SELLER),
    )
    set_low_stock_threshold: SetLowStockThresholdPayload = resolved_by(
        inventory.set_low_stock_threshold,
        description="Say from how many units on a level is low. Codes: NOT_FOUND, BAD_QUANTITY.",
        requires=Role.OPERATOR,
    )
    save_warehouse: SaveWarehousePayload = resolved_by(
        inventory.save_warehouse_of,
        description="Make a warehouse, or change the one with that code. "
        "Codes: BAD_CODE, BAD_NAME, BAD_COUNTRY, BAD_POSTAL_CODE, BAD_COORDINATES, NOT_FOUND (the seller).",
        requires=Role.OPERATOR,
    )

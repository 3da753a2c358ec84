"""Movements of stock: receipts, adjustments, transfers, and the thresholds below which a level is low."""

from services.inventory.movements.adjusting import adjust
from services.inventory.movements.receiving import receive, receive_many
from services.inventory.movements.records import (
    Adjustment,
    AdjustmentReason,
    Movement,
    Mover,
    ReceiptDraft,
    ReceiptLineRecord,
    ReceiptRecord,
    Received,
    RefusedReceipt,
    Units,
)
from services.inventory.movements.thresholds import set_low_stock_threshold
from services.inventory.movements.transferring import transfer

__all__ = [
    "Adjustment",
    "AdjustmentReason",
    "Movement",
    "Mover",
    "ReceiptDraft",
    "ReceiptLineRecord",
    "ReceiptRecord",
    "Received",
    "RefusedReceipt",
    "Units",
    "adjust",
    "receive",
    "receive_many",
    "set_low_stock_threshold",
    "transfer",
]

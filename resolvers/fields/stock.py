"""Fields of levels, ledger entries, receipts, warehouses and comparisons."""

from collections.abc import Awaitable, Sequence
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from core.ids import encode_global_id
from core.paging import Page, page_size
from models.inventory import LedgerReason
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.paging import load_page
from services.catalog.records import SellerRecord, VariantRecord
from services.inventory.importing import ImportedReceipt
from services.inventory.listing import LedgerRecord
from services.inventory.movements import ReceiptLineRecord, ReceiptRecord, Received
from services.inventory.reconciliation import ReconciliationRecord
from services.inventory.records import LevelRecord, WarehouseRecord

_OF_RESERVATIONS = (
    LedgerReason.RESERVATION,
    LedgerReason.CONFIRMATION,
    LedgerReason.RELEASE,
    LedgerReason.EXPIRY,
)


class Discrepancy(NamedTuple):
    """A level that is not what it should be."""

    variant_id: UUID
    warehouse_id: UUID
    on_hand: int
    on_hand_in_ledger: int
    reserved: int
    reserved_in_ledger: int
    held: int


class _InPlace(Protocol):
    @property
    def warehouse_id(self) -> UUID: ...


class _OfVariant(Protocol):
    @property
    def variant_id(self) -> UUID: ...


class _WithReceipt(Protocol):
    @property
    def result(self) -> Received | None: ...


def variant(root: _OfVariant, info: Info) -> Awaitable[VariantRecord | None]:
    return info.context.loaders.variant_by_id.load(root.variant_id)


def warehouse(root: _InPlace, info: Info) -> Awaitable[WarehouseRecord | None]:
    return info.context.loaders.warehouse_by_id.load(root.warehouse_id)


def seller(root: WarehouseRecord, info: Info) -> Awaitable[SellerRecord | None] | None:
    return None if root.seller_id is None else info.context.loaders.seller_by_id.load(root.seller_id)


def threshold(root: LevelRecord, info: Info) -> int:
    store = info.context.settings.inventory.low_stock_units
    return store if root.low_stock_units is None else root.low_stock_units


def is_low(root: LevelRecord, info: Info) -> bool:
    return root.available <= threshold(root, info)


def reference(root: LedgerRecord, info: Info) -> str | None:
    if root.reference_id is None:
        return None
    kind = "StockMovement"
    if root.reason in _OF_RESERVATIONS:
        kind = "Reservation"
    elif root.reason is LedgerReason.RECEIPT:
        kind = "SupplierReceipt"
    return encode_global_id(kind, root.reference_id)


def _line_position(row: ReceiptLineRecord) -> tuple[int, UUID]:
    return row.quantity, row.variant_id


def receipt_lines(
    root: ReceiptRecord, info: Info, first: First = None, after: After = None
) -> Awaitable[Page[ReceiptLineRecord]]:
    return load_page(info.context.loaders.lines_of_receipt, root.id, first=first, after=after, position=_line_position)


def discrepancy_count(root: ReconciliationRecord, info: Info) -> int:
    return len(root.discrepancies)


def discrepancies(root: ReconciliationRecord, info: Info, first: First = None) -> Sequence[Discrepancy]:
    return [_discrepancy(one) for one in root.discrepancies[: page_size(first)]]


# A JSON object as `ReconciliationRecord` describes it, hence Any.
def _discrepancy(given: dict[str, Any]) -> Discrepancy:
    return Discrepancy(
        variant_id=UUID(given["variant_id"]),
        warehouse_id=UUID(given["warehouse_id"]),
        on_hand=given["on_hand"]["is"],
        on_hand_in_ledger=given["on_hand"]["ledger"],
        reserved=given["reserved"]["is"],
        reserved_in_ledger=given["reserved"]["ledger"],
        held=given["reserved"]["held"],
    )


def imported(root: ImportedReceipt, info: Info) -> Awaitable[ReceiptRecord | None] | None:
    return None if root.receipt_id is None else info.context.loaders.receipt_by_id.load(root.receipt_id)


def received(root: _WithReceipt, info: Info) -> ReceiptRecord | None:
    return None if root.result is None else root.result.receipt


def is_replay(root: _WithReceipt, info: Info) -> bool | None:
    return None if root.result is None else root.result.is_replay

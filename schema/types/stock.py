"""Stock as operators see and move it: receipts, the ledger, comparisons, and what mutations of stock answer."""

from datetime import datetime

import strawberry

from models.inventory import LedgerReason
from resolvers.fields import paging
from resolvers.fields import stock as fields
from resolvers.queries import inventory as queries
from resolvers.queries import reservations
from schema.base import Node, field, id_of, resolved_by, view_of
from schema.describe import describe_enum
from schema.types.errors import ERROR_TYPES, UserError, error_of
from schema.types.inventory import InventoryLevel, Warehouse
from schema.types.paging import PageInfo
from schema.types.products import Variant
from schema.types.reservations import ReservationConnection
from services.inventory.importing import ImportStatus
from services.inventory.movements import ReceiptRecord
from services.inventory.movements.problems import InsufficientStock

describe_enum(
    LedgerReason,
    name="LedgerReason",
    description="Why a level changed.",
    meanings={
        LedgerReason.OPENING: "It was there when the ledger began.",
        LedgerReason.SET: "An import or a person said how many there are.",
        LedgerReason.RECEIPT: "Goods came in from a supplier.",
        LedgerReason.RESERVATION: "Units were set aside for somebody.",
        LedgerReason.CONFIRMATION: "Units that were set aside have left.",
        LedgerReason.RELEASE: "Somebody let units go that were set aside.",
        LedgerReason.EXPIRY: "The time of units that were set aside was over.",
        LedgerReason.TRANSFER_OUT: "Units left for another warehouse.",
        LedgerReason.TRANSFER_IN: "Units came from another warehouse.",
        LedgerReason.COUNTED: "Somebody has counted.",
        LedgerReason.DAMAGED: "Units are broken.",
        LedgerReason.LOST: "Units are missing.",
        LedgerReason.FOUND: "Units have turned up.",
        LedgerReason.RETURNED: "Units have come back.",
        LedgerReason.OTHER: "Something else, which the note says.",
    },
)
describe_enum(
    ImportStatus,
    name="ReceiptImportStatus",
    description="What became of a receipt in an upload.",
    meanings={
        ImportStatus.ACCEPTED: "Its goods are counted now.",
        ImportStatus.REPLAYED: "Its goods were counted before; nothing has changed.",
        ImportStatus.REFUSED: "Nothing of it is counted.",
    },
)


@strawberry.type(description="A level in a list.")
class InventoryLevelEdge:
    node: InventoryLevel = field("The level.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of levels, by variant and warehouse.")
class InventoryLevelConnection:
    edges: list[InventoryLevelEdge] = field("The levels of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="A warehouse in a list.")
class WarehouseEdge:
    node: Warehouse = field("The warehouse.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of warehouses, by code.")
class WarehouseConnection:
    edges: list[WarehouseEdge] = field("The warehouses of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="One change of one level. Entries are never changed or removed; a level is their sum.")
class LedgerEntry:
    variant: Variant | None = resolved_by(fields.variant, description="What. Null if it is gone.")
    warehouse: Warehouse | None = resolved_by(fields.warehouse, description="Where.")
    on_hand_change: int = field("Units that came, or left if below zero.")
    reserved_change: int = field("Units that were set aside, or let go if below zero.")
    reason: LedgerReason = field("Why.")
    reference: strawberry.ID | None = resolved_by(
        fields.reference,
        description="What the change belongs to: the id of a reservation or a receipt, or one that all entries of an "
        "adjustment or a transfer share.",
    )
    actor: str | None = field("Who asked for it.")
    note: str | None = field("What was said of it.")
    occurred_at: datetime = field("When.")


@strawberry.type(description="An entry of the ledger in a list.")
class LedgerEntryEdge:
    node: LedgerEntry = field("The entry.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of the ledger, newest first.")
class LedgerConnection:
    edges: list[LedgerEntryEdge] = field("The entries of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="Units of one variant in a receipt.")
class SupplierReceiptLine:
    variant: Variant | None = resolved_by(fields.variant, description="What. Null if it is gone.")
    quantity: int = field("How many.")


@strawberry.type(description="A line of a receipt in a list.")
class SupplierReceiptLineEdge:
    node: SupplierReceiptLine = field("The line.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of a receipt's lines, those of most units first.")
class SupplierReceiptLineConnection:
    edges: list[SupplierReceiptLineEdge] = field("The lines of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="Goods that came in from a supplier, counted once.")
class SupplierReceipt(Node):
    id: strawberry.ID = id_of("SupplierReceipt")
    source: str = field("Who said so.")
    reference: str = field("The source's own number for it.")
    warehouse: Warehouse | None = resolved_by(fields.warehouse, description="Where it came in.")
    actor: str | None = field("Who entered it.")
    received_at: datetime = field("When it was counted.")
    lines: SupplierReceiptLineConnection = resolved_by(fields.receipt_lines, description="What came.")
    is_type_of = view_of(ReceiptRecord)


@strawberry.type(description="A receipt in a list.")
class SupplierReceiptEdge:
    node: SupplierReceipt = field("The receipt.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of receipts, newest first.")
class SupplierReceiptConnection:
    edges: list[SupplierReceiptEdge] = field("The receipts of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="A level that is not what it should be.")
class InventoryDiscrepancy:
    variant: Variant | None = resolved_by(fields.variant, description="What. Null if it is gone.")
    warehouse: Warehouse | None = resolved_by(fields.warehouse, description="Where.")
    on_hand: int = field("What the level says is there.")
    on_hand_in_ledger: int = field("What is there by the sum of the ledger.")
    reserved: int = field("What the level says is set aside.")
    reserved_in_ledger: int = field("What is set aside by the sum of the ledger.")
    held: int = field("What reservations hold.")


@strawberry.type(description="A comparison of all levels with the ledger and with what is held.")
class InventoryReconciliation:
    id: strawberry.ID = id_of("InventoryReconciliation")
    started_at: datetime = field("When it began.")
    finished_at: datetime = field("When it ended.")
    levels_checked: int = field("How many levels there were.")
    discrepancy_count: int = resolved_by(
        fields.discrepancy_count, description="How many levels were not what they should be; 1,000 stands for more too."
    )
    discrepancies: list[InventoryDiscrepancy] = resolved_by(fields.discrepancies, description="The first of them.")


@strawberry.type(description="A comparison in a list.")
class InventoryReconciliationEdge:
    node: InventoryReconciliation = field("The comparison.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of comparisons, newest first.")
class InventoryReconciliationConnection:
    edges: list[InventoryReconciliationEdge] = field("The comparisons of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="What operators see of stock.")
class InventoryOperations:
    levels: InventoryLevelConnection = resolved_by(queries.levels, description="What is where.")
    low_stock: InventoryLevelConnection = resolved_by(queries.low_stock, description="The levels that are low.")
    ledger: LedgerConnection = resolved_by(queries.ledger, description="How levels changed.")
    receipts: SupplierReceiptConnection = resolved_by(queries.receipts, description="What came in from suppliers.")
    warehouses: WarehouseConnection = resolved_by(queries.warehouses, description="Where stock is kept.")
    reservations: ReservationConnection = resolved_by(
        reservations.reservations, description="What is, or was, set aside."
    )
    reconciliations: InventoryReconciliationConnection = resolved_by(
        queries.reconciliations, description="The comparisons of levels with the ledger, made every hour."
    )


@strawberry.type(description="A warehouse has fewer units that can be moved than are wanted.")
class InsufficientStockError(UserError):
    sku: str = field("The SKU.")
    wanted: int = field("How many should leave.")
    available: int = field("How many can: those that are not reserved.")
    is_type_of = error_of(InsufficientStock)


@strawberry.type(description="One adjustment or transfer.")
class StockMovement:
    id: strawberry.ID = id_of("StockMovement")
    levels: list[InventoryLevel] = field("The levels that it names, as it left them; a transfer's sources first.")


@strawberry.type(description="One reason why a receipt of an upload was refused.")
class ReceiptImportProblem:
    code: str = field("The reason for programs: one of those of receiveStock, or BAD_RECEIPT.")
    message: str = field("The reason for people.")
    path: list[str] = field("The part of the receipt that it concerns; empty for all of it.")


@strawberry.type(description="What became of one receipt of an upload.")
class ImportedReceipt:
    line: int = field("The line of the text where it begins.")
    status: ImportStatus = field("What became of it.")
    source: str = field("Who says so; empty if it could not be read.")
    reference: str = field("The source's own number for it; empty if it could not be read.")
    receipt: SupplierReceipt | None = resolved_by(fields.imported, description="The receipt; null if it was refused.")
    problems: list[ReceiptImportProblem] = field("Why it was refused.")


@strawberry.type(description="What became of the receipts of an upload.")
class ReceiptImport:
    accepted: int = field("How many are counted now.")
    replayed: int = field("How many were counted before.")
    refused: int = field("How many were refused.")
    receipts: list[ImportedReceipt] = field("Each of them, in the order of the text; at most 1,000.")


ERROR_TYPES += [InsufficientStockError]

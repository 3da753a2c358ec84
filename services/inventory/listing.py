"""Lists of stock for people who run it: levels, ledger, receipts, warehouses and comparisons, in pages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from models.catalog import Variant
from models.inventory import (
    InventoryLevel,
    InventoryReconciliation,
    LedgerEntry,
    LedgerReason,
    SupplierReceipt,
    SupplierReceiptLine,
    Warehouse,
)
from services.catalog.slices import Position, Slices
from services.inventory.movements import ReceiptLineRecord, ReceiptRecord
from services.inventory.movements.finding import is_storable
from services.inventory.queries import WAREHOUSE_COLUMNS
from services.inventory.reconciliation import ReconciliationRecord
from services.inventory.records import LevelRecord, WarehouseRecord
from services.unit_of_work import ReadSession

Place = tuple[UUID, UUID]


class LedgerRecord(NamedTuple):
    """One entry of the ledger; see `models.inventory.LedgerEntry`."""

    sequence: int
    variant_id: UUID
    warehouse_id: UUID
    on_hand_change: int
    reserved_change: int
    reason: LedgerReason
    reference_id: UUID | None
    actor: str | None
    note: str | None
    occurred_at: datetime


async def list_levels(
    session: ReadSession,
    *,
    first: int,
    after: Place | None = None,
    variant_id: UUID | None = None,
    warehouse_id: UUID | None = None,
    sku: str | None = None,
    low_at: int | None = None,
) -> Sequence[LevelRecord]:
    """Levels by variant and warehouse. With `low_at`, the store's threshold, only those that are low."""
    key = sa.tuple_(InventoryLevel.variant_id, InventoryLevel.warehouse_id)
    statement = sa.select(*_LEVEL).order_by(InventoryLevel.variant_id, InventoryLevel.warehouse_id).limit(first)
    if after is not None:
        statement = statement.where(key > sa.tuple_(*map(sa.literal, after)))
    if variant_id is not None:
        statement = statement.where(InventoryLevel.variant_id == variant_id)
    if warehouse_id is not None:
        statement = statement.where(InventoryLevel.warehouse_id == warehouse_id)
    if sku is not None:
        if not is_storable(sku):
            return []
        of_sku = sa.select(Variant.id).where(Variant.sku == sku).scalar_subquery()
        statement = statement.where(InventoryLevel.variant_id == of_sku)
    if low_at is not None:
        threshold = sa.func.coalesce(InventoryLevel.low_stock_units, low_at)
        statement = statement.where(InventoryLevel.on_hand - InventoryLevel.reserved <= threshold)
    return [LevelRecord._make(row) for row in await session.execute(statement)]


async def list_ledger(
    session: ReadSession,
    *,
    first: int,
    before: int | None = None,
    variant_id: UUID | None = None,
    warehouse_id: UUID | None = None,
) -> Sequence[LedgerRecord]:
    """Entries, newest first, behind the one with the sequence `before`."""
    statement = sa.select(*_ENTRY).order_by(LedgerEntry.sequence.desc()).limit(first)
    if before is not None:
        statement = statement.where(LedgerEntry.sequence < before)
    if variant_id is not None:
        statement = statement.where(LedgerEntry.variant_id == variant_id)
    if warehouse_id is not None:
        statement = statement.where(LedgerEntry.warehouse_id == warehouse_id)
    rows = await session.execute(statement)
    return [LedgerRecord._make(row)._replace(reason=LedgerReason(row.reason)) for row in rows]


async def list_receipts(
    session: ReadSession, *, first: int, before: UUID | None = None, warehouse_id: UUID | None = None
) -> Sequence[ReceiptRecord]:
    """Receipts, newest first, behind the one with the id `before`."""
    statement = sa.select(*_RECEIPT).order_by(SupplierReceipt.id.desc()).limit(first)
    if before is not None:
        statement = statement.where(SupplierReceipt.id < before)
    if warehouse_id is not None:
        statement = statement.where(SupplierReceipt.warehouse_id == warehouse_id)
    return [ReceiptRecord._make(row) for row in await session.execute(statement)]


async def find_receipts(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, ReceiptRecord]:
    asked = sa.bindparam("ids", ids, type_=sa.ARRAY(sa.Uuid()))
    rows = await session.execute(sa.select(*_RECEIPT).where(SupplierReceipt.id == sa.any_(asked)))
    return {row.id: ReceiptRecord._make(row) for row in rows}


async def find_receipt_lines(
    session: ReadSession, receipt_ids: Sequence[UUID], *, first: int, after: Position | None
) -> Mapping[UUID, Sequence[ReceiptLineRecord]]:
    """A page of the lines of each receipt, those of most units first; `after` is (quantity, variant)."""
    found: dict[UUID, list[ReceiptLineRecord]] = {}
    for row in await _LINES.fetch(session, receipt_ids, first, after):
        found.setdefault(row["receipt_id"], []).append(ReceiptLineRecord._make(row))
    return found


async def list_warehouses(session: ReadSession, *, first: int, after: str | None = None) -> Sequence[WarehouseRecord]:
    """Warehouses by code, behind the code `after`."""
    statement = sa.select(*WAREHOUSE_COLUMNS).order_by(Warehouse.code).limit(first)
    if after is not None:
        statement = statement.where(Warehouse.code > after)
    return [WarehouseRecord._make(row) for row in await session.execute(statement)]


async def list_reconciliations(
    session: ReadSession, *, first: int, before: UUID | None = None
) -> Sequence[ReconciliationRecord]:
    """Comparisons, newest first, behind the one with the id `before`."""
    statement = sa.select(*_RECONCILIATION).order_by(InventoryReconciliation.id.desc()).limit(first)
    if before is not None:
        statement = statement.where(InventoryReconciliation.id < before)
    return [ReconciliationRecord._make(row) for row in await session.execute(statement)]


# Columns of any type, hence Any.
def _columns(table: type[Any], record: type[NamedTuple]) -> tuple[Any, ...]:
    return tuple(getattr(table, name) for name in record._fields)


_LEVEL = _columns(InventoryLevel, LevelRecord)
_ENTRY = _columns(LedgerEntry, LedgerRecord)
_RECEIPT = _columns(SupplierReceipt, ReceiptRecord)
_RECONCILIATION = _columns(InventoryReconciliation, ReconciliationRecord)
_LINES = Slices(
    *_columns(SupplierReceiptLine, ReceiptLineRecord),
    parent=SupplierReceiptLine.receipt_id,
    order=(SupplierReceiptLine.quantity, SupplierReceiptLine.variant_id),
    descending=True,
)

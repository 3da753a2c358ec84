"""Stock as operators see it: the lists, and the fields of what is in them."""

from collections.abc import Awaitable
from typing import Annotated, NamedTuple
from uuid import UUID

import strawberry

from core.ids import decode_id_of
from core.paging import Page, as_id, binding, decode_cursor, decode_id, decode_number, not_a_cursor
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.paging import list_page
from resolvers.queries.operations import OperationsRoot
from services.accounts.tokens import Role
from services.inventory import listing
from services.inventory.listing import LedgerRecord
from services.inventory.movements import ReceiptRecord
from services.inventory.reconciliation import ReconciliationRecord
from services.inventory.records import LevelRecord, WarehouseRecord

OfWarehouse = Annotated[strawberry.ID | None, strawberry.argument(description="Only those in this warehouse.")]
OfVariant = Annotated[strawberry.ID | None, strawberry.argument(description="Only those of this variant.")]


class InventoryRoot(NamedTuple):
    """Stands for stock in the operators' part of the graph; its fields fetch what they need."""


def inventory(root: OperationsRoot, info: Info) -> InventoryRoot:
    return InventoryRoot()


def levels(
    root: InventoryRoot,
    info: Info,
    *,
    warehouse: OfWarehouse = None,
    variant: OfVariant = None,
    sku: Annotated[str | None, strawberry.argument(description="Only those of this SKU.")] = None,
    low: Annotated[bool, strawberry.argument(description="Only those that are low.")] = False,
    first: First = None,
    after: After = None,
) -> Awaitable[Page[LevelRecord]]:
    low_at = info.context.settings.inventory.low_stock_units if low else None
    return list_page(
        info,
        binding("levels", warehouse, variant, sku, low),
        first=first,
        after=after,
        decode=_place,
        position=lambda row: [str(row.variant_id), str(row.warehouse_id)],
        read=lambda session, size, start: listing.list_levels(
            session,
            first=size,
            after=start,
            warehouse_id=_key_of("Warehouse", warehouse),
            variant_id=_key_of("Variant", variant),
            sku=sku,
            low_at=low_at,
        ),
    )


def low_stock(
    root: InventoryRoot, info: Info, warehouse: OfWarehouse = None, first: First = None, after: After = None
) -> Awaitable[Page[LevelRecord]]:
    return levels(root, info, warehouse=warehouse, low=True, first=first, after=after)


def ledger(
    root: InventoryRoot,
    info: Info,
    *,
    warehouse: OfWarehouse = None,
    variant: OfVariant = None,
    first: First = None,
    after: After = None,
) -> Awaitable[Page[LedgerRecord]]:
    return list_page(
        info,
        binding("ledger", warehouse, variant),
        first=first,
        after=after,
        decode=decode_number,
        position=lambda row: [row.sequence],
        read=lambda session, size, start: listing.list_ledger(
            session,
            first=size,
            before=start,
            warehouse_id=_key_of("Warehouse", warehouse),
            variant_id=_key_of("Variant", variant),
        ),
    )


def receipts(
    root: InventoryRoot, info: Info, warehouse: OfWarehouse = None, first: First = None, after: After = None
) -> Awaitable[Page[ReceiptRecord]]:
    return list_page(
        info,
        binding("receipts", warehouse),
        first=first,
        after=after,
        decode=decode_id,
        position=lambda row: [str(row.id)],
        read=lambda session, size, start: listing.list_receipts(
            session, first=size, before=start, warehouse_id=_key_of("Warehouse", warehouse)
        ),
    )


def warehouses(
    root: InventoryRoot, info: Info, first: First = None, after: After = None
) -> Awaitable[Page[WarehouseRecord]]:
    return list_page(
        info,
        binding("warehouses"),
        first=first,
        after=after,
        decode=_text,
        position=lambda row: [row.code],
        read=lambda session, size, start: listing.list_warehouses(session, first=size, after=start),
    )


def reconciliations(
    root: InventoryRoot, info: Info, first: First = None, after: After = None
) -> Awaitable[Page[ReconciliationRecord]]:
    return list_page(
        info,
        binding("reconciliations"),
        first=first,
        after=after,
        decode=decode_id,
        position=lambda row: [str(row.id)],
        read=lambda session, size, start: listing.list_reconciliations(session, first=size, before=start),
    )


async def visible_warehouse(info: Info, key: UUID) -> WarehouseRecord | None:
    """The warehouse, for operators; for others there is none."""
    if info.context.principal.role is not Role.OPERATOR:
        return None
    return await info.context.loaders.warehouse_by_id.load(key)


async def visible_receipt(info: Info, key: UUID) -> ReceiptRecord | None:
    """The receipt, for operators; for others there is none."""
    if info.context.principal.role is not Role.OPERATOR:
        return None
    return await info.context.loaders.receipt_by_id.load(key)


def _key_of(kind: str, given: str | None) -> UUID | None:
    return None if given is None else decode_id_of(kind, given)


def _place(bound_to: bytes, cursor: str) -> tuple[UUID, UUID]:
    variant_id, warehouse_id = decode_cursor(bound_to, cursor, length=2)
    return as_id(variant_id), as_id(warehouse_id)


def _text(bound_to: bytes, cursor: str) -> str:
    (value,) = decode_cursor(bound_to, cursor, length=1)
    if not isinstance(value, str) or "\0" in value:
        raise not_a_cursor()
    return value

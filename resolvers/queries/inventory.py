"""Stock as operators see it: the lists, and the fields of what is in them."""

from collections.abc import Awaitable
from typing import Annotated, NamedTuple
from uuid import UUID

import strawberry

from core.ids import decode_id_of
from core.paging import Page, binding, decode_cursor, decode_number, encode_cursor, not_a_cursor, page_size
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.paging import page_of
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


async def levels(
    root: InventoryRoot,
    info: Info,
    *,
    warehouse: OfWarehouse = None,
    variant: OfVariant = None,
    sku: Annotated[str | None, strawberry.argument(description="Only those of this SKU.")] = None,
    low: Annotated[bool, strawberry.argument(description="Only those that are low.")] = False,
    first: First = None,
    after: After = None,
) -> Page[LevelRecord]:
    size, bound_to = page_size(first), binding("levels", warehouse, variant, sku, low)
    start = None if after is None else _place(bound_to, after)
    async with info.context.database.read() as session:
        rows = await listing.list_levels(
            session,
            first=size + 1,
            after=start,
            warehouse_id=_key_of("Warehouse", warehouse),
            variant_id=_key_of("Variant", variant),
            sku=sku,
            low_at=info.context.settings.inventory.low_stock_units if low else None,
        )
    return page_of(
        rows,
        size,
        has_previous=start is not None,
        cursor=lambda row: encode_cursor(bound_to, [str(row.variant_id), str(row.warehouse_id)]),
    )


def low_stock(
    root: InventoryRoot, info: Info, warehouse: OfWarehouse = None, first: First = None, after: After = None
) -> Awaitable[Page[LevelRecord]]:
    return levels(root, info, warehouse=warehouse, low=True, first=first, after=after)


async def ledger(
    root: InventoryRoot,
    info: Info,
    *,
    warehouse: OfWarehouse = None,
    variant: OfVariant = None,
    first: First = None,
    after: After = None,
) -> Page[LedgerRecord]:
    size, bound_to = page_size(first), binding("ledger", warehouse, variant)
    before = None if after is None else decode_number(bound_to, after)
    async with info.context.database.read() as session:
        rows = await listing.list_ledger(
            session,
            first=size + 1,
            before=before,
            warehouse_id=_key_of("Warehouse", warehouse),
            variant_id=_key_of("Variant", variant),
        )
    return page_of(
        rows, size, has_previous=before is not None, cursor=lambda row: encode_cursor(bound_to, [row.sequence])
    )


async def receipts(
    root: InventoryRoot, info: Info, warehouse: OfWarehouse = None, first: First = None, after: After = None
) -> Page[ReceiptRecord]:
    size, bound_to = page_size(first), binding("receipts", warehouse)
    before = None if after is None else _id(bound_to, after)
    async with info.context.database.read() as session:
        rows = await listing.list_receipts(
            session, first=size + 1, before=before, warehouse_id=_key_of("Warehouse", warehouse)
        )
    return page_of(
        rows, size, has_previous=before is not None, cursor=lambda row: encode_cursor(bound_to, [str(row.id)])
    )


async def warehouses(
    root: InventoryRoot, info: Info, first: First = None, after: After = None
) -> Page[WarehouseRecord]:
    size, bound_to = page_size(first), binding("warehouses")
    start = None if after is None else _text(bound_to, after)
    async with info.context.database.read() as session:
        rows = await listing.list_warehouses(session, first=size + 1, after=start)
    return page_of(rows, size, has_previous=start is not None, cursor=lambda row: encode_cursor(bound_to, [row.code]))


async def reconciliations(
    root: InventoryRoot, info: Info, first: First = None, after: After = None
) -> Page[ReconciliationRecord]:
    size, bound_to = page_size(first), binding("reconciliations")
    before = None if after is None else _id(bound_to, after)
    async with info.context.database.read() as session:
        rows = await listing.list_reconciliations(session, first=size + 1, before=before)
    return page_of(
        rows, size, has_previous=before is not None, cursor=lambda row: encode_cursor(bound_to, [str(row.id)])
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
    return _uuid(variant_id), _uuid(warehouse_id)


def _id(bound_to: bytes, cursor: str) -> UUID:
    (value,) = decode_cursor(bound_to, cursor, length=1)
    return _uuid(value)


def _text(bound_to: bytes, cursor: str) -> str:
    (value,) = decode_cursor(bound_to, cursor, length=1)
    if not isinstance(value, str) or "\0" in value:
        raise not_a_cursor()
    return value


def _uuid(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise not_a_cursor() from error

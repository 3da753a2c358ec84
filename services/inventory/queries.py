"""SQL reads of stock; each is one statement for many keys."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from models.catalog import Variant
from models.inventory import InventoryLevel, Warehouse
from services.inventory.records import MOST_UNITS, AvailabilityRecord, LevelRecord, WarehouseRecord
from services.reading import Read
from services.unit_of_work import ReadSession

_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))
_AVAILABLE = sa.func.sum(InventoryLevel.on_hand - InventoryLevel.reserved)
_FROM_WHICH_IS_SOLD = sa.and_(Warehouse.id == InventoryLevel.warehouse_id, Warehouse.is_active)
_BY_VARIANT = Read(
    sa.select(InventoryLevel.variant_id, _AVAILABLE)
    .join(Warehouse, _FROM_WHICH_IS_SOLD)
    .where(InventoryLevel.variant_id == sa.any_(_IDS))
    .group_by(InventoryLevel.variant_id)
)
_BY_PRODUCT = Read(
    sa.select(Variant.product_id, _AVAILABLE)
    .join(Variant, Variant.id == InventoryLevel.variant_id)
    .join(Warehouse, _FROM_WHICH_IS_SOLD)
    .where(Variant.product_id == sa.any_(_IDS), Variant.status == "active")
    .group_by(Variant.product_id)
)
_LEVELS = Read(
    sa.select(
        InventoryLevel.variant_id,
        InventoryLevel.warehouse_id,
        InventoryLevel.on_hand,
        InventoryLevel.reserved,
        InventoryLevel.version,
        InventoryLevel.low_stock_units,
    )
    .join(Warehouse, Warehouse.id == InventoryLevel.warehouse_id)
    .where(InventoryLevel.variant_id == sa.any_(_IDS))
    .order_by(InventoryLevel.variant_id, Warehouse.code)
)
WAREHOUSE_COLUMNS = tuple(getattr(Warehouse, name) for name in WarehouseRecord._fields)
_WAREHOUSES = sa.select(*WAREHOUSE_COLUMNS).where(Warehouse.id == sa.any_(_IDS))


async def find_availability_of_variants(
    session: ReadSession, variant_ids: Sequence[UUID]
) -> Mapping[UUID, AvailabilityRecord]:
    rows = await _BY_VARIANT.rows(session, ids=variant_ids)
    return {key: AvailabilityRecord(min(int(quantity), MOST_UNITS)) for key, quantity in rows}


async def find_availability_of_products(
    session: ReadSession, product_ids: Sequence[UUID]
) -> Mapping[UUID, AvailabilityRecord]:
    rows = await _BY_PRODUCT.rows(session, ids=product_ids)
    return {key: AvailabilityRecord(min(int(quantity), MOST_UNITS)) for key, quantity in rows}


async def find_levels(session: ReadSession, variant_ids: Sequence[UUID]) -> Mapping[UUID, list[LevelRecord]]:
    found: dict[UUID, list[LevelRecord]] = {}
    for row in await _LEVELS.rows(session, ids=variant_ids):
        found.setdefault(row["variant_id"], []).append(LevelRecord._make(row))
    return found


async def find_warehouses(session: ReadSession, ids: Sequence[UUID]) -> Sequence[WarehouseRecord]:
    return [WarehouseRecord._make(row) for row in await session.execute(_WAREHOUSES, {"ids": ids})]

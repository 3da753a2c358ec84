"""Writes of stock. What is on hand never falls below what is reserved: those units are somebody's."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.problems import NotFound, Rejected
from core.recordset import as_recordset
from models.catalog import Variant
from models.inventory import InventoryLevel, Warehouse
from services.catalog.drafts import WarehouseDraft
from services.inventory.events import LowStockReached, StockChanged, WarehouseChanged
from services.inventory.problems import BadQuantity
from services.inventory.records import LOW_STOCK_UNITS
from services.inventory.rules import LARGEST_QUANTITY, has_become_low
from services.unit_of_work import UnitOfWork

# The ledger's difference needs what was there before: new levels are inserted; those that exist are then locked and
# read in the order that all writers of stock keep, and updated. All writers insert before they lock, since an insert
# waits for another one of the same level. A level that another transaction has made meanwhile is neither inserted nor
# seen, and comes back as `was` NULL and `now` NULL: for those the statement is run again.
_SET_LEVELS = sa.text(
    """
    WITH given AS (
        SELECT variant_id, warehouse_id, on_hand
        FROM json_to_recordset(CAST(:rows AS json)) AS d(variant_id uuid, warehouse_id uuid, on_hand bigint)
    ), fresh AS (
        INSERT INTO inventory_level (variant_id, warehouse_id, on_hand)
        SELECT variant_id, warehouse_id, on_hand FROM given
        WHERE NOT EXISTS (
            SELECT FROM inventory_level l
            WHERE (l.variant_id, l.warehouse_id) = (given.variant_id, given.warehouse_id))
        ORDER BY variant_id, warehouse_id
        ON CONFLICT DO NOTHING
        RETURNING variant_id, warehouse_id, on_hand
    ), old AS (
        SELECT l.variant_id, l.warehouse_id, l.on_hand, l.reserved, l.low_stock_units, g.on_hand AS wanted
        FROM inventory_level l JOIN given g USING (variant_id, warehouse_id)
        WHERE (SELECT count(*) FROM fresh) >= 0  -- which makes the inserts come first
        ORDER BY l.variant_id, l.warehouse_id FOR UPDATE OF l
    ), changed AS (
        UPDATE inventory_level l SET on_hand = GREATEST(o.wanted, o.reserved), version = l.version + 1
        FROM old o
        WHERE l.variant_id = o.variant_id AND l.warehouse_id = o.warehouse_id
          AND o.on_hand <> GREATEST(o.wanted, o.reserved)
        RETURNING l.variant_id, l.warehouse_id, o.on_hand AS was, l.on_hand, l.reserved, o.low_stock_units
    ), now AS (
        SELECT variant_id, warehouse_id, 0 AS was, on_hand, 0 AS reserved, NULL::bigint AS low_stock_units FROM fresh
        UNION ALL SELECT variant_id, warehouse_id, was, on_hand, reserved, low_stock_units FROM changed
    ), entries AS (
        INSERT INTO inventory_ledger_entry (variant_id, warehouse_id, on_hand_change, reserved_change, reason)
        SELECT variant_id, warehouse_id, on_hand - was, 0, 'set' FROM now WHERE on_hand <> was
    )
    SELECT variant_id, warehouse_id, was, on_hand, reserved, low_stock_units FROM now
    UNION ALL
    SELECT variant_id, warehouse_id, NULL, NULL, NULL, NULL FROM given
    WHERE (variant_id, warehouse_id) NOT IN (SELECT variant_id, warehouse_id FROM old)
      AND (variant_id, warehouse_id) NOT IN (SELECT variant_id, warehouse_id FROM fresh)
    """
)
_SAVE_WAREHOUSES = sa.text(
    """
    INSERT INTO warehouse AS w (id, code, name, country, postal_code, latitude, longitude)
    SELECT id, code, name, country, postal_code, latitude, longitude
    FROM json_to_recordset(CAST(:rows AS json)) AS d(
        id uuid, code text, name text, country text, postal_code text, latitude float8, longitude float8)
    ON CONFLICT (code) DO UPDATE SET
        (name, country, postal_code, latitude, longitude, updated_at) =
        (excluded.name, excluded.country, excluded.postal_code, excluded.latitude, excluded.longitude, now())
    WHERE (w.name, w.country, w.postal_code, w.latitude, w.longitude) IS DISTINCT FROM
        (excluded.name, excluded.country, excluded.postal_code, excluded.latitude, excluded.longitude)
    RETURNING id
    """
)


class Level(NamedTuple):
    """That `on_hand` units of a variant are in a warehouse."""

    variant_id: UUID
    warehouse_id: UUID
    on_hand: int


async def set_level(unit: UnitOfWork, *, variant_id: UUID, warehouse_id: UUID, on_hand: int) -> None:
    """Set what a warehouse has of a variant, but never below what is reserved there.

    Raises `Rejected`: NOT_FOUND for an unknown variant or warehouse, BAD_QUANTITY for a negative or absurd number.
    """
    product_id = await unit.session.scalar(sa.select(Variant.product_id).where(Variant.id == variant_id))
    if product_id is None:
        raise Rejected(NotFound(message="There is no such variant.", path=("variant_id",), kind="Variant"))
    if await unit.session.scalar(sa.select(Warehouse.id).where(Warehouse.id == warehouse_id)) is None:
        raise Rejected(NotFound(message="There is no such warehouse.", path=("warehouse_id",), kind="Warehouse"))
    await set_levels(unit, [Level(variant_id, warehouse_id, on_hand)], announced_as={variant_id: product_id})


async def set_levels(
    unit: UnitOfWork,
    levels: Sequence[Level],
    *,
    announced_as: Mapping[UUID, UUID],
    low_stock_units: int = LOW_STOCK_UNITS,
) -> None:
    """Set many levels in one statement, with the ledger's entries, and publish one event per variant that changed.

    `announced_as` maps variants to products; variants that are not in it change silently, which is for new products:
    their own event says it. `low_stock_units` is the store's threshold. Raises `Rejected` (BAD_QUANTITY).
    """
    if not all(0 <= level.on_hand <= LARGEST_QUANTITY for level in levels):
        raise Rejected(BadQuantity(message=f"Stock is from 0 to {LARGEST_QUANTITY:,} units.", path=("on_hand",)))
    if not levels:
        return
    changed: list[sa.Row[Any]] = []  # columns as _SET_LEVELS returns them
    waiting: Sequence[Level] = levels
    while waiting:
        rows = as_recordset([level._asdict() for level in waiting])
        found = (await unit.session.execute(_SET_LEVELS, {"rows": rows})).all()
        changed += [row for row in found if row.was is not None]
        again = {(row.variant_id, row.warehouse_id) for row in found if row.was is None}
        waiting = [level for level in waiting if (level.variant_id, level.warehouse_id) in again]
    told = [row for row in changed if row.variant_id in announced_as]
    variants = dict.fromkeys(row.variant_id for row in told)
    unit.publish(*(StockChanged(announced_as[key], key) for key in variants))
    fallen = []
    for row in told:
        threshold = low_stock_units if row.low_stock_units is None else row.low_stock_units
        if has_become_low(row.was - row.reserved, row.on_hand - row.reserved, threshold=threshold):
            left = row.on_hand - row.reserved
            fallen.append(
                LowStockReached(announced_as[row.variant_id], row.variant_id, row.warehouse_id, left, threshold)
            )
    unit.publish(*fallen)


async def find_stocked(unit: UnitOfWork, variant_ids: Sequence[UUID]) -> Mapping[UUID, list[UUID]]:
    """The warehouses that have a level of each variant."""
    asked = sa.bindparam("ids", variant_ids, type_=sa.ARRAY(sa.Uuid()))
    statement = sa.select(InventoryLevel.variant_id, InventoryLevel.warehouse_id).where(
        InventoryLevel.variant_id == sa.any_(asked)
    )
    found: dict[UUID, list[UUID]] = {}
    for variant_id, warehouse_id in await unit.session.execute(statement):
        found.setdefault(variant_id, []).append(warehouse_id)
    return found


async def find_warehouse_ids(unit: UnitOfWork, codes: Iterable[str]) -> Mapping[str, UUID]:
    """The ids of those codes that exist."""
    asked = sa.bindparam("codes", list(codes), type_=sa.ARRAY(sa.Text()))
    found = await unit.session.execute(sa.select(Warehouse.code, Warehouse.id).where(Warehouse.code == sa.any_(asked)))
    return dict(found.all())


async def save_warehouses(unit: UnitOfWork, drafts: Sequence[WarehouseDraft]) -> None:
    """Make warehouses, or bring those with the same code up to date; publishes an event for each that differs."""
    if drafts:
        rows = [
            {
                "id": new_id(),
                "code": draft.code,
                "name": draft.name,
                "country": draft.country,
                "postal_code": draft.postal_code,
                "latitude": draft.latitude,
                "longitude": draft.longitude,
            }
            for draft in drafts
        ]
        changed = await unit.session.scalars(_SAVE_WAREHOUSES, {"rows": as_recordset(rows)})
        unit.publish(*(WarehouseChanged(key) for key in changed))

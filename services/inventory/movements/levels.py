"""The one way in which movements change levels: lock them in order, look, write them with their ledger entries."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.recordset import as_recordset
from models.inventory import LedgerReason
from services.inventory.events import LowStockReached, StockChanged
from services.inventory.records import LevelRecord
from services.inventory.rules import has_become_low
from services.unit_of_work import UnitOfWork

# A variant's level in a warehouse.
Place = tuple[UUID, UUID]


class LockedLevel(NamedTuple):
    """A level that nobody else can change until the unit ends."""

    variant_id: UUID
    warehouse_id: UUID
    on_hand: int
    reserved: int
    version: int
    low_stock_units: int | None
    product_id: UUID

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved

    def as_record(self) -> LevelRecord:
        return LevelRecord._make(self[:-1])


class Change(NamedTuple):
    """Units that come to a level, or leave it if below zero, for one entry of the ledger."""

    place: Place
    units: int
    reason: LedgerReason
    reference_id: UUID
    note: str | None = None


async def lock_levels(
    unit: UnitOfWork, places: Collection[Place], *, make: Collection[Place] = ()
) -> Mapping[Place, LockedLevel]:
    """Lock those levels that exist, in the order that all writers keep; those in `make` come to be, with no units."""
    if make:
        await unit.session.execute(_MAKE, {"rows": _rows(make)})
    found = await unit.session.execute(_LOCK, {"rows": _rows(places)})
    return {(level.variant_id, level.warehouse_id): level for level in map(LockedLevel._make, found)}


async def change_levels(
    unit: UnitOfWork,
    changes: Sequence[Change],
    locked: Mapping[Place, LockedLevel],
    *,
    actor: str | None,
    low_stock_units: int,
) -> Mapping[Place, LevelRecord]:
    """Apply changes to levels that are locked, write the ledger, and publish what follows; the levels that changed.

    The caller has checked that no level falls below what is reserved. `low_stock_units` is the store's threshold.
    """
    changes = [change for change in changes if change.units]
    if not changes:
        return {}
    rows = [
        {
            "variant_id": change.place[0],
            "warehouse_id": change.place[1],
            "units": change.units,
            "reason": change.reason,
            "reference_id": change.reference_id,
            "note": change.note,
            "position": position,
        }
        for position, change in enumerate(changes)
    ]
    written = await unit.session.execute(_CHANGE, {"rows": as_recordset(rows), "actor": actor})
    levels = {(row.variant_id, row.warehouse_id): LevelRecord._make(row) for row in written}
    products = {place[0]: locked[place].product_id for place in levels}
    unit.publish(*(StockChanged(product_id, variant_id) for variant_id, product_id in products.items()))
    unit.publish(
        *(
            LowStockReached(products[place[0]], *place, level.available, threshold)
            for place, level in levels.items()
            for threshold in [_threshold(locked[place], low_stock_units)]
            if has_become_low(locked[place].available, level.available, threshold=threshold)
        )
    )
    return levels


def _threshold(level: LockedLevel, low_stock_units: int) -> int:
    return low_stock_units if level.low_stock_units is None else level.low_stock_units


def _rows(places: Collection[Place]) -> str:
    return as_recordset(
        [{"variant_id": variant_id, "warehouse_id": warehouse_id} for variant_id, warehouse_id in places]
    )


# Those that are there already are not inserted in vain: that would leave dead rows and burn row locks.
_MAKE = sa.text(
    """
    INSERT INTO inventory_level (variant_id, warehouse_id)
    SELECT DISTINCT variant_id, warehouse_id
    FROM json_to_recordset(CAST(:rows AS json)) AS g(variant_id uuid, warehouse_id uuid)
    WHERE NOT EXISTS (
        SELECT FROM inventory_level l WHERE (l.variant_id, l.warehouse_id) = (g.variant_id, g.warehouse_id))
    ORDER BY variant_id, warehouse_id
    ON CONFLICT DO NOTHING
    """
)
_LOCK = sa.text(
    """
    SELECT l.variant_id, l.warehouse_id, l.on_hand, l.reserved, l.version, l.low_stock_units, v.product_id
    FROM inventory_level l JOIN variant v ON v.id = l.variant_id
    WHERE (l.variant_id, l.warehouse_id) IN (
        SELECT variant_id, warehouse_id
        FROM json_to_recordset(CAST(:rows AS json)) AS g(variant_id uuid, warehouse_id uuid))
    ORDER BY l.variant_id, l.warehouse_id FOR UPDATE OF l
    """
)
_CHANGE = sa.text(
    """
    WITH given AS (
        SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS d(
            variant_id uuid, warehouse_id uuid, units bigint, reason text, reference_id uuid, note text, position int)
    ), changed AS (
        UPDATE inventory_level l SET on_hand = l.on_hand + g.units, version = l.version + 1
        FROM (
            SELECT variant_id, warehouse_id, sum(units)::bigint AS units FROM given GROUP BY variant_id, warehouse_id
        ) g
        WHERE l.variant_id = g.variant_id AND l.warehouse_id = g.warehouse_id
        RETURNING l.variant_id, l.warehouse_id, l.on_hand, l.reserved, l.version, l.low_stock_units
    ), entries AS (
        INSERT INTO inventory_ledger_entry
            (variant_id, warehouse_id, on_hand_change, reserved_change, reason, reference_id, actor, note)
        SELECT variant_id, warehouse_id, units, 0, reason, reference_id, CAST(:actor AS text), note
        FROM given ORDER BY position
    )
    SELECT variant_id, warehouse_id, on_hand, reserved, version, low_stock_units FROM changed
    ORDER BY variant_id, warehouse_id
    """
)

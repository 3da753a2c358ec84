"""From how many units on a level is low."""

import sqlalchemy as sa

from core.problems import Rejected
from models.inventory import InventoryLevel
from services.inventory.events import LowStockReached
from services.inventory.movements.finding import find_movable, find_variants, no_such_sku, no_such_warehouse
from services.inventory.movements.levels import lock_levels
from services.inventory.movements.records import Mover
from services.inventory.problems import BadQuantity
from services.inventory.records import LevelRecord
from services.inventory.rules import LARGEST_QUANTITY
from services.unit_of_work import UnitOfWork


async def set_low_stock_threshold(
    unit: UnitOfWork, *, warehouse: str, sku: str, units: int | None, by: Mover, low_stock_units: int
) -> LevelRecord:
    """Give a level its own threshold, or with None the store's, which is `low_stock_units`.

    A level that is low from now on, and was not before, is announced. Raises `Rejected` (NOT_FOUND, BAD_QUANTITY).
    """
    if units is not None and not 0 <= units <= LARGEST_QUANTITY:
        message = f"A threshold is from 0 to {LARGEST_QUANTITY:,} units."
        raise Rejected(BadQuantity(message=message, path=("units",)))
    warehouse_id = (await find_movable(unit, [warehouse], by=by)).get(warehouse)
    variants = await find_variants(unit, [sku])
    problems = [] if sku in variants else [no_such_sku(sku, "sku")]
    if warehouse_id is None:
        problems.insert(0, no_such_warehouse(warehouse, "warehouse"))
    if problems or warehouse_id is None:
        raise Rejected(*problems)
    place = (variants[sku], warehouse_id)
    level = (await lock_levels(unit, [place], make=[place]))[place]
    before = low_stock_units if level.low_stock_units is None else level.low_stock_units
    after = low_stock_units if units is None else units
    await unit.session.execute(
        sa.update(InventoryLevel)
        .where(InventoryLevel.variant_id == place[0], InventoryLevel.warehouse_id == place[1])
        .values(low_stock_units=units)
    )
    if before < level.available <= after:
        unit.publish(LowStockReached(level.product_id, *place, level.available, after))
    return level.as_record()._replace(low_stock_units=units)

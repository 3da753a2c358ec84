"""What people find in a warehouse that the levels do not say: counted, damaged, lost, found, returned."""

from collections.abc import Sequence

from core.ids import new_id
from core.problems import Problem, Rejected
from models.inventory import LedgerReason
from services.inventory.movements.checks import check_adjustment, over_the_limit
from services.inventory.movements.finding import find_movable, find_variants, no_such_warehouse, unknown_skus
from services.inventory.movements.levels import Change, LockedLevel, Place, change_levels, lock_levels
from services.inventory.movements.problems import InsufficientStock
from services.inventory.movements.records import Adjustment, AdjustmentReason, Movement, Mover
from services.inventory.rules import LARGEST_QUANTITY
from services.unit_of_work import UnitOfWork


async def adjust(
    unit: UnitOfWork,
    *,
    warehouse: str,
    reason: AdjustmentReason,
    lines: Sequence[Adjustment],
    note: str | None = None,
    by: Mover,
    low_stock_units: int,
) -> Movement:
    """Change levels of one warehouse, all lines or none; a count that is right already changes nothing.

    `low_stock_units` is the store's threshold. Raises `Rejected`: NOT_FOUND, BAD_QUANTITY, BAD_ADJUSTMENT,
    BAD_NOTE, NO_LINES, TOO_MANY_LINES, DUPLICATE_SKU, INSUFFICIENT_STOCK (fewer would be left than are
    reserved).
    """
    if problems := check_adjustment(lines, reason, note):
        raise Rejected(*problems)
    places = await _find_places(unit, warehouse, lines, by)
    locked = await lock_levels(unit, places, make=places)
    movement_id = new_id()
    changes: list[Change] = []
    problems = []
    for number, (place, line) in enumerate(zip(places, lines, strict=True)):
        level = locked[place]
        units = line.change if line.change is not None else (line.count or 0) - level.on_hand
        problems += _check_level(level, units, line, number)
        changes.append(Change(place, units, LedgerReason(reason), movement_id, note or None))
    if problems:
        raise Rejected(*problems)
    written = await change_levels(unit, changes, locked, actor=by.actor, low_stock_units=low_stock_units)
    return Movement(movement_id, [written.get(place) or locked[place].as_record() for place in places])


async def _find_places(unit: UnitOfWork, warehouse: str, lines: Sequence[Adjustment], by: Mover) -> Sequence[Place]:
    """The level of each line. Raises `Rejected` (NOT_FOUND) with all names that nothing has."""
    warehouse_id = (await find_movable(unit, [warehouse], by=by)).get(warehouse)
    variants = await find_variants(unit, [line.sku for line in lines])
    problems = unknown_skus(lines, variants)
    if warehouse_id is None:
        problems.insert(0, no_such_warehouse(warehouse, "warehouse"))
    if problems or warehouse_id is None:
        raise Rejected(*problems)
    return [(variants[line.sku], warehouse_id) for line in lines]


def _check_level(level: LockedLevel, units: int, line: Adjustment, number: int) -> list[Problem]:
    field = "count" if line.change is None else "change"
    path = ("lines", str(number), field)
    if level.on_hand + units > LARGEST_QUANTITY:
        return [over_the_limit(*path)]
    if level.on_hand + units < level.reserved:
        message = f"There are {level.on_hand:,} units of {line.sku}, {level.reserved:,} of them reserved."
        return [InsufficientStock(message=message, path=path, sku=line.sku, wanted=-units, available=level.available)]
    return []

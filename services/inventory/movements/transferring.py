"""Units that go from one warehouse to another."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from core.ids import new_id
from core.problems import Problem, Rejected
from models.inventory import LedgerReason
from services.inventory.movements.checks import check_transfer, over_the_limit
from services.inventory.movements.finding import find_movable, find_variants, no_such_warehouse, unknown_skus
from services.inventory.movements.levels import Change, LockedLevel, Place, change_levels, lock_levels
from services.inventory.movements.problems import InsufficientStock, SameWarehouse
from services.inventory.movements.records import Movement, Mover, Units
from services.inventory.rules import LARGEST_QUANTITY
from services.unit_of_work import UnitOfWork


async def transfer(
    unit: UnitOfWork,
    *,
    source: str,
    target: str,
    lines: Sequence[Units],
    note: str | None = None,
    by: Mover,
    low_stock_units: int,
) -> Movement:
    """Move units that are not reserved from one warehouse (by code) to another, all lines or none.

    `low_stock_units` is the store's threshold. Raises `Rejected`: NOT_FOUND, SAME_WAREHOUSE, BAD_QUANTITY, BAD_NOTE,
    NO_LINES, TOO_MANY_LINES, DUPLICATE_SKU, INSUFFICIENT_STOCK.
    """
    problems = check_transfer(lines, note)
    if source == target:
        problems.append(SameWarehouse(message="Stock goes to another warehouse.", path=("to",)))
    if problems:
        raise Rejected(*problems)
    source_id, target_id, variants = await _find(unit, source, target, lines, by)
    froms = [(variants[line.sku], source_id) for line in lines]
    tos = [(variants[line.sku], target_id) for line in lines]
    locked = await lock_levels(unit, [*froms, *tos], make=tos)
    problems = _check_levels(lines, froms, tos, locked)
    if problems:
        raise Rejected(*problems)
    movement_id = new_id()
    changes = [
        Change(place, units, reason, movement_id, note or None)
        for line, left, reached in zip(lines, froms, tos, strict=True)
        for place, units, reason in (
            (left, -line.quantity, LedgerReason.TRANSFER_OUT),
            (reached, line.quantity, LedgerReason.TRANSFER_IN),
        )
    ]
    written = await change_levels(unit, changes, locked, actor=by.actor, low_stock_units=low_stock_units)
    return Movement(movement_id, [written[place] for place in (*froms, *tos)])


async def _find(
    unit: UnitOfWork, source: str, target: str, lines: Sequence[Units], by: Mover
) -> tuple[UUID, UUID, Mapping[str, UUID]]:
    warehouses = await find_movable(unit, [source, target], by=by)
    variants = await find_variants(unit, [line.sku for line in lines])
    problems = [
        no_such_warehouse(code, field) for field, code in (("from", source), ("to", target)) if code not in warehouses
    ] + unknown_skus(lines, variants)
    if problems:
        raise Rejected(*problems)
    return warehouses[source], warehouses[target], variants


def _check_levels(
    lines: Sequence[Units], froms: Sequence[Place], tos: Sequence[Place], locked: Mapping[Place, LockedLevel]
) -> list[Problem]:
    problems: list[Problem] = []
    for number, (line, left, reached) in enumerate(zip(lines, froms, tos, strict=True)):
        path = ("lines", str(number), "quantity")
        available = locked[left].available if left in locked else 0
        if available < line.quantity:
            message = f"{available:,} units of {line.sku} can be moved, {line.quantity:,} are wanted."
            problems.append(
                InsufficientStock(message=message, path=path, sku=line.sku, wanted=line.quantity, available=available)
            )
        elif locked[reached].on_hand + line.quantity > LARGEST_QUANTITY:
            problems.append(over_the_limit(*path))
    return problems

"""Units that were confirmed and go back on their shelves, since the order that had them is none after all."""

from uuid import UUID

from models.inventory import LedgerReason
from models.reservations import ReservationStatus
from services.inventory.movements.levels import Change, change_levels, lock_levels
from services.inventory.reservations.ending import lock
from services.inventory.reservations.queries import find_allocations
from services.unit_of_work import UnitOfWork


async def put_back(unit: UnitOfWork, *, reservation_id: UUID, actor: str | None, low_stock_units: int) -> None:
    """Count the units of a confirmed reservation as there again; of one that ended in another way, there are none.

    The caller sees to it that this happens once: it is told by its order's status, under the order's lock.
    """
    found = (await lock(unit, reservation_id)).reservation
    if found.status != ReservationStatus.CONFIRMED:
        return
    pieces = (await find_allocations(unit.session, [reservation_id])).get(reservation_id, [])
    places = [(one.variant_id, one.warehouse_id) for one in pieces]
    locked = await lock_levels(unit, places)
    changes = [
        Change(place, one.quantity, LedgerReason.RETURNED, reservation_id)
        for place, one in zip(places, pieces, strict=True)
    ]
    await change_levels(unit, changes, locked, actor=actor, low_stock_units=low_stock_units)

"""One hold instead of another, in one transaction: what the first lets go, the second may take."""

from uuid import UUID

import sqlalchemy as sa

from models.reservations import ReservationStatus
from services.inventory.reservations.claims import Claim
from services.inventory.reservations.ending import lock, release
from services.inventory.reservations.records import Granted
from services.inventory.reservations.reserving import reserve
from services.unit_of_work import UnitOfWork


async def exchange(
    unit: UnitOfWork, *, reservation_id: UUID | None, claim: Claim, actor: str | None, low_stock_units: int
) -> Granted:
    """Release a hold if it is one still, and reserve what `claim` asks for. If that is refused, nothing has changed
    for the caller, who rolls back. Raises as `reserve`.

    All levels that either of the two touches are locked first, in the order that all of the store keeps.
    """
    if reservation_id is not None:
        found = (await lock(unit, reservation_id)).reservation
        if found.status == ReservationStatus.HELD:
            values = {"id": reservation_id, "variant_ids": list(claim.demand())}
            await unit.session.execute(_LOCK, values)
            await release(unit, reservation_id=reservation_id, actor=actor)
    return await reserve(unit, claim, low_stock_units=low_stock_units)


_LOCK = sa.text(
    """
    SELECT 1 FROM inventory_level l
    WHERE l.variant_id = ANY(:variant_ids) OR l.variant_id IN (
        SELECT variant_id FROM allocation WHERE reservation_id = :id)
    ORDER BY l.variant_id, l.warehouse_id
    FOR UPDATE
    """
).bindparams(sa.bindparam("variant_ids", type_=sa.ARRAY(sa.Uuid())))

"""The ends of a hold: confirmed, released or expired. A hold ends exactly once.

Locks are taken in the order that all of the store keeps: reservations by id, then levels by variant and warehouse.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.problems import NotFound, Rejected
from models.inventory import LedgerReason
from models.reservations import ReservationStatus
from services.inventory.events import ReservationExpired, StockChanged
from services.inventory.reservations.problems import ReservationEnded
from services.inventory.reservations.records import ReservationRecord
from services.unit_of_work import UnitOfWork

_REASONS = {
    ReservationStatus.CONFIRMED: LedgerReason.CONFIRMATION,
    ReservationStatus.RELEASED: LedgerReason.RELEASE,
    ReservationStatus.EXPIRED: LedgerReason.EXPIRY,
}


class Locked(NamedTuple):
    """A reservation that nobody else can change now, and the database's time."""

    reservation: ReservationRecord
    at: datetime


async def confirm(unit: UnitOfWork, *, reservation_id: UUID, actor: str | None) -> ReservationRecord:
    """Take the units out of stock for good. A hold that is past its time is taken as long as nobody has ended it.

    A repeat answers the same. Raises `Rejected`: NOT_FOUND, RESERVATION_ENDED if it has ended in another way.
    """
    return await _end_one(unit, reservation_id, ReservationStatus.CONFIRMED, actor)


async def confirm_locked(unit: UnitOfWork, found: ReservationRecord, *, actor: str | None) -> None:
    """`confirm` for whoever has locked the reservation, or made it, in this unit."""
    await _end_locked(unit, found, ReservationStatus.CONFIRMED, actor)


async def release(unit: UnitOfWork, *, reservation_id: UUID, actor: str | None) -> ReservationRecord:
    """Let the units be sold to others. A repeat answers the same.

    Raises `Rejected`: NOT_FOUND, RESERVATION_ENDED if it has ended in another way.
    """
    return await _end_one(unit, reservation_id, ReservationStatus.RELEASED, actor)


async def expire_due(unit: UnitOfWork, *, limit: int) -> Sequence[UUID]:
    """End up to `limit` holds that are past their time and that nobody else is just changing; their ids."""
    ids = (await unit.session.scalars(_DUE, {"limit": limit})).all()
    await _expire(unit, ids)
    return ids


async def expire_one(unit: UnitOfWork, *, reservation_id: UUID) -> bool:
    """End one hold if it is past its time and nobody else is just changing it; whether that was so."""
    ids = (await unit.session.scalars(_DUE_ONE, {"id": reservation_id})).all()
    await _expire(unit, ids)
    return bool(ids)


async def list_due(unit: UnitOfWork, *, limit: int) -> Sequence[UUID]:
    """The ids that `expire_due` would take now."""
    return (await unit.session.scalars(_DUE, {"limit": limit})).all()


async def lock(unit: UnitOfWork, reservation_id: UUID) -> Locked:
    """Lock a reservation; raises `Rejected` (NOT_FOUND)."""
    row = (await unit.session.execute(_LOCK, {"id": reservation_id})).one_or_none()
    if row is None:
        message = "There is no such reservation."
        raise Rejected(NotFound(message=message, path=("reservation",), kind="Reservation"))
    *fields, at = row
    return Locked(ReservationRecord._make(fields), at)


def refuse_ended(reservation: ReservationRecord) -> None:
    """Raises `Rejected` (RESERVATION_ENDED) unless the reservation is held."""
    if reservation.status != ReservationStatus.HELD:
        message = f"This reservation was {reservation.status} before."
        raise Rejected(ReservationEnded(message=message, path=("reservation",), status=reservation.status))


async def _end_one(
    unit: UnitOfWork, reservation_id: UUID, status: ReservationStatus, actor: str | None
) -> ReservationRecord:
    found, at = await lock(unit, reservation_id)
    if await _end_locked(unit, found, status, actor, at=at):
        return found._replace(status=status.value, ended_at=at)
    return found


async def _end_locked(
    unit: UnitOfWork,
    found: ReservationRecord,
    status: ReservationStatus,
    actor: str | None,
    *,
    at: datetime | None = None,
) -> bool:
    """End a reservation that this unit has locked; False if it has ended so before. Raises `Rejected`."""
    if found.status == status:
        return False
    refuse_ended(found)
    await _end(unit, [found.id], status, actor, at=at)
    return True


async def _expire(unit: UnitOfWork, ids: Sequence[UUID]) -> None:
    if ids:
        await _end(unit, ids, ReservationStatus.EXPIRED, None)
        unit.publish(*map(ReservationExpired, ids))


async def _end(
    unit: UnitOfWork, ids: Sequence[UUID], status: ReservationStatus, actor: str | None, *, at: datetime | None = None
) -> None:
    """End held reservations that this unit has locked, `at` the time that the caller tells, else now."""
    await unit.session.execute(_LOCK_LEVELS, {"ids": ids})
    values = {
        "ids": ids,
        "status": status.value,
        "reason": _REASONS[status].value,
        "leaves": 1 if status is ReservationStatus.CONFIRMED else 0,
        "actor": actor,
        "at": at,
    }
    changed = await unit.session.execute(_END, values)
    unit.publish(*(StockChanged(product_id, variant_id) for product_id, variant_id in changed))


_DUE = sa.text(
    """
    SELECT id FROM reservation WHERE status = 'held' AND expires_at <= now()
    ORDER BY expires_at LIMIT :limit FOR UPDATE SKIP LOCKED
    """
)
_DUE_ONE = sa.text(
    "SELECT id FROM reservation WHERE id = :id AND status = 'held' AND expires_at <= now() FOR UPDATE SKIP LOCKED"
)
# The clock and not the transaction's beginning: the lock may have been waited for.
_LOCK = sa.text(
    f"SELECT {', '.join(ReservationRecord._fields)}, clock_timestamp() FROM reservation WHERE id = :id FOR UPDATE"
)
_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))
_LOCK_LEVELS = sa.text(
    """
    SELECT 1 FROM inventory_level l
    WHERE (l.variant_id, l.warehouse_id) IN (
        SELECT variant_id, warehouse_id FROM allocation WHERE reservation_id = ANY(:ids))
    ORDER BY l.variant_id, l.warehouse_id
    FOR UPDATE
    """
).bindparams(_IDS)
_END = sa.text(
    """
    WITH piece AS MATERIALIZED (
        SELECT reservation_id, variant_id, warehouse_id, quantity FROM allocation WHERE reservation_id = ANY(:ids)
    ), ended AS (
        UPDATE reservation SET status = :status, ended_at = coalesce(CAST(:at AS timestamptz), clock_timestamp())
        WHERE id = ANY(:ids)
    ), logged AS (
        INSERT INTO inventory_ledger_entry
            (variant_id, warehouse_id, on_hand_change, reserved_change, reason, reference_id, actor)
        SELECT variant_id, warehouse_id, -quantity * CAST(:leaves AS bigint), -quantity, :reason, reservation_id, :actor
        FROM piece
    ), changed AS (
        UPDATE inventory_level AS level SET
            on_hand = level.on_hand - d.quantity * CAST(:leaves AS bigint), reserved = level.reserved - d.quantity,
            version = level.version + 1
        FROM (SELECT variant_id, warehouse_id, sum(quantity) AS quantity FROM piece GROUP BY 1, 2) AS d
        WHERE level.variant_id = d.variant_id AND level.warehouse_id = d.warehouse_id
        RETURNING level.variant_id
    )
    SELECT v.product_id, v.id FROM variant v WHERE v.id IN (SELECT variant_id FROM changed)
    """
).bindparams(_IDS)

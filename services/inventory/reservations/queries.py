"""SQL reads of reservations; each is one statement for many keys."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from core.problems import NotFound, Rejected
from models.reservations import Allocation, Reservation, ReservationLine
from services.inventory.reservations.records import (
    AllocationRecord,
    Granted,
    HoldCounts,
    ReservationLineRecord,
    ReservationRecord,
)
from services.unit_of_work import ReadSession, UnitOfWork

_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))
_RESERVATIONS = sa.select(*(getattr(Reservation, name) for name in ReservationRecord._fields))
_BY_ID = _RESERVATIONS.where(Reservation.id == sa.any_(_IDS))
_LINES = (
    sa.select(*(getattr(ReservationLine, name) for name in ReservationLineRecord._fields))
    .where(ReservationLine.reservation_id == sa.any_(_IDS))
    .order_by(ReservationLine.reservation_id, ReservationLine.variant_id)
)
_ALLOCATIONS = (
    sa.select(*(getattr(Allocation, name) for name in AllocationRecord._fields))
    .where(Allocation.reservation_id == sa.any_(_IDS))
    .order_by(Allocation.reservation_id, Allocation.variant_id, Allocation.warehouse_id)
)


async def find_reservations(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, ReservationRecord]:
    rows = await session.execute(_BY_ID, {"ids": ids})
    return {row.id: ReservationRecord._make(row) for row in rows}


async def get(unit: UnitOfWork, reservation_id: UUID) -> ReservationRecord:
    """The reservation as this unit sees it; raises `Rejected` (NOT_FOUND)."""
    found = (await find_reservations(unit.session, [reservation_id])).get(reservation_id)
    if found is None:
        message = "There is no such reservation."
        raise Rejected(NotFound(message=message, path=("reservation",), kind="Reservation"))
    return found


async def find_lines(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, list[ReservationLineRecord]]:
    """The lines of reservations, by variant."""
    found: dict[UUID, list[ReservationLineRecord]] = {}
    for row in await session.execute(_LINES, {"ids": ids}):
        found.setdefault(row.reservation_id, []).append(ReservationLineRecord._make(row))
    return found


async def find_allocations(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, list[AllocationRecord]]:
    """The allocations of reservations, by variant and warehouse."""
    found: dict[UUID, list[AllocationRecord]] = {}
    for row in await session.execute(_ALLOCATIONS, {"ids": ids}):
        found.setdefault(row.reservation_id, []).append(AllocationRecord._make(row))
    return found


async def find_granted(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, Granted]:
    """Reservations with all that is held by them."""
    if not ids:
        return {}
    reservations = await find_reservations(session, ids)
    lines, allocations = await find_lines(session, ids), await find_allocations(session, ids)
    return {key: Granted(one, lines.get(key, ()), allocations.get(key, ())) for key, one in reservations.items()}


async def list_reservations(
    session: ReadSession, *, first: int, after: UUID | None, status: str | None, variant_id: UUID | None
) -> Sequence[ReservationRecord]:
    """The newest reservations first, older than `after`; of one status, and of those that want a variant."""
    statement = _RESERVATIONS.order_by(Reservation.id.desc()).limit(first)
    if after is not None:
        statement = statement.where(Reservation.id < after)
    if status is not None:
        statement = statement.where(Reservation.status == status)
    if variant_id is not None:
        holding = sa.select(Allocation.reservation_id).where(Allocation.variant_id == variant_id)
        statement = statement.where(Reservation.id.in_(holding))
    return [ReservationRecord._make(row) for row in await session.execute(statement)]


async def count_holds(session: ReadSession) -> HoldCounts:
    """How many reservations are held now."""
    return HoldCounts._make((await session.execute(_COUNT_HOLDS)).one())


_COUNT_HOLDS = sa.text(
    """
    SELECT count(*) FILTER (WHERE expires_at > now()), count(*) FILTER (WHERE expires_at <= now())
    FROM reservation WHERE status = 'held'
    """
)

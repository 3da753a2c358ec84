"""Loaders of reservations and of what they hold."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from loaders.batch import Batch, OptionalBatch
from services.inventory.reservations import (
    AllocationRecord,
    ReservationLineRecord,
    ReservationRecord,
    find_allocations,
    find_lines,
    find_reservations,
)
from services.unit_of_work import ReadSession


class ReservationById(OptionalBatch[UUID, ReservationRecord]):
    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, ReservationRecord]:
        return await find_reservations(session, keys)


class LinesByReservation(Batch[UUID, Sequence[ReservationLineRecord]]):
    """What is held, by variant."""

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, Sequence[ReservationLineRecord]]:
        return await find_lines(session, keys)

    def missing(self, key: UUID) -> Sequence[ReservationLineRecord]:
        return ()


class AllocationsByReservation(Batch[UUID, Sequence[AllocationRecord]]):
    """Which warehouse serves what."""

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, Sequence[AllocationRecord]]:
        return await find_allocations(session, keys)

    def missing(self, key: UUID) -> Sequence[AllocationRecord]:
        return ()

"""Plain rows of reservations as reads return them, and what a claim is answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from core.problems import Problem


class ReservationRecord(NamedTuple):
    """`status` is one of `models.reservations.ReservationStatus`."""

    id: UUID
    status: str
    expires_at: datetime
    extensions: int
    reference: str | None
    actor: str | None
    created_at: datetime
    ended_at: datetime | None


class ReservationLineRecord(NamedTuple):
    """Units of one variant: `quantity` are held of the `wanted`."""

    reservation_id: UUID
    variant_id: UUID
    wanted: int
    quantity: int


class AllocationRecord(NamedTuple):
    """Units of one variant that one warehouse serves."""

    reservation_id: UUID
    variant_id: UUID
    warehouse_id: UUID
    quantity: int


class Granted(NamedTuple):
    """A claim that got its units, or a part of them if it allowed that. `is_repeat`: it got them earlier."""

    reservation: ReservationRecord
    lines: Sequence[ReservationLineRecord]
    allocations: Sequence[AllocationRecord]
    is_repeat: bool = False


class Refused(NamedTuple):
    """A claim that got nothing, and why."""

    problems: Sequence[Problem]


class HoldCounts(NamedTuple):
    """Holds whose time is not over, and those that are past it and not ended yet."""

    active: int
    overdue: int

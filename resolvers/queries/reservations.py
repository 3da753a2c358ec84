"""Reservations as operators see them: the list, and the fields of one."""

from collections.abc import Awaitable, Sequence
from typing import Annotated, Protocol
from uuid import UUID

import strawberry

from core.ids import decode_id_of
from core.paging import Page, binding, decode_id
from models.reservations import ReservationStatus
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.paging import list_page
from services.accounts.tokens import Role
from services.catalog.records import VariantRecord
from services.inventory.records import WarehouseRecord
from services.inventory.reservations import (
    AllocationRecord,
    ReservationLineRecord,
    ReservationRecord,
    list_reservations,
)


class _OfVariant(Protocol):
    @property
    def variant_id(self) -> UUID: ...


class _WithStatus(Protocol):
    @property
    def status(self) -> str: ...


def reservations(
    root: object,
    info: Info,
    *,
    status: Annotated[
        ReservationStatus | None, strawberry.argument(description="Only those in this part of their life.")
    ] = None,
    variant: Annotated[strawberry.ID | None, strawberry.argument(description="Only those that hold this.")] = None,
    first: First = None,
    after: After = None,
) -> Awaitable[Page[ReservationRecord]]:
    variant_id = None if variant is None else decode_id_of("Variant", variant)
    chosen = None if status is None else status.value
    return list_page(
        info,
        binding("reservations", status, variant),
        first=first,
        after=after,
        decode=decode_id,
        position=lambda row: [str(row.id)],
        read=lambda session, size, start: list_reservations(
            session, first=size, after=start, status=chosen, variant_id=variant_id
        ),
    )


async def visible_reservation(info: Info, key: UUID) -> ReservationRecord | None:
    """The reservation, for operators; for others there is none."""
    if info.context.principal.role is not Role.OPERATOR:
        return None
    return await info.context.loaders.reservation_by_id.load(key)


def status(root: _WithStatus, info: Info) -> ReservationStatus:
    return ReservationStatus(root.status)


def lines(root: ReservationRecord, info: Info) -> Awaitable[Sequence[ReservationLineRecord]]:
    return info.context.loaders.lines_by_reservation.load(root.id)


def allocations(root: ReservationRecord, info: Info) -> Awaitable[Sequence[AllocationRecord]]:
    return info.context.loaders.allocations_by_reservation.load(root.id)


def variant(root: _OfVariant, info: Info) -> Awaitable[VariantRecord | None]:
    return info.context.loaders.variant_by_id.load(root.variant_id)


def warehouse(root: AllocationRecord, info: Info) -> Awaitable[WarehouseRecord | None]:
    return info.context.loaders.warehouse_by_id.load(root.warehouse_id)

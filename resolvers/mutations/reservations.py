"""Mutations of reservations."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import strawberry

from core.ids import decode_id_of
from core.problems import Rejected
from resolvers.context import Info
from resolvers.filters import bounded
from resolvers.mutation import Outcome, attempt, commit_once
from schema.inputs.reservations import (
    ConfirmReservationInput,
    ExtendReservationInput,
    ReleaseReservationInput,
    ReserveStockInput,
)
from services.delivery import PlaceRecord, find_place
from services.delivery.problems import NotDeliverable, PostalCodeUnknown
from services.inventory import reservations
from services.inventory.reservations import Claim, ReservationRecord, Wanted
from services.unit_of_work import UnitOfWork


async def reserve_stock(
    info: Info, input: Annotated[ReserveStockInput, strawberry.argument(description="What to hold.")]
) -> Outcome[ReservationRecord]:
    wanted = [Wanted(decode_id_of("Variant", line.variant), line.quantity) for line in bounded("lines", input.lines)]
    try:
        place = await _place(info, input)
        granted = await info.context.reservation_desk().reserve(
            Claim(
                wanted=wanted,
                hold=_hold(info),
                ranking=place.warehouse_ids,
                reference=input.reference,
                actor=info.context.principal.subject,
                attempt=attempt(info, "reserveStock", input.idempotency_key, strawberry.asdict(input)),
                allow_partial=input.allow_partial,
            )
        )
    except Rejected as refusal:
        return Outcome(None, refusal.problems)
    info.context.renew_loaders()
    return Outcome(granted.reservation, ())


async def confirm_reservation(
    info: Info, input: Annotated[ConfirmReservationInput, strawberry.argument(description="Which one.")]
) -> Outcome[ReservationRecord]:
    key, actor = decode_id_of("Reservation", input.reservation), info.context.principal.subject
    return await _once(
        info,
        "confirmReservation",
        input,
        lambda unit: reservations.confirm(unit, reservation_id=key, actor=actor),
    )


async def release_reservation(
    info: Info, input: Annotated[ReleaseReservationInput, strawberry.argument(description="Which one.")]
) -> Outcome[ReservationRecord]:
    key, actor = decode_id_of("Reservation", input.reservation), info.context.principal.subject
    return await _once(
        info,
        "releaseReservation",
        input,
        lambda unit: reservations.release(unit, reservation_id=key, actor=actor),
    )


async def extend_reservation(
    info: Info, input: Annotated[ExtendReservationInput, strawberry.argument(description="Which one.")]
) -> Outcome[ReservationRecord]:
    key, most = decode_id_of("Reservation", input.reservation), info.context.settings.inventory.most_extensions
    return await _once(
        info,
        "extendReservation",
        input,
        lambda unit: reservations.extend(unit, reservation_id=key, hold=_hold(info), most_extensions=most),
    )


async def _once(
    info: Info,
    mutation: str,
    input: ConfirmReservationInput | ReleaseReservationInput | ExtendReservationInput,
    command: Callable[[UnitOfWork], Awaitable[ReservationRecord]],
) -> Outcome[ReservationRecord]:
    return await commit_once(
        info,
        attempt(info, mutation, input.idempotency_key, strawberry.asdict(input)),
        command,
        answer=lambda row: {"reservation": str(row.id)},
        restore=_restore,
    )


# What was kept of the first answer is JSON, hence Any.
async def _restore(unit: UnitOfWork, answer: Mapping[str, Any]) -> ReservationRecord:
    return await reservations.get(unit, UUID(answer["reservation"]))


async def _place(info: Info, input: ReserveStockInput) -> PlaceRecord:
    """The place that the units go to; raises `Rejected` (POSTAL_CODE_UNKNOWN, NOT_DELIVERABLE)."""
    country = info.context.settings.delivery.country if input.country is None else input.country
    async with info.context.database.read() as session:
        place = await find_place(session, country=country, code=input.postal_code)
    path = ("postalCode",)
    if place is None:
        raise Rejected(PostalCodeUnknown(message="There is no such postal code in this country.", path=path))
    if not place.warehouse_ids:
        raise Rejected(NotDeliverable(message="No warehouse delivers to this postal code.", path=path))
    return place


def _hold(info: Info) -> timedelta:
    return timedelta(minutes=info.context.settings.inventory.hold_minutes)

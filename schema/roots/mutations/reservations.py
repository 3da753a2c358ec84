"""Mutations of reservations."""

import strawberry

from resolvers.mutations import reservations
from schema.base import resolved_by
from schema.types.reservations import (
    ConfirmReservationPayload,
    ExtendReservationPayload,
    ReleaseReservationPayload,
    ReserveStockPayload,
)
from services.accounts.tokens import Role

_ONCE = "BAD_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_REUSED."


@strawberry.type(description="What can be changed of reservations.")
class ReservationMutations:
    reserve_stock: ReserveStockPayload = resolved_by(
        reservations.reserve_stock,
        description="Hold units for somebody, all or nothing unless a part is allowed, from the warehouses nearest to "
        "a postal code. Codes: OUT_OF_STOCK (an OutOfStockError for each short line), NOT_FOUND, NOT_SOLD, "
        "BAD_QUANTITY, NOTHING_WANTED, BAD_REFERENCE, POSTAL_CODE_UNKNOWN, NOT_DELIVERABLE, STOCK_BUSY (others keep "
        "the units locked; try again), " + _ONCE,
        requires=Role.OPERATOR,
    )
    confirm_reservation: ConfirmReservationPayload = resolved_by(
        reservations.confirm_reservation,
        description="Take held units out of stock for good. A hold that is past its time is taken as long as the store "
        "has not ended it. Codes: NOT_FOUND, RESERVATION_ENDED, " + _ONCE,
        requires=Role.OPERATOR,
    )
    release_reservation: ReleaseReservationPayload = resolved_by(
        reservations.release_reservation,
        description="Let held units be sold to others. Codes: NOT_FOUND, RESERVATION_ENDED, " + _ONCE,
        requires=Role.OPERATOR,
    )
    extend_reservation: ExtendReservationPayload = resolved_by(
        reservations.extend_reservation,
        description="Hold units for as long again as a new hold lasts; the store says how often. "
        "Codes: NOT_FOUND, RESERVATION_ENDED, ALREADY_EXTENDED, HOLD_EXPIRED, " + _ONCE,
        requires=Role.OPERATOR,
    )

"""Reservations in the graph."""

from datetime import datetime

import strawberry

from models.reservations import ReservationStatus
from resolvers.fields import paging
from resolvers.queries import reservations as queries
from schema.base import Node, field, id_of, resolved_by, view_of
from schema.describe import describe_enum
from schema.types.errors import ERROR_TYPES, UserError, error_of
from schema.types.inventory import Warehouse
from schema.types.paging import PageInfo
from schema.types.products import Variant
from services.inventory.reservations import ReservationRecord
from services.inventory.reservations.problems import OutOfStock, ReservationEnded

describe_enum(
    ReservationStatus,
    name="ReservationStatus",
    description="Where a reservation is in its life. It begins held and ends once.",
    meanings={
        ReservationStatus.HELD: "Its units are set aside.",
        ReservationStatus.CONFIRMED: "Its units have left stock for good.",
        ReservationStatus.RELEASED: "Somebody has let its units go.",
        ReservationStatus.EXPIRED: "Its time was over, and the store has let its units go.",
    },
)


@strawberry.type(description="Units of one variant in a reservation.")
class ReservationLine:
    variant: Variant | None = resolved_by(queries.variant, description="The variant. Null if it is gone.")
    wanted: int = field("How many were asked for.")
    quantity: int = field("How many are held; fewer than wanted only where a part was allowed.")


@strawberry.type(description="Units of one variant that one warehouse serves.")
class Allocation:
    variant: Variant | None = resolved_by(queries.variant, description="The variant. Null if it is gone.")
    warehouse: Warehouse | None = resolved_by(queries.warehouse, description="Where the units are.")
    quantity: int = field("How many.")


@strawberry.type(description="Units that are set aside for somebody for a while.")
class Reservation(Node):
    id: strawberry.ID = id_of("Reservation")
    status: ReservationStatus = resolved_by(queries.status, description="Where it is in its life.")
    reference: str | None = field("The caller's own name for it.")
    actor: str | None = field("Who asked for it.")
    lines: list[ReservationLine] = resolved_by(queries.lines, description="What is held, by variant.")
    allocations: list[Allocation] = resolved_by(queries.allocations, description="Which warehouse serves what.")
    extensions: int = field("How often it was prolonged.")
    created_at: datetime = field("Since when the units are set aside.")
    expires_at: datetime = field("When its time is over; the store ends it within seconds of that.")
    ended_at: datetime | None = field("When it ended; null while it is held.")
    is_type_of = view_of(ReservationRecord)


@strawberry.type(description="A reservation in a list.")
class ReservationEdge:
    node: Reservation = field("The reservation.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of reservations, newest first.")
class ReservationConnection:
    edges: list[ReservationEdge] = field("The reservations of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="Fewer units can be had than are wanted.")
class OutOfStockError(UserError):
    variant: Variant | None = resolved_by(queries.variant, description="The variant.")
    wanted: int = field("How many were wanted.")
    available: int = field("How many could be had, from all warehouses that deliver to the place.")
    is_type_of = error_of(OutOfStock)


@strawberry.type(description="The reservation has ended before, in another way.")
class ReservationEndedError(UserError):
    status: ReservationStatus = resolved_by(queries.status, description="How it ended.")
    is_type_of = error_of(ReservationEnded)


@strawberry.type(description="The reservation that was made.")
class ReserveStockPayload:
    reservation: Reservation | None = field("The reservation; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The reservation as it is now.")
class ConfirmReservationPayload:
    reservation: Reservation | None = field("The reservation; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The reservation as it is now.")
class ReleaseReservationPayload:
    reservation: Reservation | None = field("The reservation; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The reservation as it is now.")
class ExtendReservationPayload:
    reservation: Reservation | None = field("The reservation; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


ERROR_TYPES += [OutOfStockError, ReservationEndedError]

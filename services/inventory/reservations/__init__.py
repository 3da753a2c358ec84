"""Reservations: units that are held for somebody, who then takes them or lets them go."""

from services.inventory.reservations.claims import Claim, Wanted
from services.inventory.reservations.desk import ReservationDesk
from services.inventory.reservations.ending import (
    confirm,
    confirm_locked,
    expire_due,
    expire_one,
    list_due,
    lock,
    release,
)
from services.inventory.reservations.exchanging import exchange
from services.inventory.reservations.extending import extend
from services.inventory.reservations.queries import (
    count_holds,
    find_allocations,
    find_lines,
    find_reservations,
    get,
    list_reservations,
)
from services.inventory.reservations.records import (
    AllocationRecord,
    Granted,
    HoldCounts,
    Refused,
    ReservationLineRecord,
    ReservationRecord,
)
from services.inventory.reservations.reserving import reserve, reserve_many
from services.inventory.reservations.returning import put_back

__all__ = [
    "AllocationRecord",
    "Claim",
    "Granted",
    "HoldCounts",
    "Refused",
    "ReservationDesk",
    "ReservationLineRecord",
    "ReservationRecord",
    "Wanted",
    "confirm",
    "confirm_locked",
    "count_holds",
    "exchange",
    "expire_due",
    "expire_one",
    "extend",
    "find_allocations",
    "find_lines",
    "find_reservations",
    "get",
    "list_due",
    "list_reservations",
    "lock",
    "put_back",
    "release",
    "reserve",
    "reserve_many",
]

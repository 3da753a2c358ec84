"""Plain rows of delivery as reads return them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from core.money import Money


class PlaceRecord(NamedTuple):
    """A postal code that exists. `warehouse_ids` are the active warehouses that can serve it, nearest first."""

    country: str
    code: str
    zone_id: UUID
    warehouse_ids: Sequence[UUID]


class OptionRecord(NamedTuple):
    """One way to have something delivered to a place. From several warehouses, prices add up and the slowest counts."""

    method_id: UUID
    code: str
    method: str
    carrier: str
    price: Money
    min_days: int
    max_days: int
    warehouse_ids: Sequence[UUID]


class LaneRecord(NamedTuple):
    """A cell of the matrix, with the names of its parts."""

    warehouse: str
    distance_km: int
    carrier: str
    method: str
    price: Money
    min_days: int
    max_days: int


class ZoneRecord(NamedTuple):
    id: UUID
    country: str
    code: str
    name: str
    latitude: float | None
    longitude: float | None
    postal_codes: int


class PostalCodeRecord(NamedTuple):
    country: str
    code: str
    place: str | None
    latitude: float | None
    longitude: float | None


class CarrierRecord(NamedTuple):
    id: UUID
    code: str
    name: str
    is_active: bool
    countries: Sequence[str]


class RateRecord(NamedTuple):
    up_to_km: int
    price: Money
    min_days: int
    max_days: int


class MethodRecord(NamedTuple):
    """A carrier's service with its rates, the nearest first."""

    id: UUID
    carrier_id: UUID
    code: str
    name: str
    is_active: bool
    crosses_borders: bool
    rates: Sequence[RateRecord]


class MatrixRecord(NamedTuple):
    version: int
    computed_at: datetime

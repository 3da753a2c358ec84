"""Plain rows of delivery as reads return them."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID


class PlaceRecord(NamedTuple):
    """A postal code that exists. `warehouse_ids` are the active warehouses that can serve it, nearest first."""

    country: str
    code: str
    zone_id: UUID
    warehouse_ids: Sequence[UUID]

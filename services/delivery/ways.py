"""How parcels get from given warehouses to a place: for who knows already where the units come from."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from core.money import Money
from services.delivery.places import PlaceKey
from services.delivery.records import OptionRecord
from services.unit_of_work import ReadSession


async def find_ways(
    session: ReadSession, place: PlaceKey, warehouse_ids: Sequence[UUID], *, currency: str
) -> Mapping[UUID, Sequence[OptionRecord]]:
    """The ways from each warehouse, the cheapest first, of equally dear ones the faster; one statement for all.

    A warehouse from which nothing reaches the place is not in the answer.
    """
    values = {**place._asdict(), "ids": list(warehouse_ids), "currency": currency}
    found: dict[UUID, list[OptionRecord]] = {}
    for row in await session.execute(_WAYS, values):
        price = Money(row.price_minor, currency)
        option = OptionRecord(
            row.method_id, row.code, row.method, row.carrier, price, row.min_days, row.max_days, [row.warehouse_id]
        )
        found.setdefault(row.warehouse_id, []).append(option)
    return found


_WAYS = sa.text(
    """
    SELECT l.warehouse_id, l.method_id, m.code, m.name AS method, c.name AS carrier, l.price_minor, l.min_days,
        l.max_days
    FROM postal_code p
    JOIN delivery_lane l ON l.zone_id = p.zone_id AND l.currency = :currency AND l.warehouse_id = ANY(:ids)
    JOIN delivery_method m ON m.id = l.method_id AND m.is_active
    JOIN carrier c ON c.id = m.carrier_id AND c.is_active
    WHERE p.country = :country AND p.code = :code
    ORDER BY l.warehouse_id, l.price_minor, l.max_days, l.min_days, m.code, c.code
    """
).bindparams(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid())))

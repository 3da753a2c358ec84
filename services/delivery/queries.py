"""SQL reads of zones, carriers and the matrix."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.money import Money
from models.delivery import Carrier, DeliveryMatrix, DeliveryMethod, DeliveryZone, PostalCode
from services.delivery.places import PlaceKey
from services.delivery.records import (
    CarrierRecord,
    LaneRecord,
    MatrixRecord,
    MethodRecord,
    PostalCodeRecord,
    RateRecord,
    ZoneRecord,
)
from services.unit_of_work import ReadSession


class ZonePlace(NamedTuple):
    """Where a zone stands in the list of all: by country, then by code."""

    country: str
    code: str


async def list_zones(
    session: ReadSession, *, first: int, after: ZonePlace | None, country: str | None = None
) -> Sequence[ZoneRecord]:
    """Zones by country and code."""
    statement = _ZONES.order_by(DeliveryZone.country, DeliveryZone.code).limit(first)
    if country is not None:
        statement = statement.where(DeliveryZone.country == country)
    if after is not None:
        statement = statement.where(sa.tuple_(DeliveryZone.country, DeliveryZone.code) > sa.tuple_(*after))
    return [ZoneRecord._make(row) for row in await session.execute(statement)]


async def get_zone(session: ReadSession, id: UUID) -> ZoneRecord:
    """A zone that exists."""
    return ZoneRecord._make((await session.execute(_ZONES.where(DeliveryZone.id == id))).one())


async def find_postal_codes(
    session: ReadSession, zones: Sequence[UUID], *, first: int, after: str | None
) -> Mapping[UUID, Sequence[PostalCodeRecord]]:
    """The first codes of each zone behind `after`, in the order of codes."""
    found: dict[UUID, list[PostalCodeRecord]] = {}
    values = {"ids": list(zones), "first": first, "after": after or ""}
    for zone_id, *rest in await session.execute(_POSTAL_CODES, values):
        found.setdefault(zone_id, []).append(PostalCodeRecord._make(rest))
    return found


async def list_carriers(session: ReadSession, *, first: int, after: UUID | None) -> Sequence[CarrierRecord]:
    """Carriers, oldest first."""
    statement = _CARRIERS.order_by(Carrier.id).limit(first)
    if after is not None:
        statement = statement.where(Carrier.id > after)
    return [CarrierRecord._make(row) for row in await session.execute(statement)]


async def find_carriers(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, CarrierRecord]:
    rows = await session.execute(_CARRIERS.where(Carrier.id == sa.any_(_IDS)), {"ids": list(ids)})
    return {row.id: CarrierRecord._make(row) for row in rows}


async def find_methods(session: ReadSession, carriers: Sequence[UUID]) -> Mapping[UUID, Sequence[MethodRecord]]:
    """Each carrier's methods with their rates, oldest first."""
    found: dict[UUID, list[MethodRecord]] = {}
    for row in await session.execute(_METHODS, {"ids": list(carriers)}):
        found.setdefault(row.carrier_id, []).append(_method(row))
    return found


async def get_matrix(session: ReadSession) -> MatrixRecord:
    return MatrixRecord._make((await session.execute(_MATRIX)).one())


async def count_lanes(session: ReadSession) -> int:
    """How many rows the matrix has; reads an index from end to end."""
    return int(await session.scalar(sa.text("SELECT count(*) FROM delivery_lane")) or 0)


async def list_lanes(session: ReadSession, place: PlaceKey) -> Sequence[LaneRecord] | None:
    """Everything that serves a place, the nearest first; None if the postal code does not exist."""
    rows = (await session.execute(_LANES, place._asdict())).all()
    if not rows:
        return None
    return [
        LaneRecord(
            row.warehouse,
            row.distance_km,
            row.carrier,
            row.method,
            Money(row.price_minor, row.currency),
            row.min_days,
            row.max_days,
        )
        for row in rows
        if row.warehouse is not None
    ]


# A row's attributes are the statement's columns, hence Any.
def _method(row: Any) -> MethodRecord:
    rates = [
        RateRecord(rate["up_to_km"], Money(rate["price_minor"], rate["currency"]), rate["min_days"], rate["max_days"])
        for rate in row.rates
    ]
    return MethodRecord(row.id, row.carrier_id, row.code, row.name, row.is_active, row.crosses_borders, rates)


_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))
_COUNT = (
    sa.select(sa.func.count())
    .select_from(PostalCode)
    .where(PostalCode.zone_id == DeliveryZone.id)
    .correlate(DeliveryZone)
    .scalar_subquery()
)
_ZONES = sa.select(
    DeliveryZone.id,
    DeliveryZone.country,
    DeliveryZone.code,
    DeliveryZone.name,
    DeliveryZone.latitude,
    DeliveryZone.longitude,
    _COUNT.label("postal_codes"),
)
_CARRIERS = sa.select(Carrier.id, Carrier.code, Carrier.name, Carrier.is_active, Carrier.countries)
_POSTAL_CODES = sa.text(
    """
    SELECT z.id, p.country, p.code, p.place, p.latitude, p.longitude
    FROM unnest(:ids) AS z(id) CROSS JOIN LATERAL (
        SELECT * FROM postal_code c WHERE c.zone_id = z.id AND c.code > :after ORDER BY c.code LIMIT :first) AS p
    ORDER BY z.id, p.code
    """
).bindparams(_IDS)
_METHODS = (
    sa.select(
        DeliveryMethod.id,
        DeliveryMethod.carrier_id,
        DeliveryMethod.code,
        DeliveryMethod.name,
        DeliveryMethod.is_active,
        DeliveryMethod.crosses_borders,
        sa.text(
            "COALESCE((SELECT json_agg(r ORDER BY r.up_to_km) FROM delivery_rate r "
            "WHERE r.method_id = delivery_method.id), '[]') AS rates"
        ),
    )
    .where(DeliveryMethod.carrier_id == sa.any_(_IDS))
    .order_by(DeliveryMethod.carrier_id, DeliveryMethod.id)
)
_LANES = sa.text(
    """
    SELECT l.warehouse, l.distance_km, l.carrier, l.method, l.price_minor, l.currency, l.min_days, l.max_days
    FROM postal_code p LEFT JOIN LATERAL (
        SELECT w.code AS warehouse, c.name AS carrier, m.name AS method, l.* FROM delivery_lane l
        JOIN warehouse w ON w.id = l.warehouse_id JOIN delivery_method m ON m.id = l.method_id
        JOIN carrier c ON c.id = m.carrier_id
        WHERE l.zone_id = p.zone_id) AS l ON true
    WHERE p.country = :country AND p.code = :code
    ORDER BY l.distance_km, l.warehouse, l.price_minor, l.method
    """
)
_MATRIX = sa.select(DeliveryMatrix.version, DeliveryMatrix.computed_at)

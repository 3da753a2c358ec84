"""Writes of zones and their postal codes by operators. Each has the lanes concerned computed again by a job."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core.ids import new_id
from core.names import check_names
from core.places import COUNTRY_RULE, BadCountry, normalize_country, normalize_postal_code
from core.problems import NotFound, Problem, Rejected
from core.recordset import as_recordset
from models.delivery import DeliveryLane, DeliveryZone, PostalCode
from services.delivery.codes import lock_map, place_zones
from services.delivery.matrix import Scope, bump_version, enqueue_recompute
from services.delivery.problems import CodeTaken, PostalCodeTaken, PostalCodeUnknown
from services.delivery.queries import get_zone
from services.delivery.records import ZoneRecord
from services.delivery.rules import PostalCodeDraft, check_postal_codes
from services.unit_of_work import UnitOfWork


async def save_zone(
    unit: UnitOfWork,
    *,
    code: str,
    name: str,
    country: str,
    add: Sequence[PostalCodeDraft] = (),
    remove: Sequence[str] = (),
    move: bool = False,
    id: UUID | None = None,
) -> ZoneRecord:
    """Make a zone, or with an `id` change that one; give it postal codes and delete others of it.

    A code that is in it already is brought up to date. With `move`, codes of other zones come over. Raises `Rejected`:
    BadCode, BadName, BadCountry, BadPostalCode, BadCoordinates, TooMany; else NotFound, CodeTaken, PostalCodeTaken,
    PostalCodeUnknown.
    """
    nation = normalize_country(country)
    problems = check_names(code=code, name=name) + check_postal_codes(add, remove, country=nation)
    if not nation:
        problems.append(BadCountry(message=COUNTRY_RULE, path=("country",)))
    if problems:
        raise Rejected(*problems)
    await lock_map(unit)
    key = await _save_row(unit, id=id, code=code, name=name.strip(), country=nation)
    added = {normalize_postal_code(one.code, country=nation): one for one in add}
    removed = [normalize_postal_code(text, country=nation) for text in remove]
    former = await _zones_of(unit, [*added, *removed], nation)
    if problems := _misplaced(list(added), removed, former, zone=key, move=move):
        raise Rejected(*problems)
    await _write_codes(unit, added, removed, country=nation, zone=key)
    concerned = sorted({key, *former.values()})
    await place_zones(unit, concerned)
    await bump_version(unit)
    await enqueue_recompute(unit, Scope(zones=concerned))
    return await get_zone(unit.session, key)


async def delete_zone(unit: UnitOfWork, *, id: UUID) -> UUID:
    """Delete a zone with its postal codes, which do not exist any more then; returns its id.

    Raises `Rejected`: NotFound.
    """
    await lock_map(unit)
    await unit.session.execute(sa.delete(PostalCode).where(PostalCode.zone_id == id))
    statement = sa.delete(DeliveryZone).where(DeliveryZone.id == id).returning(DeliveryZone.id)
    if (await unit.session.execute(statement)).scalar_one_or_none() is None:
        raise Rejected(NotFound(message="There is no such DeliveryZone.", path=("id",), kind="DeliveryZone"))
    await unit.session.execute(sa.delete(DeliveryLane).where(DeliveryLane.zone_id == id))
    await bump_version(unit)
    # A computation that runs now may write its lanes once more.
    await enqueue_recompute(unit, Scope(zones=[id]))
    return id


async def _save_row(unit: UnitOfWork, *, id: UUID | None, code: str, name: str, country: str) -> UUID:
    """The zone's id. All changes of zones hold the map's lock, so what is read here stays true."""
    found = sa.select(DeliveryZone.id).where(DeliveryZone.country == country, DeliveryZone.code == code)
    other = (await unit.session.execute(found)).scalar_one_or_none()
    if other is not None and other != id:
        raise Rejected(CodeTaken(message=f"{country} has a zone with this code already.", path=("code",)))
    if id is None:
        key = new_id()
        await unit.session.execute(insert(DeliveryZone).values(id=key, code=code, name=name, country=country))
        return key
    present = await unit.session.scalar(sa.select(DeliveryZone.country).where(DeliveryZone.id == id))
    if present is None:
        raise Rejected(NotFound(message="There is no such DeliveryZone.", path=("id",), kind="DeliveryZone"))
    if present != country:
        message = f"The zone is in {present}; its postal codes cannot be another country's."
        raise Rejected(BadCountry(message=message, path=("country",)))
    await unit.session.execute(sa.update(DeliveryZone).where(DeliveryZone.id == id).values(code=code, name=name))
    return id


async def _zones_of(unit: UnitOfWork, codes: Sequence[str], country: str) -> dict[str, UUID]:
    asked = sa.bindparam("codes", list(codes), type_=sa.ARRAY(sa.Text()))
    statement = sa.select(PostalCode.code, PostalCode.zone_id).where(
        PostalCode.country == country, PostalCode.code == sa.any_(asked)
    )
    return {row.code: row.zone_id for row in await unit.session.execute(statement)}


def _misplaced(
    added: Sequence[str], removed: Sequence[str], former: dict[str, UUID], *, zone: UUID, move: bool
) -> list[Problem]:
    """Codes that would be taken from another zone unasked, or that the zone cannot lose."""
    taken: list[Problem] = [
        PostalCodeTaken(message=f"{code} is in another zone.", path=("addPostalCodes", str(index)))
        for index, code in enumerate(added)
        if not move and former.get(code, zone) != zone
    ]
    return taken + [
        PostalCodeUnknown(message=f"{code} is not in this zone.", path=("removePostalCodes", str(index)))
        for index, code in enumerate(removed)
        if former.get(code) != zone
    ]


async def _write_codes(
    unit: UnitOfWork, added: dict[str, PostalCodeDraft], removed: Sequence[str], *, country: str, zone: UUID
) -> None:
    rows = as_recordset([{**draft._asdict(), "code": code} for code, draft in added.items()])
    await unit.session.execute(_ADD, {"rows": rows, "country": country, "zone": zone})
    await unit.session.execute(_REMOVE, {"codes": list(removed), "country": country, "zone": zone})


# What is not said of a code that is there stays as it is.
_ADD = sa.text(
    """
    INSERT INTO postal_code AS p (country, code, zone_id, place, latitude, longitude)
    SELECT :country, d.code, :zone, d.place, d.latitude, d.longitude
    FROM json_to_recordset(CAST(:rows AS json)) AS d(code text, place text, latitude float8, longitude float8)
    ORDER BY d.code
    ON CONFLICT (country, code) DO UPDATE SET
        zone_id = excluded.zone_id, place = COALESCE(excluded.place, p.place),
        latitude = COALESCE(excluded.latitude, p.latitude), longitude = COALESCE(excluded.longitude, p.longitude)
    """
).bindparams(sa.bindparam("country", type_=sa.Text()), sa.bindparam("zone", type_=sa.Uuid()))
_REMOVE = sa.text(
    "DELETE FROM postal_code WHERE country = :country AND zone_id = :zone AND code = ANY(:codes)"
).bindparams(sa.bindparam("codes", type_=sa.ARRAY(sa.Text())), sa.bindparam("zone", type_=sa.Uuid()))

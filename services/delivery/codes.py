"""Postal codes in bulk: from files and for the demo. One statement a batch, whatever its size."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.recordset import as_recordset
from services.unit_of_work import UnitOfWork

_AT_ONCE = 5_000
_LOCK = 0x7A6F6E6573


class CodeRow(NamedTuple):
    """A postal code, normalized, with the code of its zone; one row a code."""

    code: str
    zone: str
    latitude: float | None = None
    longitude: float | None = None
    place: str | None = None


class Saved(NamedTuple):
    """What a batch changed. `changed` are codes that are new, moved, or lie elsewhere; `zones` those concerned."""

    changed: int
    zones: Sequence[UUID]


async def save_codes(unit: UnitOfWork, rows: Sequence[CodeRow], *, country: str) -> Saved:
    """Make postal codes and their zones, or bring them up to date; equal ones are left alone.

    Codes of other zones move. A zone that has lost its last code by that is deleted. The lanes of these zones are the
    caller's to compute, and that there is something new is the caller's to say (`recompute(…, announced=True)`).
    """
    await lock_map(unit)
    zones: set[UUID] = set()
    changed = 0
    for start in range(0, len(rows), _AT_ONCE):
        found = await _save(unit, rows[start : start + _AT_ONCE], country)
        changed += len(found)
        zones.update(key for pair in found for key in pair if key is not None)
    if zones:
        await place_zones(unit, list(zones))
        await unit.session.execute(_DELETE_EMPTY, {"ids": list(zones)})
    return Saved(changed, list(zones))


async def lock_map(unit: UnitOfWork) -> None:
    """Let one transaction at a time change which codes there are and where: a zone's middle depends on all of its."""
    await unit.session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


async def place_zones(unit: UnitOfWork, zones: Sequence[UUID]) -> None:
    """Put zones in the middle of their codes: the mean of those that say where they are."""
    await unit.session.execute(_PLACE_ZONES, {"ids": list(zones)})


async def _save(unit: UnitOfWork, rows: Sequence[CodeRow], country: str) -> list[tuple[UUID, UUID | None]]:
    """The zone and the former zone of each changed code."""
    names = sorted({row.zone for row in rows})
    zones = [{"id": new_id(), "code": name, "name": f"{country} {name}"} for name in names]
    await unit.session.execute(_MAKE_ZONES, {"rows": as_recordset(zones), "country": country})
    values = {"rows": as_recordset([row._asdict() for row in rows]), "country": country}
    return [(row.zone_id, row.former_id) for row in await unit.session.execute(_SAVE_CODES, values)]


_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))
_MAKE_ZONES = sa.text(
    """
    INSERT INTO delivery_zone (id, country, code, name)
    SELECT d.id, :country, d.code, d.name
    FROM json_to_recordset(CAST(:rows AS json)) AS d(id uuid, code text, name text) ORDER BY d.code
    ON CONFLICT (country, code) DO NOTHING
    """
)
_SAVE_CODES = sa.text(
    """
    WITH given AS MATERIALIZED (
        SELECT d.code, z.id AS zone_id, d.place, d.latitude, d.longitude
        FROM json_to_recordset(CAST(:rows AS json))
            AS d(code text, zone text, place text, latitude float8, longitude float8)
        JOIN delivery_zone z ON z.country = :country AND z.code = d.zone
    ), former AS MATERIALIZED (
        SELECT p.code, p.zone_id FROM postal_code p WHERE p.country = :country AND p.code IN (SELECT code FROM given)
    ), saved AS (
        INSERT INTO postal_code AS p (country, code, zone_id, place, latitude, longitude)
        SELECT :country, code, zone_id, place, latitude, longitude FROM given ORDER BY code
        ON CONFLICT (country, code) DO UPDATE SET
            (zone_id, place, latitude, longitude) =
            (excluded.zone_id, excluded.place, excluded.latitude, excluded.longitude)
        WHERE (p.zone_id, p.place, p.latitude, p.longitude) IS DISTINCT FROM
            (excluded.zone_id, excluded.place, excluded.latitude, excluded.longitude)
        RETURNING p.code, p.zone_id
    )
    SELECT s.zone_id, f.zone_id AS former_id FROM saved s LEFT JOIN former f ON f.code = s.code
    """
).bindparams(sa.bindparam("country", type_=sa.Text()))
# The mean of angles, since the Aleutians lie on both sides of the 180th meridian; rounded to 0.1 m, since a sum of
# floats depends on the order of rows.
_PLACE_ZONES = sa.text(
    """
    UPDATE delivery_zone z SET latitude = m.latitude, longitude = m.longitude, updated_at = now()
    FROM (
        SELECT a.id, CAST(round(CAST(avg(p.latitude) AS numeric), 6) AS float8) AS latitude,
            CAST(round(CAST(degrees(atan2(
                avg(sin(radians(p.longitude))), avg(cos(radians(p.longitude))))) AS numeric), 6) AS float8) AS longitude
        FROM unnest(:ids) AS a(id) LEFT JOIN postal_code p ON p.zone_id = a.id
        GROUP BY a.id) AS m
    WHERE m.id = z.id AND (z.latitude, z.longitude) IS DISTINCT FROM (m.latitude, m.longitude)
    """
).bindparams(_IDS)
_DELETE_EMPTY = sa.text(
    """
    DELETE FROM delivery_zone z
    WHERE z.id = ANY(:ids) AND NOT EXISTS (SELECT FROM postal_code p WHERE p.zone_id = z.id)
    """
).bindparams(_IDS)

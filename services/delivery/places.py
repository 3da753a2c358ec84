"""From a postal code to the warehouses that serve it: read from Postgres, or remembered in the cache.

A remembered place carries the version of the matrix that it was read at, and counts only while that is the present
one. The present version itself is kept in the cache for a second, so a change is seen after a second by everybody.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import orjson
import sqlalchemy as sa

from core.places import normalize_country, normalize_postal_code
from ports.cache import Cache, Versioned
from services.delivery.records import PlaceRecord
from services.unit_of_work import ReadSession

_VERSION_KEY = "delivery:version"
_VERSION_SECONDS = 1
_PLACE_SECONDS = 3600


class PlaceKey(NamedTuple):
    """A postal code as the table has it; one that no postal code looks like is empty."""

    country: str
    code: str

    @staticmethod
    def of(*, country: str, code: str) -> "PlaceKey":
        """The key of a code in any spelling."""
        nation = normalize_country(country)
        return PlaceKey(nation, normalize_postal_code(code, country=nation))


class Places(NamedTuple):
    """Those that exist, all read at one moment, when the matrix had this version."""

    version: int
    found: Mapping[PlaceKey, PlaceRecord]


async def find_place(session: ReadSession, *, country: str, code: str) -> PlaceRecord | None:
    """The place, by codes in any spelling; None if the postal code does not exist."""
    key = PlaceKey.of(country=country, code=code)
    return (await find_places(session, [key])).found.get(key)


async def find_places(session: ReadSession, keys: Sequence[PlaceKey]) -> Places:
    """Many places in one statement."""
    values = {"countries": [key.country for key in keys], "codes": [key.code for key in keys]}
    rows = (await session.execute(_PLACES, values)).all()
    found = {PlaceKey(row.country, row.code): PlaceRecord._make(row[1:]) for row in rows if row.zone_id is not None}
    return Places(rows[0].version if rows else 0, found)


async def recall_places(cache: Cache, keys: Sequence[PlaceKey]) -> Mapping[PlaceKey, PlaceRecord]:
    """Those that the cache has and that still count. Raises `Unavailable("cache")`."""
    present, *entries = await cache.get_many([_VERSION_KEY, *map(_cache_key, keys)])
    if present is None:
        return {}
    return {
        key: _decode(entry.data)
        for key, entry in zip(keys, entries, strict=True)
        if entry is not None and entry.data is not None and entry.version == present.version
    }


async def remember_places(cache: Cache, places: Places) -> None:
    """Keep places for others, with the version of the matrix. Raises `Unavailable("cache")`."""
    await cache.put_many({_VERSION_KEY: Versioned(places.version, b"1")}, seconds=_VERSION_SECONDS)
    entries = {
        _cache_key(key): Versioned(places.version, orjson.dumps(tuple(place), default=str))
        for key, place in places.found.items()
    }
    if entries:
        await cache.put_many(entries, seconds=_PLACE_SECONDS)


def _cache_key(key: PlaceKey) -> str:
    return f"delivery:place:{key.country}:{key.code}"


def _decode(data: bytes) -> PlaceRecord:
    country, code, zone_id, warehouse_ids = orjson.loads(data)
    return PlaceRecord(country, code, UUID(zone_id), [UUID(text) for text in warehouse_ids])


_PLACES = sa.text(
    """
    SELECT m.version, a.country, a.code, p.zone_id, ARRAY(
        SELECT l.warehouse_id FROM delivery_lane l JOIN warehouse w ON w.id = l.warehouse_id AND w.is_active
        WHERE l.zone_id = p.zone_id GROUP BY l.warehouse_id, w.code
        ORDER BY min(l.distance_km), w.code
    ) AS warehouse_ids
    FROM unnest(:countries, :codes) AS a(country, code)
    CROSS JOIN delivery_matrix m
    LEFT JOIN postal_code p ON p.country = a.country AND p.code = a.code
    """
).bindparams(
    sa.bindparam("countries", type_=sa.ARRAY(sa.Text())),
    sa.bindparam("codes", type_=sa.ARRAY(sa.Text())),
)

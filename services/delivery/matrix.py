"""The matrix: which warehouse serves which zone by which method, in what time and at what price.

Computed by Postgres alone, in slices of zones, and compared with what is there: only what differs is written. All
slices are one transaction, so readers see the old matrix or the new one, and a worker killed in the middle leaves the
old one.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.problems import Unavailable
from services.delivery.events import MatrixChanged
from services.idempotency import hash_input
from services.jobs import Job, enqueue
from services.unit_of_work import UnitOfWork

JOB = "delivery.recompute"
# The mean radius of the earth of the IUGG, as in everybody's haversine.
EARTH_RADIUS_KM = 6371.0088
# So many cells (zone, warehouse, rate) take about a second: a statement stays far from its timeout.
_CELLS_AT_ONCE = 500_000
_LOCK = 0x64656C6976
_LOCK_PATIENCE_SECONDS = 300.0
_LOCK_PAUSE_SECONDS = 0.1


class Scope(NamedTuple):
    """The part of the matrix to compute: lanes of these warehouses, zones and methods; None is all of them."""

    warehouses: Sequence[UUID] | None = None
    zones: Sequence[UUID] | None = None
    methods: Sequence[UUID] | None = None


EVERYTHING = Scope()


class Recomputed(NamedTuple):
    """What a computation changed. `version` is the matrix's version after it."""

    written: int
    deleted: int
    version: int


async def recompute(unit: UnitOfWork, scope: Scope = EVERYTHING, *, announced: bool = False) -> Recomputed:
    """Bring the lanes of `scope` up to date with zones, warehouses, carriers and rates.

    The version grows if any lane changed, or if `announced`: the unit has moved postal codes to other zones. A unit
    that computes must not have called `bump_version` before: that locks what the one before it needs to end. A second
    computation waits until the first has committed. Raises `Unavailable("delivery matrix")` if that takes minutes.
    """
    await _wait_for_turn(unit)
    written = deleted = 0
    values = {name: None if keys is None else list(keys) for name, keys in scope._asdict().items()}
    size = await _zones_at_once(unit, values)
    after: UUID | None = UUID(int=0)
    while after is not None:
        row = (await unit.session.execute(_SLICE, {**values, "after": after, "size": size})).one()
        written, deleted, after = written + row.written, deleted + row.deleted, row.last
    deleted += len((await unit.session.execute(_ORPHANS, values)).all())
    version = await bump_version(unit) if written or deleted or announced else await unit.session.scalar(_VERSION)
    return Recomputed(written, deleted, int(version or 0))


async def bump_version(unit: UnitOfWork) -> int:
    """Say that places are served otherwise now, which makes cached ones void; returns the new version."""
    version = int((await unit.session.execute(_BUMP)).scalar_one())
    unit.publish(MatrixChanged(version))
    return version


async def enqueue_recompute(unit: UnitOfWork, scope: Scope = EVERYTHING) -> None:
    """Have a worker compute the lanes of `scope` once this unit has committed."""
    payload = {name: [str(key) for key in keys] for name, keys in scope._asdict().items() if keys is not None}
    for keys in payload.values():
        keys.sort()
    await enqueue(unit, JOB, payload, unique=f"{JOB}:{hash_input(payload)}")


async def _recompute(unit: UnitOfWork, payload: Mapping[str, Any]) -> None:
    """As a job. The payload is JSON, hence Any."""
    await recompute(unit, Scope(**{name: [UUID(key) for key in keys] for name, keys in payload.items()}))


RECOMPUTE = Job(JOB, _recompute)


async def _wait_for_turn(unit: UnitOfWork) -> None:
    """Two computations at once would write over each other. Asked again and again, since a statement that waits for a
    lock would run into its timeout."""
    deadline = asyncio.get_running_loop().time() + _LOCK_PATIENCE_SECONDS
    while not await unit.session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_LOCK))):
        if asyncio.get_running_loop().time() > deadline:
            raise Unavailable("delivery matrix", "Another computation of the matrix does not end.")
        await asyncio.sleep(_LOCK_PAUSE_SECONDS)


async def _zones_at_once(unit: UnitOfWork, scope: Mapping[str, object]) -> int:
    cells_per_zone = int((await unit.session.execute(_CELLS_PER_ZONE, scope)).scalar_one())
    return max(1, min(10_000, _CELLS_AT_ONCE // max(1, cells_per_zone)))


_BINDS = [sa.bindparam(name, type_=sa.ARRAY(sa.Uuid())) for name in Scope._fields]
_VERSION = sa.text("SELECT version FROM delivery_matrix")
_BUMP = sa.text("UPDATE delivery_matrix SET version = version + 1, computed_at = clock_timestamp() RETURNING version")
_CELLS_PER_ZONE = sa.text(
    """
    SELECT (SELECT count(*) FROM warehouse WHERE CAST(:warehouses AS uuid[]) IS NULL OR id = ANY(:warehouses))
        * (SELECT count(*) FROM delivery_rate WHERE CAST(:methods AS uuid[]) IS NULL OR method_id = ANY(:methods))
    """
).bindparams(*[bind for bind in _BINDS if bind.key != "zones"])
# A band of a method starts behind the next smaller one. Kilometres are rounded up: what is 100.2 km away is not within
# 100 km, and a band of 100 km covers all that rounds up to 100.
_SLICE = sa.text(
    f"""
    WITH zone AS MATERIALIZED (
        SELECT id, country, radians(latitude) AS latitude, radians(longitude) AS longitude FROM delivery_zone
        WHERE id > :after AND (CAST(:zones AS uuid[]) IS NULL OR id = ANY(:zones))
        ORDER BY id LIMIT :size
    ), origin AS MATERIALIZED (
        SELECT id, country, radians(latitude) AS latitude, radians(longitude) AS longitude FROM warehouse
        WHERE is_active AND (CAST(:warehouses AS uuid[]) IS NULL OR id = ANY(:warehouses))
    ), band AS MATERIALIZED (
        SELECT m.id AS method_id, m.crosses_borders, c.countries, r.price_minor, r.currency, r.min_days, r.max_days,
            r.up_to_km, lag(r.up_to_km, 1, CAST(-1 AS bigint)) OVER (PARTITION BY m.id ORDER BY r.up_to_km) AS beyond_km
        FROM delivery_rate r JOIN delivery_method m ON m.id = r.method_id JOIN carrier c ON c.id = m.carrier_id
        WHERE m.is_active AND c.is_active AND (CAST(:methods AS uuid[]) IS NULL OR m.id = ANY(:methods))
    ), distance AS MATERIALIZED (
        SELECT z.id AS zone_id, z.country, w.id AS warehouse_id, z.country = w.country AS is_domestic,
            CAST(ceil(2 * {EARTH_RADIUS_KM} * asin(least(1, sqrt(
                power(sin((w.latitude - z.latitude) / 2), 2)
                + cos(z.latitude) * cos(w.latitude) * power(sin((w.longitude - z.longitude) / 2), 2)))))
                AS integer) AS km
        FROM zone z CROSS JOIN origin w
        WHERE z.latitude IS NOT NULL AND z.longitude IS NOT NULL
    ), wanted AS MATERIALIZED (
        SELECT d.zone_id, d.warehouse_id, b.method_id, d.km, b.price_minor, b.currency, b.min_days, b.max_days
        FROM distance d JOIN band b ON d.km > b.beyond_km AND d.km <= b.up_to_km
            AND (d.is_domestic OR b.crosses_borders) AND d.country = ANY(b.countries)
    ), present AS MATERIALIZED (
        SELECT l.zone_id, l.warehouse_id, l.method_id, l.distance_km, l.price_minor, l.currency, l.min_days, l.max_days
        FROM delivery_lane l WHERE l.zone_id IN (SELECT id FROM zone)
            AND (CAST(:warehouses AS uuid[]) IS NULL OR l.warehouse_id = ANY(:warehouses))
            AND (CAST(:methods AS uuid[]) IS NULL OR l.method_id = ANY(:methods))
    ), gone AS (
        DELETE FROM delivery_lane l USING (
            SELECT zone_id, warehouse_id, method_id FROM present
            EXCEPT SELECT zone_id, warehouse_id, method_id FROM wanted) o
        WHERE (l.zone_id, l.warehouse_id, l.method_id) = (o.zone_id, o.warehouse_id, o.method_id)
        RETURNING 1
    ), written AS (
        INSERT INTO delivery_lane
            (zone_id, warehouse_id, method_id, distance_km, price_minor, currency, min_days, max_days)
        SELECT * FROM (SELECT * FROM wanted EXCEPT SELECT * FROM present) AS new ORDER BY 1, 2, 3
        ON CONFLICT (zone_id, warehouse_id, method_id) DO UPDATE SET
            (distance_km, price_minor, currency, min_days, max_days) = (excluded.distance_km, excluded.price_minor,
                excluded.currency, excluded.min_days, excluded.max_days)
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM written) AS written, (SELECT count(*) FROM gone) AS deleted,
        (SELECT id FROM zone ORDER BY id DESC LIMIT 1) AS last
    """
).bindparams(*_BINDS)
# Lanes of zones that are no more, which no slice meets.
_ORPHANS = sa.text(
    """
    DELETE FROM delivery_lane l
    WHERE (CAST(:zones AS uuid[]) IS NULL OR l.zone_id = ANY(:zones))
        AND (CAST(:warehouses AS uuid[]) IS NULL OR l.warehouse_id = ANY(:warehouses))
        AND (CAST(:methods AS uuid[]) IS NULL OR l.method_id = ANY(:methods))
        AND NOT EXISTS (SELECT FROM delivery_zone z WHERE z.id = l.zone_id)
    RETURNING 1
    """
).bindparams(*_BINDS)

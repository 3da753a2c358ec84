"""The matrix equals a slow computation in Python, however it came about."""

import asyncio
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.delivery import Carrier, DeliveryMethod, DeliveryRate, DeliveryZone
from models.inventory import Warehouse
from models.outbox import OutboxEvent
from services import delivery
from services.delivery.codes import CodeRow, save_codes
from services.delivery.matrix import EARTH_RADIUS_KM, bump_version
from services.delivery.rules import RateDraft
from services.unit_of_work import Database, UnitOfWork
from tests.factories.delivery import Lane, lanes, save_method, save_places, save_warehouse, version

COUNTRIES = ("US", "CA")


async def reference(database: Database) -> set[Lane]:
    """What the matrix must be, cell by cell."""
    async with database.read() as session:
        zones = (await session.execute(sa.select(DeliveryZone.__table__))).all()
        warehouses = (await session.execute(sa.select(Warehouse.__table__).where(Warehouse.is_active))).all()
        methods = (
            await session.execute(
                sa.select(DeliveryMethod.__table__, Carrier.countries)
                .join(Carrier, Carrier.id == DeliveryMethod.carrier_id)
                .where(DeliveryMethod.is_active, Carrier.is_active)
            )
        ).all()
        rates = (await session.execute(sa.select(DeliveryRate.__table__))).all()
    found: set[Lane] = set()
    for zone in zones:
        for warehouse in warehouses:
            if zone.latitude is None:
                continue
            km = haversine_km((zone.latitude, zone.longitude), (warehouse.latitude, warehouse.longitude))
            for method in methods:
                if zone.country not in method.countries:
                    continue
                if zone.country != warehouse.country and not method.crosses_borders:
                    continue
                fitting = [rate for rate in rates if rate.method_id == method.id and km <= rate.up_to_km]
                if fitting:
                    rate = min(fitting, key=lambda one: int(one.up_to_km))
                    price = (math.ceil(km), rate.price_minor, rate.min_days, rate.max_days)
                    found.add((zone.id, warehouse.id, method.id, *price))
    return found


def haversine_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, place)) for place in (one, other))
    half = math.sin((lat1 - lat2) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon1 - lon2) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


class Spot(NamedTuple):
    country: str
    latitude: float | None
    longitude: float


class World(NamedTuple):
    zones: Sequence[Spot]
    warehouses: Sequence[Spot]
    methods: Sequence[tuple[Sequence[str], bool, dict[int, int]]]


# Tenths of degrees: a distance that is a whole number of kilometres but for its last bits is not among them.
spots = st.builds(
    Spot,
    st.sampled_from(COUNTRIES),
    st.integers(-900, 900).map(lambda tenth: tenth / 10),
    st.integers(-1800, 1800).map(lambda tenth: tenth / 10),
)
worlds = st.builds(
    World,
    st.lists(st.one_of(spots, spots.map(lambda spot: spot._replace(latitude=None))), max_size=8),
    st.lists(spots, max_size=4),
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(COUNTRIES), unique=True),
            st.booleans(),
            st.dictionaries(st.integers(1, 20_100), st.integers(0, 5_000), max_size=4),
        ),
        max_size=3,
    ),
)


async def build(unit: UnitOfWork, world: World) -> None:
    """Replace everything by this world."""
    for table in (DeliveryRate, DeliveryMethod, Carrier, DeliveryZone, Warehouse):
        await unit.session.execute(sa.delete(table))
    for number, spot in enumerate(world.zones):
        longitude = None if spot.latitude is None else spot.longitude
        zone = {"code": f"Z{number}", "name": "Zone", "country": spot.country}
        await unit.session.execute(sa.insert(DeliveryZone).values(**zone, latitude=spot.latitude, longitude=longitude))
    for number, spot in enumerate(world.warehouses):
        await save_warehouse(unit, f"W{number}", spot.latitude or 0.0, spot.longitude, country=spot.country)
    for number, (countries, crosses, bands) in enumerate(world.methods):
        carrier = await delivery.save_carrier(unit, code=f"c{number}", name="Carrier", countries=countries)
        rates = [RateDraft(km, price, price % 3, price % 3 + price % 5) for km, price in bands.items()]
        await save_method(unit, carrier.id, "any", rates, crosses_borders=crosses)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds)
async def test_equals_a_slow_computation(database: Database, world: World) -> None:
    async with database.unit() as unit:
        await build(unit, world)
    async with database.unit() as unit:
        await delivery.recompute(unit)

    assert await lanes(database) == await reference(database)


async def _settle(database: Database) -> None:
    """A small store, computed."""
    async with database.unit() as unit:
        await save_places(unit)
        await save_warehouse(unit, "EAST", 40.7, -74.0)
        await save_warehouse(unit, "WEST", 37.8, -122.4)
    async with database.unit() as unit:
        await delivery.recompute(unit)


async def _ids(unit: UnitOfWork, table: str, where: str) -> list[UUID]:
    return list(await unit.session.scalars(sa.text(f"SELECT id FROM {table} WHERE {where}")))


@pytest.mark.parametrize(
    ("change", "table", "where", "part"),
    [
        ("UPDATE warehouse SET latitude = 30, longitude = -90 WHERE code = 'EAST'", "warehouse", "code='EAST'", "w"),
        ("UPDATE warehouse SET is_active = false WHERE code = 'WEST'", "warehouse", "code = 'WEST'", "w"),
        ("UPDATE delivery_zone SET latitude = 34, longitude = -118 WHERE code = '000'", "delivery_zone", "true", "z"),
        ("UPDATE delivery_zone SET latitude = NULL WHERE code = '100'", "delivery_zone", "code = '100'", "z"),
        ("UPDATE delivery_rate SET price_minor = 1 WHERE up_to_km = 300", "delivery_method", "code='standard'", "m"),
        (
            "UPDATE delivery_method SET is_active = false WHERE code = 'express'",
            "delivery_method",
            "code='express'",
            "m",
        ),
        ("UPDATE carrier SET countries = '{CA}'", "delivery_method", "true", "m"),
    ],
)
async def test_a_part_computed_again_equals_all_computed_anew(
    database: Database, change: str, table: str, where: str, part: str
) -> None:
    await _settle(database)
    before = await version(database)

    async with database.unit() as unit:
        await unit.session.execute(sa.text(change))
        keys = await _ids(unit, table, where)
    name = {"w": "warehouses", "z": "zones", "m": "methods"}[part]
    async with database.unit() as unit:
        await delivery.recompute(unit, delivery.Scope(**{name: keys}))

    assert await lanes(database) == await reference(database)
    assert await version(database) == before + 1


async def test_nothing_is_written_or_told_when_nothing_differs(database: Database) -> None:
    await _settle(database)
    before = await version(database)

    async with database.unit() as unit:
        done = await delivery.recompute(unit)

    assert (done.written, done.deleted, done.version) == (0, 0, before)
    async with database.read() as session:
        told = sa.select(OutboxEvent.payload).where(OutboxEvent.type == "delivery.matrix_changed")
        assert [payload["version"] for payload in await session.scalars(told)] == list(range(1, before + 1))


async def test_lanes_of_a_vanished_zone_go_with_all_others_kept(database: Database) -> None:
    await _settle(database)

    async with database.unit() as unit:
        for table in ("postal_code WHERE code = '94103'", "delivery_zone WHERE code = '941'"):
            await unit.session.execute(sa.text(f"DELETE FROM {table}"))
    async with database.unit() as unit:
        await delivery.recompute(unit)

    assert await lanes(database) == await reference(database)


async def test_two_at_once_end_in_the_matrix_of_the_last_change(
    database: Database, open_database: Callable[[], Database]
) -> None:
    await _settle(database)
    others = [open_database() for _ in range(3)]

    async def move(other: Database, number: int) -> None:
        async with other.unit() as unit:
            statement = "UPDATE warehouse SET latitude = latitude + :by WHERE code = :code"
            code = ("EAST", "WEST")[number % 2]
            await unit.session.execute(sa.text(statement), {"by": number / 10, "code": code})
        async with other.unit() as unit:
            await delivery.recompute(unit)

    await asyncio.gather(*(move(others[number % 3], number) for number in range(9)))

    assert await lanes(database) == await reference(database)


async def test_postal_codes_that_are_loaded_during_a_computation_do_not_keep_it_from_ending(
    database: Database, open_database: Callable[[], Database]
) -> None:
    await _settle(database)

    async def load(other: Database) -> int:
        async with other.unit() as unit:
            saved = await save_codes(unit, [CodeRow("02108", "021", 42.36, -71.06)], country="US")
            done = await delivery.recompute(unit, delivery.Scope(zones=saved.zones), announced=True)
            return done.version

    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE warehouse SET latitude = latitude + 1"))
        await delivery.recompute(unit)
        loading = asyncio.create_task(load(open_database()))
        async with asyncio.timeout(30):
            while not await _sees_codes_loaded(database):  # noqa: ASYNC110 - another connection writes
                await asyncio.sleep(0.02)
        mine = await bump_version(unit)

    assert await loading == mine + 1
    assert await lanes(database) == await reference(database)


async def _sees_codes_loaded(database: Database) -> bool:
    """Whether another transaction has written codes and waits for its turn to compute."""
    statement = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_try_advisory_xact_lock%'"
    async with database.read() as session:
        return bool(await session.scalar(sa.text(statement)))


async def test_one_that_is_broken_off_leaves_the_old_matrix(database: Database) -> None:
    await _settle(database)
    before = await lanes(database)
    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE warehouse SET latitude = 0"))

    async def broken_off() -> None:
        async with database.unit() as unit:
            await delivery.recompute(unit)
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await broken_off()

    assert await lanes(database) == before
    async with database.unit() as unit:
        await delivery.recompute(unit)
    assert await lanes(database) == await reference(database) != before

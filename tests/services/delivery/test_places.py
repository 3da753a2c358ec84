"""From a postal code to a place, with and without the cache."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from bootstrap.cache import open_cache
from core.profile import profiling
from loaders.batch import Sessions
from loaders.delivery import PlaceByKey
from ports.cache import Cache
from services import delivery
from services.delivery.places import PlaceKey, find_place
from services.delivery.records import PlaceRecord
from services.unit_of_work import Database
from tests.factories.delivery import save_places, save_warehouse

NEW_YORK = PlaceKey("US", "10001")
PATIENCE_SECONDS = 10.0


@pytest.fixture
async def cache(redis_url: str) -> AsyncIterator[Cache]:
    opened = open_cache(redis_url)
    yield opened
    await opened.close()


@pytest.fixture
async def served(database: Database) -> Database:
    """EAST and WEST serve the mainland."""
    async with database.unit() as unit:
        await save_places(unit)
        await save_warehouse(unit, "WEST", 37.8, -122.4)
        await save_warehouse(unit, "EAST", 40.7, -74.0)
        await delivery.recompute(unit)
    return database


async def load(database: Database, cache: Cache, key: PlaceKey = NEW_YORK) -> PlaceRecord | None:
    """As a new request would."""
    return await PlaceByKey(Sessions(database), cache).load(key)


async def codes(database: Database, place: PlaceRecord | None) -> list[str]:
    """The codes of a place's warehouses."""
    assert place is not None
    async with database.read() as session:
        names = {row.id: row.code for row in await session.execute(sa.text("SELECT id, code FROM warehouse"))}
    return [names[key] for key in place.warehouse_ids]


@pytest.mark.parametrize("spelling", ["10001", " 1 0001", "10001-4321", "100-01"])
async def test_warehouses_are_the_nearest_first_for_any_spelling(served: Database, spelling: str) -> None:
    async with served.read() as session:
        place = await find_place(session, country="us", code=spelling)

    assert await codes(served, place) == ["EAST", "WEST"]


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("US", "99999"),
        ("CA", "10001"),
        ("US", ""),
        ("US", "\x00"),
        ("US", "1" * 5000),
        ("", "10001"),
        ("U\x00", "10001"),
    ],
)
async def test_what_is_no_postal_code_is_no_place(served: Database, country: str, code: str) -> None:
    async with served.read() as session:
        assert await find_place(session, country=country, code=code) is None


async def test_a_remembered_place_costs_no_statement(served: Database, cache: Cache) -> None:
    first = await load(served, cache)

    with profiling() as profile:
        second = await load(served, cache)

    assert second == first
    assert (profile.sql, profile.cache) == (0, 1)


async def test_a_new_matrix_makes_remembered_places_void_within_seconds(served: Database, cache: Cache) -> None:
    assert await codes(served, await load(served, cache)) == ["EAST", "WEST"]

    async with served.unit() as unit:
        await unit.session.execute(sa.text("UPDATE warehouse SET is_active = false WHERE code = 'EAST'"))
        await delivery.recompute(unit)

    async with asyncio.timeout(PATIENCE_SECONDS):
        while await codes(served, await load(served, cache)) != ["WEST"]:  # noqa: ASYNC110 - another server changes
            await asyncio.sleep(0.05)


async def test_a_postal_code_that_moves_is_in_its_new_zone_within_seconds(served: Database, cache: Cache) -> None:
    before = await load(served, cache)
    assert before is not None

    async with served.unit() as unit:
        moved = await delivery.save_zone(
            unit, code="new", name="New", country="US", add=[delivery.PostalCodeDraft("10001", 40.0, -74.0)], move=True
        )

    async with asyncio.timeout(PATIENCE_SECONDS):
        while (place := await load(served, cache)) is None or place.zone_id != moved.id:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)
    assert place.zone_id != before.zone_id


async def test_an_unknown_place_is_asked_again(served: Database, cache: Cache) -> None:
    unknown = PlaceKey("US", "10003")
    assert await load(served, cache, unknown) is None

    async with served.unit() as unit:
        await delivery.save_zone(unit, code="n", name="N", country="US", add=[delivery.PostalCodeDraft("10003")])

    assert await load(served, cache, unknown) is not None


async def test_a_dead_cache_costs_nothing_but_time(served: Database) -> None:
    dead = open_cache("redis://127.0.0.1:9/0")

    place = await load(served, dead)

    assert await codes(served, place) == ["EAST", "WEST"]
    await dead.close()

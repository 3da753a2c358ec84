"""Zones and their postal codes: where they lie, and what operators cannot say of them."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from core.problems import Rejected
from services import delivery
from services.delivery import PostalCodeDraft
from services.delivery.codes import CodeRow, save_codes
from services.delivery.records import ZoneRecord
from services.unit_of_work import Database
from tests.factories.delivery import lanes, save_places, save_warehouse, version


async def zone_id(database: Database, code: str) -> UUID:
    async with database.read() as session:
        key: UUID = (await session.scalars(sa.text(f"SELECT id FROM delivery_zone WHERE code = '{code}'"))).one()
        return key


async def save(database: Database, **fields: object) -> ZoneRecord:
    """A zone named as its code."""
    given: dict[str, object] = {"code": "new", "name": "New", "country": "US", **fields}
    async with database.unit() as unit:
        return await delivery.save_zone(unit, **given)  # type: ignore[arg-type]  # tests give any field by name


async def refusal(database: Database, **fields: object) -> list[tuple[str, tuple[str, ...]]]:
    """Codes and paths of the problems."""
    with pytest.raises(Rejected) as refused:
        await save(database, **fields)
    return [(problem.code, problem.path) for problem in refused.value.problems]


async def jobs(database: Database) -> int:
    async with database.read() as session:
        count = sa.text("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'delivery.recompute'")
        return int(await session.scalar(count) or 0)


async def test_a_zone_lies_in_the_middle_of_its_codes(database: Database) -> None:
    added = [PostalCodeDraft("1-1", 10, 20), PostalCodeDraft("2", 30, 40), PostalCodeDraft("3")]

    zone = await save(database, add=added)

    assert (zone.latitude, zone.longitude, zone.postal_codes) == (20, 30, 3)


async def test_the_middle_of_both_sides_of_the_180th_meridian_is_there(database: Database) -> None:
    zone = await save(database, add=[PostalCodeDraft("1", 50, 179), PostalCodeDraft("2", 52, -177)])

    assert (zone.latitude, zone.longitude) == (51, -179)


async def test_a_zone_without_coordinates_lies_nowhere(database: Database) -> None:
    zone = await save(database, add=[PostalCodeDraft("1")])

    assert (zone.latitude, zone.longitude) == (None, None)


async def test_codes_that_move_take_both_zones_elsewhere(database: Database) -> None:
    async with database.unit() as unit:
        await save_places(unit)

    zone = await save(database, add=[PostalCodeDraft("10002")], move=True)

    old = await zone_id(database, "100")
    async with database.read() as session:
        places = sa.text("SELECT latitude, longitude FROM delivery_zone WHERE id = :id")
        assert tuple((await session.execute(places, {"id": old})).one()) == (40.75, -73.99)
    assert (zone.latitude, zone.longitude, zone.postal_codes) == (40.71, -73.98, 1)


async def test_a_change_has_the_lanes_of_all_zones_concerned_computed(database: Database) -> None:
    async with database.unit() as unit:
        await save_places(unit)
    before, told = await jobs(database), await version(database)

    await save(database, add=[PostalCodeDraft("10002")], move=True)

    assert await jobs(database) == before + 1
    assert await version(database) == told + 1


async def test_a_refused_change_leaves_no_job_and_no_trace(database: Database) -> None:
    async with database.unit() as unit:
        await save_places(unit)
    before, told = await jobs(database), await version(database)

    await refusal(database, add=[PostalCodeDraft("10002")])

    assert (await jobs(database), await version(database)) == (before, told)
    async with database.read() as session:
        assert await session.scalar(sa.text("SELECT count(*) FROM delivery_zone WHERE code = 'new'")) == 0


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        ({"code": ""}, [("BAD_CODE", ("code",))]),
        ({"code": "a b"}, [("BAD_CODE", ("code",))]),
        ({"code": "a\x00"}, [("BAD_CODE", ("code",))]),
        ({"code": "100"}, [("CODE_TAKEN", ("code",))]),
        ({"name": " "}, [("BAD_NAME", ("name",))]),
        ({"name": "a\x00"}, [("BAD_NAME", ("name",))]),
        ({"country": "USA"}, [("BAD_COUNTRY", ("country",))]),
        ({"add": [PostalCodeDraft("?")]}, [("BAD_POSTAL_CODE", ("addPostalCodes", "0"))]),
        ({"add": [PostalCodeDraft("9")] * 2}, [("BAD_POSTAL_CODE", ("addPostalCodes", str(n))) for n in (0, 1)]),
        (
            {"add": [PostalCodeDraft("9")], "remove": ["9"]},
            [("BAD_POSTAL_CODE", ("addPostalCodes", "0")), ("BAD_POSTAL_CODE", ("removePostalCodes", "0"))],
        ),
        ({"add": [PostalCodeDraft("9", 91, 0)]}, [("BAD_COORDINATES", ("addPostalCodes", "0"))]),
        ({"add": [PostalCodeDraft("9", 1)]}, [("BAD_COORDINATES", ("addPostalCodes", "0"))]),
        ({"add": [PostalCodeDraft("9", float("nan"), 0)]}, [("BAD_COORDINATES", ("addPostalCodes", "0"))]),
        ({"add": [PostalCodeDraft(str(n)) for n in range(101)]}, [("LIST_TOO_LONG", ("addPostalCodes",))]),
        ({"add": [PostalCodeDraft("9"), PostalCodeDraft("10001")]}, [("POSTAL_CODE_TAKEN", ("addPostalCodes", "1"))]),
        ({"remove": ["10001"]}, [("POSTAL_CODE_UNKNOWN", ("removePostalCodes", "0"))]),
        ({"id": UUID(int=1)}, [("NOT_FOUND", ("id",))]),
    ],
)
async def test_refuses(database: Database, fields: dict[str, object], problems: list[tuple[str, object]]) -> None:
    async with database.unit() as unit:
        await save_places(unit)

    assert await refusal(database, **fields) == problems


async def test_a_zone_stays_in_its_country(database: Database) -> None:
    zone = await save(database)

    assert await refusal(database, id=zone.id, country="CA") == [("BAD_COUNTRY", ("country",))]


async def test_a_deleted_zone_takes_its_codes_and_lanes_along(database: Database) -> None:
    async with database.unit() as unit:
        await save_places(unit)
        await save_warehouse(unit, "EAST", 40.7, -74.0)
        await delivery.recompute(unit)
    key = await zone_id(database, "100")
    assert key in {lane[0] for lane in await lanes(database)}

    async with database.unit() as unit:
        await delivery.delete_zone(unit, id=key)

    assert key not in {lane[0] for lane in await lanes(database)}
    async with database.read() as session:
        assert await session.scalar(sa.text("SELECT count(*) FROM postal_code WHERE code LIKE '1000%'")) == 0


async def test_a_file_that_groups_codes_otherwise_leaves_no_empty_zone(database: Database) -> None:
    async with database.unit() as unit:
        await save_places(unit)

    async with database.unit() as unit:
        rows = [CodeRow("10001", "10001", 40.75, -73.99), CodeRow("10002", "10002", 40.71, -73.98)]
        saved = await save_codes(unit, rows, country="US")
        again = await save_codes(unit, rows, country="US")

    assert (saved.changed, again.changed) == (2, 0)
    async with database.read() as session:
        codes = await session.scalars(sa.text("SELECT code FROM delivery_zone ORDER BY code"))
        assert codes.all() == ["000", "10001", "10002", "941", "969"]

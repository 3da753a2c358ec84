"""Carriers, methods and rates: what operators can and cannot say of them."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.problems import Problem, Rejected
from services import delivery
from services.delivery import RateDraft
from services.delivery.records import CarrierRecord, MethodRecord
from services.unit_of_work import Database
from tests.factories.delivery import save_places, save_warehouse

GOOD = RateDraft(10, 100, 1, 2)


async def carrier(database: Database, **fields: object) -> CarrierRecord:
    given: dict[str, object] = {"code": "post", "name": "Post", "countries": ["us"], **fields}
    async with database.unit() as unit:
        return await delivery.save_carrier(unit, **given)  # type: ignore[arg-type]  # tests give any field by name


async def method(database: Database, carrier_id: UUID, **fields: object) -> MethodRecord:
    given: dict[str, object] = {"code": "slow", "name": "Slow", "rates": [GOOD], "currency": "USD", **fields}
    async with database.unit() as unit:
        return await delivery.save_method(unit, carrier_id=carrier_id, **given)  # type: ignore[arg-type]  # as above


def shown(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(problem.code, ".".join(problem.path)) for problem in problems]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"code": "a/b"}, ("BAD_CODE", "code")),
        ({"name": "x" * 201}, ("BAD_NAME", "name")),
        ({"countries": ["US", "Canada"]}, ("BAD_COUNTRY", "countries.1")),
        ({"countries": ["US"] * 101}, ("LIST_TOO_LONG", "countries")),
        ({"id": UUID(int=1)}, ("NOT_FOUND", "id")),
        ({"code": "parcel"}, ("CODE_TAKEN", "code")),
    ],
)
async def test_refuses_a_carrier(database: Database, fields: dict[str, object], problem: tuple[str, str]) -> None:
    async with database.unit() as unit:
        await save_places(unit)

    with pytest.raises(Rejected) as refused:
        await carrier(database, **fields)

    assert shown(tuple(refused.value.problems)) == [problem]


@pytest.mark.parametrize(
    ("rates", "problem"),
    [
        ([GOOD._replace(price_minor=-1)], ("BAD_RATE", "rates.0.priceMinor")),
        ([GOOD._replace(price_minor=10**9 + 1)], ("BAD_RATE", "rates.0.priceMinor")),
        ([GOOD, GOOD._replace(up_to_km=0)], ("BAD_RATE", "rates.1.upToKm")),
        ([GOOD._replace(up_to_km=25_001)], ("BAD_RATE", "rates.0.upToKm")),
        ([GOOD._replace(min_days=3)], ("BAD_RATE", "rates.0.maxDays")),
        ([GOOD._replace(min_days=-1)], ("BAD_RATE", "rates.0.maxDays")),
        ([GOOD._replace(max_days=366)], ("BAD_RATE", "rates.0.maxDays")),
        ([GOOD._replace(up_to_km=n + 1) for n in range(101)], ("LIST_TOO_LONG", "rates")),
    ],
)
async def test_refuses_a_rate(database: Database, rates: list[RateDraft], problem: tuple[str, str]) -> None:
    owner = await carrier(database)

    with pytest.raises(Rejected) as refused:
        await method(database, owner.id, rates=rates)

    assert shown(tuple(refused.value.problems)) == [problem]


async def test_refuses_bands_that_overlap(database: Database) -> None:
    owner = await carrier(database)

    with pytest.raises(Rejected) as refused:
        await method(database, owner.id, rates=[GOOD, GOOD._replace(price_minor=200)])

    assert shown(tuple(refused.value.problems)) == [(("OVERLAPPING_RATES"), f"rates.{n}.upToKm") for n in (0, 1)]


async def test_refuses_a_method_of_nobody_and_one_with_a_code_that_is_taken(database: Database) -> None:
    owner = await carrier(database)
    other = await method(database, owner.id, code="fast")
    await method(database, owner.id)

    found = []
    for key, fields in (
        (UUID(int=1), {}),
        (owner.id, {}),
        (owner.id, {"id": other.id}),
        (owner.id, {"id": UUID(int=1)}),
    ):
        with pytest.raises(Rejected) as refused:
            await method(database, key, **fields)
        found += shown(tuple(refused.value.problems))

    assert found == [("NOT_FOUND", "carrier"), ("CODE_TAKEN", "code"), ("CODE_TAKEN", "code"), ("NOT_FOUND", "id")]


async def test_rates_replace_those_that_were_there(database: Database) -> None:
    owner = await carrier(database)
    made = await method(database, owner.id, rates=[GOOD, GOOD._replace(up_to_km=20)])

    saved = await method(database, owner.id, id=made.id, rates=[GOOD._replace(up_to_km=30), GOOD._replace(up_to_km=5)])

    async with database.read() as session:
        reaches = (await session.scalars(sa.text("SELECT up_to_km FROM delivery_rate ORDER BY 1"))).all()
    assert reaches == [rate.up_to_km for rate in saved.rates] == [5, 30]


async def test_of_two_that_make_the_same_carrier_at_once_one_is_refused(
    database: Database, open_database: Callable[[], Database]
) -> None:
    both = await asyncio.gather(carrier(database), carrier(open_database()), return_exceptions=True)

    refused = [one for one in both if isinstance(one, Rejected)]
    assert [shown(tuple(one.problems)) for one in refused] == [[("CODE_TAKEN", "code")]]


async def test_a_deleted_method_has_no_lanes_after_its_job(database: Database) -> None:
    async with database.unit() as unit:
        await save_places(unit)
        await save_warehouse(unit, "EAST", 40.7, -74.0)
        await delivery.recompute(unit)
        key: UUID = (await unit.session.scalars(sa.text("SELECT id FROM delivery_method WHERE code='express'"))).one()

    async with database.unit() as unit:
        await delivery.delete_method(unit, id=key)
    async with database.unit() as unit:
        await delivery.RECOMPUTE.run(unit, {"methods": [str(key)]})

    async with database.read() as session:
        left = (await session.scalars(sa.text("SELECT DISTINCT method_id FROM delivery_lane"))).all()
    assert len(left) == 1
    assert key not in left

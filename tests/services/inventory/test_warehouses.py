"""Warehouses: made and changed by code, and announced when they differ."""

import math

import pytest

from core.ids import new_id
from core.problems import Rejected
from services.inventory.records import WarehouseRecord
from services.inventory.warehouses import WarehousePlan, save_warehouse
from services.unit_of_work import Database
from tests.factories.stock import published

PLAN = WarehousePlan("SOUTH", "Austin", "US", "73301", 30.27, -97.74)


async def save(database: Database, plan: WarehousePlan) -> WarehouseRecord:
    async with database.unit() as unit:
        return await save_warehouse(unit, plan)


async def test_a_warehouse_is_made_changed_and_announced_once_each(database: Database) -> None:
    made = await save(database, PLAN)
    await save(database, PLAN)

    closed = await save(database, PLAN._replace(name="Austin North", is_active=False))

    assert closed == made._replace(name="Austin North", is_active=False)
    assert await published(database, "inventory.warehouse_changed") == [{"warehouse_id": str(made.id)}] * 2


async def test_country_and_postal_code_are_taken_in_any_case_and_kept_in_upper_case(database: Database) -> None:
    made = await save(database, PLAN._replace(country="gb", postal_code=" sw1a  1aa", name=" London "))

    assert (made.name, made.country, made.postal_code) == ("London", "GB", "SW1A 1AA")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": ""}, "BAD_CODE"),
        ({"code": "a b"}, "BAD_CODE"),
        ({"code": "A\n"}, "BAD_CODE"),
        ({"code": "x" * 41}, "BAD_CODE"),
        ({"name": " "}, "BAD_NAME"),
        ({"name": "x" * 201}, "BAD_NAME"),
        ({"name": "a\0"}, "BAD_NAME"),
        ({"country": "usa"}, "BAD_COUNTRY"),
        ({"country": "ﬁ"}, "BAD_COUNTRY"),
        ({"postal_code": ""}, "BAD_POSTAL_CODE"),
        ({"postal_code": "1" + "-" * 100}, "BAD_POSTAL_CODE"),
        ({"postal_code": "1" * 13}, "BAD_POSTAL_CODE"),
        ({"postal_code": "1\0"}, "BAD_POSTAL_CODE"),
        ({"latitude": 90.1}, "BAD_COORDINATES"),
        ({"latitude": math.nan}, "BAD_COORDINATES"),
        ({"longitude": -math.inf}, "BAD_COORDINATES"),
        ({"longitude": 181.0}, "BAD_COORDINATES"),
        ({"seller_id": new_id()}, "NOT_FOUND"),
    ],
)
async def test_refuses_what_is_no_warehouse(database: Database, changes: dict[str, object], code: str) -> None:
    with pytest.raises(Rejected) as caught:
        await save(database, PLAN._replace(**changes))  # type: ignore[arg-type]  # tests change any field by name

    assert [problem.code for problem in caught.value.problems] == [code]
    assert await published(database, "inventory.warehouse_changed") == []

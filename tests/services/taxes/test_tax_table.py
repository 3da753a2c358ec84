"""Which rates are found for a place and for categories."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from core.profile import profiling
from models.catalog import Category
from services import taxes
from services.catalog.commands import save_category
from services.catalog.drafts import CategoryDraft
from services.taxes import TaxRateDraft, TaxTable
from services.unit_of_work import Database


async def save_rates(database: Database, *rates: tuple[str, str, str, int]) -> None:
    """Rates by country, prefix and class."""
    async with database.unit() as unit:
        for country, prefix, tax_class, rate_ppm in rates:
            await taxes.save_tax_rate(unit, draft=TaxRateDraft(country, "Tax", rate_ppm, prefix, tax_class))


async def find(
    database: Database, code: str = "10001", *, country: str = "US", category_ids: tuple[UUID, ...] = ()
) -> TaxTable:
    async with database.read() as session:
        return await taxes.find_tax_table(session, country=country, postal_code=code, category_ids=category_ids)


@pytest.mark.parametrize(
    ("country", "code", "expected"),
    [
        ("US", "10001", 3),
        ("us", " 100-01 ", 3),
        ("US", "10001-1234", 3),
        ("US", "10101", 2),
        ("US", "99999", 1),
        ("US", "", 1),
        ("US", "no code at all", 1),
        ("US", "1", 1),
        ("CA", "10001", None),
        ("GB", "sw1a 1aa", 4),
        ("", "10001", None),
        ("US", "\0", 1),
    ],
)
async def test_the_longest_prefix_counts(database: Database, country: str, code: str, expected: int | None) -> None:
    await save_rates(
        database,
        ("US", "", "standard", 1),
        ("US", "10", "standard", 2),
        ("US", "100", "standard", 3),
        ("US", "1000199", "standard", 9),
        ("GB", "SW1A 1", "standard", 4),
    )

    table = await find(database, code, country=country)

    assert [one.rate_ppm for one in table.rates.values()] == ([] if expected is None else [expected])


async def test_each_class_has_its_own_longest_prefix(database: Database) -> None:
    await save_rates(database, ("US", "100", "standard", 3), ("US", "", "clothes", 7), ("US", "10", "clothes", 8))

    table = await find(database)

    assert {name: one.rate_ppm for name, one in table.rates.items()} == {"standard": 3, "clothes": 8}


async def test_the_nearest_category_above_decides(database: Database) -> None:
    paths = [("Wear",), ("Wear", "Shoes"), ("Wear", "Shoes", "Boots"), ("Wear", "Shoes", "Sandals"), ("Toys",)]
    async with database.unit() as unit:
        wear, shoes, boots, sandals, toys = [await save_category(unit, CategoryDraft(path=path)) for path in paths]
        await taxes.set_tax_class(unit, category_id=wear, tax_class="clothes")
        await taxes.set_tax_class(unit, category_id=boots, tax_class=" Luxury ")
        await taxes.set_tax_class(unit, category_id=sandals, tax_class="standard")
    gone = UUID(int=1)

    table = await find(database, category_ids=(wear, shoes, boots, sandals, toys, gone))

    assert table.classes == {wear: "clothes", shoes: "clothes", boots: "luxury", sandals: "standard"}


async def test_reads_once_however_many_there_are(database: Database) -> None:
    async with database.unit() as unit:
        keys = [await save_category(unit, CategoryDraft(path=("Wear", f"Corner {number}"))) for number in range(30)]
        for key in keys:
            await taxes.set_tax_class(unit, category_id=key, tax_class="clothes")
    await save_rates(database, ("US", "", "standard", 1), ("US", "", "clothes", 2))

    with profiling() as profile:
        table = await find(database, category_ids=tuple(keys))

    assert (len(table.classes), profile.sql) == (30, 1)


async def test_a_category_that_goes_takes_its_class_along(database: Database) -> None:
    async with database.unit() as unit:
        key = await save_category(unit, CategoryDraft(path=("Wear",)))
        await taxes.set_tax_class(unit, category_id=key, tax_class="clothes")

    async with database.unit() as unit:
        await unit.session.execute(sa.delete(Category).where(Category.id == key))

    assert (await find(database, category_ids=(key,))).classes == {}

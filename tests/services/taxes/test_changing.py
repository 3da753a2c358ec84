"""What operators can and cannot say of taxes."""

import asyncio
from uuid import UUID

import pytest

from core.problems import Rejected
from core.profile import profiling
from services import taxes
from services.catalog.commands import save_category
from services.catalog.drafts import CategoryDraft
from services.taxes import RatePlace, TaxRateDraft, TaxRateRecord
from services.unit_of_work import Database

STATE = TaxRateDraft("us", " State tax ", 62_500)


async def save(database: Database, *, id: UUID | None = None, **fields: object) -> TaxRateRecord:
    async with database.unit() as unit:
        return await taxes.save_tax_rate(
            unit,
            draft=STATE._replace(**fields),  # type: ignore[arg-type]  # tests give any field by name
            id=id,
        )


async def listed(database: Database, country: str | None = None) -> list[TaxRateRecord]:
    async with database.read() as session:
        return list(await taxes.list_tax_rates(session, first=100, after=None, country=country))


async def problems_of(database: Database, *, id: UUID | None = None, **fields: object) -> list[tuple[str, str]]:
    with pytest.raises(Rejected) as refused:
        await save(database, id=id, **fields)
    return [(problem.code, ".".join(problem.path)) for problem in refused.value.problems]


async def test_keeps_one_spelling(database: Database) -> None:
    saved = await save(database, postal_prefix="0 1-0", tax_class=" Reduced ")

    assert await listed(database) == [saved]
    assert saved == TaxRateRecord(saved.id, "US", "010", "reduced", "State tax", 62_500, False)


async def test_tells_all_problems_together(database: Database) -> None:
    found = await problems_of(
        database, country="USA", postal_prefix="*", tax_class="1st", name=" \n", rate_ppm=1_000_001
    )

    assert found == [
        ("BAD_COUNTRY", "country"),
        ("BAD_POSTAL_CODE", "postalPrefix"),
        ("BAD_TAX_CLASS", "taxClass"),
        ("BAD_NAME", "name"),
        ("BAD_TAX_RATE", "ratePpm"),
    ]


@pytest.mark.parametrize("rate_ppm", [-1, 1_000_001, 2**53])
async def test_refuses_a_rate_that_is_none(database: Database, rate_ppm: int) -> None:
    assert await problems_of(database, rate_ppm=rate_ppm) == [("BAD_TAX_RATE", "ratePpm")]


async def test_changes_a_rate(database: Database) -> None:
    before = await save(database)

    after = await save(database, id=before.id, rate_ppm=0, applies_to_delivery=True)

    assert await listed(database) == [after]
    assert (after.id, after.rate_ppm, after.applies_to_delivery) == (before.id, 0, True)


async def test_a_class_has_one_rate_at_a_place(database: Database) -> None:
    first = await save(database)
    second = await save(database, postal_prefix="1")

    assert await problems_of(database) == [("TAX_RATE_TAKEN", "postalPrefix")]
    assert await problems_of(database, id=second.id) == [("TAX_RATE_TAKEN", "postalPrefix")]
    assert await problems_of(database, id=UUID(int=1), postal_prefix="2") == [("NOT_FOUND", "id")]
    assert await listed(database) == [first, second]


async def test_of_two_that_make_the_same_at_once_one_is_refused(database: Database) -> None:
    outcomes = await asyncio.gather(save(database), save(database), return_exceptions=True)

    assert len([one for one in outcomes if isinstance(one, Rejected)]) == 1
    assert len(await listed(database)) == 1


async def test_adds_many_at_once_and_keeps_what_is_there(database: Database) -> None:
    before = await save(database, postal_prefix="100")
    drafts = [STATE._replace(postal_prefix=f"{number}", rate_ppm=1) for number in range(90, 110)]

    with profiling() as profile:
        async with database.unit() as unit:
            await taxes.add_tax_rates(unit, drafts)

    found = {one.postal_prefix: one for one in await listed(database, "US")}
    assert (len(found), profile.sql) == (20, 1)
    assert (found["100"], found["99"].rate_ppm) == (before, 1)


async def test_adds_none_if_one_is_wrong(database: Database) -> None:
    with pytest.raises(Rejected) as refused:
        async with database.unit() as unit:
            await taxes.add_tax_rates(unit, [STATE, STATE._replace(rate_ppm=-1)])

    assert [problem.code for problem in refused.value.problems] == ["BAD_TAX_RATE"]
    assert await listed(database) == []


async def test_deletes_a_rate_once(database: Database) -> None:
    saved = await save(database)
    async with database.unit() as unit:
        await taxes.delete_tax_rate(unit, id=saved.id)

    with pytest.raises(Rejected) as refused:
        async with database.unit() as unit:
            await taxes.delete_tax_rate(unit, id=saved.id)

    assert [problem.code for problem in refused.value.problems] == ["NOT_FOUND"]
    assert await listed(database) == []


async def test_lists_by_country_prefix_and_class(database: Database) -> None:
    given = [("DE", "", "reduced"), ("DE", "", "standard"), ("US", "", "standard"), ("US", "1", "standard")]
    for country, prefix, tax_class in reversed(given):
        await save(database, country=country, postal_prefix=prefix, tax_class=tax_class)

    async with database.read() as session:
        rest = await taxes.list_tax_rates(session, first=2, after=RatePlace("DE", "", "reduced"))

    assert [(one.country, one.postal_prefix, one.tax_class) for one in await listed(database)] == given
    assert [(one.country, one.postal_prefix, one.tax_class) for one in rest] == given[1:3]
    assert len(await listed(database, "DE")) == 2


@pytest.mark.parametrize(
    ("tax_class", "problem"),
    [("", "BAD_TAX_CLASS"), ("ab c", "BAD_TAX_CLASS"), ("reduced", "NOT_FOUND"), (None, "NOT_FOUND")],
)
async def test_refuses_a_class_for_what_is_no_category(database: Database, tax_class: str | None, problem: str) -> None:
    with pytest.raises(Rejected) as refused:
        async with database.unit() as unit:
            await taxes.set_tax_class(unit, category_id=UUID(int=1), tax_class=tax_class)

    assert [one.code for one in refused.value.problems] == [problem]


async def test_a_category_gets_a_class_and_loses_it(database: Database) -> None:
    async with database.unit() as unit:
        key = await save_category(unit, CategoryDraft(path=("Wear",)))

    found = []
    for tax_class in ("reduced", "none", None, None):
        async with database.unit() as unit:
            await taxes.set_tax_class(unit, category_id=key, tax_class=tax_class)
        async with database.read() as session:
            table = await taxes.find_tax_table(session, country="US", postal_code="", category_ids=[key])
            found.append(table.classes.get(key))

    assert found == ["reduced", "none", None, None]

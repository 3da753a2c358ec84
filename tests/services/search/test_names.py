"""Names of brands for facets, and what is remembered of them."""

from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from models.catalog import Brand
from services.search.names import Names
from services.unit_of_work import Database


async def brands(database: Database, *names: str) -> dict[UUID, str]:
    made = {new_id(): name for name in names}
    async with database.unit() as unit:
        rows = [{"id": key, "slug": name.lower(), "name": name} for key, name in made.items()]
        await unit.session.execute(sa.insert(Brand), rows)
    return made


async def test_hands_out_names_that_stay_when_all_are_forgotten(database: Database) -> None:
    made = await brands(database, "Acme", "Brackwell")
    clock = [0.0]
    names = Names(database, seconds=lambda: clock[0])

    found = await names.of(made)
    clock[0] = 1_000.0
    await names.of([])

    assert found == made


async def test_hands_out_only_what_was_asked_for(database: Database) -> None:
    first, second = await brands(database, "Acme", "Brackwell")
    names = Names(database)
    await names.of([first, second])

    found = await names.of([second, new_id()])

    assert found == {second: "Brackwell"}

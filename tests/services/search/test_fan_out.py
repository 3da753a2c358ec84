"""A warehouse opens or closes: its products are projected page by page, and no others."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from models.catalog import Product, Variant
from models.inventory import Warehouse
from models.search import ListingRow
from services.imports.commands import save_catalog, save_products
from services.inventory.events import WarehouseChanged
from services.outbox import WaitingEvent
from services.search.fan_out import continue_fan_out, count_waiting
from services.search.handlers import list_again
from services.search.projection import draw_version, project
from services.unit_of_work import Database
from tests.factories.catalog import catalog_draft, product_draft, variant_draft

BOTH = {"EAST": 1, "WEST": 2}


async def save(database: Database, **stocks: Mapping[str, int]) -> None:
    """A listed product for each stock, called as the argument is."""
    async with database.unit() as unit:
        await save_catalog(unit, catalog_draft())
        await save_products(
            unit, [product_draft(name, variants=(variant_draft(name, stock=stock),)) for name, stock in stocks.items()]
        )
        products = (await unit.session.scalars(sa.select(Product.id))).all()
        await project(unit, products, version=await draw_version(unit), currency="USD")


async def switch(database: Database, code: str, *, is_active: bool) -> UUID:
    """Open or close a warehouse, and have search hear of it."""
    async with database.unit() as unit:
        statement = sa.update(Warehouse).where(Warehouse.code == code).values(is_active=is_active)
        key = (await unit.session.execute(statement.returning(Warehouse.id))).scalar_one()
    await hear(database, key)
    return key


async def hear(database: Database, warehouse_id: UUID) -> None:
    event = WaitingEvent(1, WarehouseChanged.type, str(warehouse_id), {"warehouse_id": str(warehouse_id)})
    async with database.unit() as unit:
        assert await list_again(unit, [event], currency="USD") is None


async def fan_out(database: Database, *, limit: int) -> list[set[str]]:
    """Work until nothing waits; the products of each page."""
    pages: list[set[str]] = []
    while True:
        async with database.unit() as unit:
            projected = await continue_fan_out(unit, currency="USD", limit=limit)
            if projected is None:
                return pages
            ids = [document.id for document in projected.documents]
            names = await unit.session.scalars(sa.select(Product.external_id).where(Product.id.in_(ids)))
            pages.append(set(names))


async def listed(database: Database) -> dict[str, tuple[Sequence[str], bool]]:
    """Each product's warehouses, and whether it is in stock."""
    names = sa.select(sa.func.array_agg(Warehouse.code)).where(Warehouse.id == sa.any_(ListingRow.warehouse_ids))
    statement = sa.select(Product.external_id, names.scalar_subquery(), ListingRow.in_stock)
    async with database.read() as session:
        rows = await session.execute(statement.join(ListingRow, ListingRow.product_id == Product.id))
        return {name: (sorted(codes or ()), in_stock) for name, codes, in_stock in rows}


async def test_products_leave_a_warehouse_that_closes_and_come_back(database: Database) -> None:
    await save(database, east={"EAST": 1}, west={"WEST": 1}, both=BOTH, none={"EAST": 0})

    await switch(database, "EAST", is_active=False)
    closing = await fan_out(database, limit=10)
    closed = await listed(database)
    await switch(database, "EAST", is_active=True)
    opening = await fan_out(database, limit=10)

    assert closing == opening == [{"east", "both"}]
    assert closed == {
        "east": ([], False),
        "west": (["WEST"], True),
        "both": (["WEST"], True),
        "none": ([], False),
    }
    assert await listed(database) == {
        "east": (["EAST"], True),
        "west": (["WEST"], True),
        "both": (["EAST", "WEST"], True),
        "none": ([], False),
    }


async def test_goes_on_where_the_last_page_ended(database: Database) -> None:
    await save(database, **{f"p{number}": {"EAST": number % 2} for number in range(9)})
    await switch(database, "EAST", is_active=False)

    pages = await fan_out(database, limit=2)

    assert len(pages) == 5
    assert set[str]().union(*pages) == {"p1", "p3", "p5", "p7"}
    async with database.read() as session:
        assert await count_waiting(session) == 0


async def test_a_warehouse_that_was_renamed_concerns_no_product(database: Database) -> None:
    await save(database, east={"EAST": 1}, both=BOTH)
    key = await switch(database, "EAST", is_active=True)

    await hear(database, key)

    assert await fan_out(database, limit=10) == [set()]


async def test_changing_again_meanwhile_starts_from_the_first_product(database: Database) -> None:
    await save(database, **{f"p{number}": {"EAST": 1} for number in range(4)})
    await switch(database, "EAST", is_active=False)
    async with database.unit() as unit:
        await continue_fan_out(unit, currency="USD", limit=2)

    await switch(database, "EAST", is_active=True)
    await fan_out(database, limit=2)

    assert {stock for _, stock in (await listed(database)).values()} == {True}


async def test_units_of_an_archived_variant_do_not_count(database: Database) -> None:
    await save(database, east={"EAST": 1})
    async with database.unit() as unit:
        await unit.session.execute(sa.update(Variant).values(status="archived"))
    await switch(database, "EAST", is_active=False)
    await fan_out(database, limit=10)

    await switch(database, "EAST", is_active=True)

    assert await fan_out(database, limit=10) == [set()]
    assert await listed(database) == {"east": ([], False)}

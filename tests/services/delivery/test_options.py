"""Which way of delivery is offered, at what price and how fast, from the stock that there is."""

from typing import NamedTuple
from uuid import UUID

import pytest
import sqlalchemy as sa

from services import delivery
from services.catalog.drafts import VariantDraft
from services.delivery.options import (
    DeliveryRecord,
    Wanted,
    find_options_of_products,
    find_options_of_variants,
)
from services.delivery.places import PlaceKey
from services.delivery.rules import RateDraft
from services.imports.commands import save_catalog, save_products
from services.unit_of_work import Database
from tests.factories.catalog import catalog_draft, product_draft
from tests.factories.delivery import save_method, save_places, save_warehouse

NEW_YORK = PlaceKey("US", "10001")
Offer = tuple[str, int, int, int]


class Stocked(NamedTuple):
    product_id: UUID
    small: UUID
    large: UUID


async def stock(database: Database, *, small: dict[str, int], large: dict[str, int]) -> Stocked:
    """Two variants of one product; warehouses NEAR (New York) and FAR (San Francisco) have so many of each."""
    variants = tuple(VariantDraft(sku=size, option_values=(size,), stock={}) for size in ("S", "L"))
    async with database.unit() as unit:
        await save_catalog(unit, catalog_draft())
        await save_products(unit, [product_draft("K-1", option_names=("Size",), variants=variants)])
        await save_places(unit)
        warehouses = {
            "NEAR": await save_warehouse(unit, "NEAR", 40.7, -74.0),
            "FAR": await save_warehouse(unit, "FAR", 37.8, -122.4),
        }
        found = await unit.session.execute(sa.text("SELECT sku, id, product_id FROM variant"))
        rows = {row.sku: row for row in found}
        for sku, levels in (("S", small), ("L", large)):
            for code, units in levels.items():
                await unit.session.execute(
                    sa.text("INSERT INTO inventory_level (variant_id, warehouse_id, on_hand) VALUES (:v, :w, :n)"),
                    {"v": rows[sku].id, "w": warehouses[code], "n": units},
                )
        await delivery.recompute(unit)
    return Stocked(rows["S"].product_id, rows["S"].id, rows["L"].id)


async def of_variant(database: Database, key: UUID, quantity: int = 1, place: PlaceKey = NEW_YORK) -> DeliveryRecord:
    wanted = Wanted(key, place, quantity)
    async with database.read() as session:
        return (await find_options_of_variants(session, [wanted], currency="USD"))[wanted]


def offers(found: DeliveryRecord) -> list[Offer]:
    return [(one.code, one.price.amount_minor, one.min_days, one.max_days) for one in found.options]


async def change(database: Database, statement: str) -> None:
    async with database.unit() as unit:
        await unit.session.execute(sa.text(statement))
        await delivery.recompute(unit)


async def test_offers_each_method_from_the_cheapest_warehouse_that_has_it(database: Database) -> None:
    shop = await stock(database, small={"NEAR": 1, "FAR": 9}, large={"FAR": 9})

    near, far = await of_variant(database, shop.small), await of_variant(database, shop.large)

    assert offers(near) == [("standard", 399, 1, 2), ("express", 1999, 1, 1)]
    assert offers(far) == [("standard", 799, 3, 6)]
    assert (near.cheapest, near.fastest) == (near.options[0], near.options[1])


async def test_of_equally_dear_lanes_the_faster_one_is_taken(database: Database) -> None:
    shop = await stock(database, small={"NEAR": 1, "FAR": 1}, large={})

    await change(
        database, "UPDATE delivery_rate SET price_minor = 500, min_days = 2, max_days = 9 WHERE up_to_km = 300"
    )
    await change(database, "UPDATE delivery_rate SET price_minor = 500 WHERE up_to_km = 5000")

    assert offers(await of_variant(database, shop.small))[0] == ("standard", 500, 3, 6)


async def test_a_larger_quantity_comes_from_where_all_of_it_is(database: Database) -> None:
    shop = await stock(database, small={"NEAR": 3, "FAR": 10}, large={})

    found = await of_variant(database, shop.small, 5)

    assert offers(found) == [("standard", 799, 3, 6)]
    assert len(found.options[0].warehouse_ids) == 1


async def test_a_quantity_that_no_warehouse_has_alone_is_split_and_its_prices_add_up(database: Database) -> None:
    shop = await stock(database, small={"NEAR": 3, "FAR": 10}, large={})

    found = await of_variant(database, shop.small, 13)

    assert offers(found) == [("standard", 399 + 799, 3, 6)]
    assert len(found.options[0].warehouse_ids) == 2


async def test_more_than_all_warehouses_have_is_not_deliverable(database: Database) -> None:
    shop = await stock(database, small={"NEAR": 3, "FAR": 10}, large={})

    found = await of_variant(database, shop.small, 14)

    assert (found.is_known, found.is_deliverable, offers(found)) == (True, False, [])
    assert (found.cheapest, found.fastest) == (None, None)


async def test_reserved_units_do_not_count(database: Database) -> None:
    shop = await stock(database, small={"NEAR": 3}, large={})

    await change(database, "UPDATE inventory_level SET reserved = 3")

    assert offers(await of_variant(database, shop.small)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE warehouse SET is_active = false",
        "UPDATE carrier SET is_active = false",
        "UPDATE delivery_method SET is_active = false",
        "UPDATE variant SET status = 'archived'",
        "DELETE FROM delivery_method",
    ],
)
async def test_what_was_closed_is_not_offered_even_before_the_matrix_is_computed(
    database: Database, statement: str
) -> None:
    shop = await stock(database, small={"NEAR": 3}, large={})

    async with database.unit() as unit:
        await unit.session.execute(sa.text(statement))

    assert offers(await of_variant(database, shop.small)) == []


async def test_a_product_is_offered_as_its_best_variant_is(database: Database) -> None:
    shop = await stock(database, small={"FAR": 1}, large={"NEAR": 1})
    wanted = Wanted(shop.product_id, NEW_YORK)

    async with database.read() as session:
        found = (await find_options_of_products(session, [wanted], currency="USD"))[wanted]

    assert offers(found) == [("standard", 399, 1, 2), ("express", 1999, 1, 1)]


@pytest.mark.parametrize(("code", "known"), [("96910", True), ("00001", True), ("99999", False), ("", False)])
async def test_a_zone_that_nobody_serves_is_told_from_a_code_that_does_not_exist(
    database: Database, code: str, known: bool
) -> None:
    shop = await stock(database, small={"NEAR": 3}, large={})

    found = await of_variant(database, shop.small, place=PlaceKey.of(country="us", code=code))

    assert (found.is_known, found.is_deliverable) == (known, False)


async def test_a_lane_in_another_currency_is_not_offered(database: Database) -> None:
    shop = await stock(database, small={"NEAR": 3}, large={})

    await change(database, "UPDATE delivery_rate SET currency = 'EUR' WHERE up_to_km = 300")

    assert offers(await of_variant(database, shop.small)) == [("express", 1999, 1, 1)]


async def test_a_new_rate_is_the_smallest_that_reaches(database: Database) -> None:
    shop = await stock(database, small={"NEAR": 3}, large={})
    async with database.unit() as unit:
        carrier = (await unit.session.scalars(sa.text("SELECT id FROM carrier"))).one()
        await save_method(unit, carrier, "bike", (RateDraft(50, 1500, 0, 0), RateDraft(2, 700, 0, 0)))
        await delivery.recompute(unit)

    assert ("bike", 1500, 0, 0) in offers(await of_variant(database, shop.small))

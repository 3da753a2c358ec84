"""What a listing says of a product, and which version it has."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.ids import new_id
from core.profile import profiling
from models.catalog import Attribute, Product, Variant
from models.feed import ListingTombstone
from models.search import ListingRow, SearchTerm
from ports.search import SortKey
from services.catalog.commands import set_price, set_status
from services.catalog.drafts import OfferDraft
from services.imports.commands import save_catalog, save_products
from services.search.projection import Projected, draw_version, project
from services.unit_of_work import Database, UnitOfWork
from tests.factories.catalog import catalog_draft, product_draft, variant_draft
from tests.factories.worker import offer_of, save_shop

RELEASED = datetime(2025, 5, 1, tzinfo=UTC)


async def list_now(database: Database, *product_ids: UUID, currency: str = "USD") -> Projected:
    async with database.unit() as unit:
        return await project(unit, product_ids, version=await draw_version(unit), currency=currency)


async def listing_of(database: Database, product_id: UUID) -> sa.Row[tuple[object, ...]]:
    async with database.read() as session:
        return (await session.execute(sa.select(ListingRow.__table__).where(ListingRow.product_id == product_id))).one()


async def save(database: Database, **fields: object) -> UUID:
    async with database.unit() as unit:
        await save_catalog(unit, catalog_draft())
        assert (await save_products(unit, [product_draft("P", **fields)])).refused == ()
        return await id_of(unit, "P")


async def id_of(unit: UnitOfWork, external_id: str) -> UUID:
    statement = sa.select(Product.id).where(Product.external_id == external_id)
    return (await unit.session.execute(statement)).scalar_one()


async def words_of(database: Database) -> dict[str, int]:
    async with database.read() as session:
        rows = await session.execute(sa.select(SearchTerm.term, SearchTerm.documents).where(SearchTerm.documents > 0))
        return {row.term: row.documents for row in rows}


async def test_lists_the_facts_of_a_product(database: Database) -> None:
    product_id = await save(
        database,
        title="O'Neill's kettle",
        attributes={"colour": "Black", "capacity": 1.7, "cordless": True, "whistle": False},
        ratings=(0, 0, 0, 1, 1),
        units_sold=12,
        released_at=RELEASED,
    )
    async with database.unit() as unit:
        await unit.session.execute(sa.update(Attribute).values(filterable=True))

    projected = await list_now(database, product_id)

    row = await listing_of(database, product_id)
    assert (row.title, row.brand, row.category_names) == (
        "O'Neill's kettle",
        "Alder & Finch",
        ["Home", "Kitchen", "Kettles"],
    )
    assert (row.price_minor, row.in_stock, row.units_sold, row.released_at) == (1999, True, 12, RELEASED)
    assert (row.rating_hundredths, row.rating_count, len(row.seller_ids)) == (450, 2, 1)
    assert sorted(row.pairs) == ["colour\x1fBlack", "cordless\x1ftrue", "whistle\x1ffalse"]
    assert row.numbers == {"capacity": 1.7}
    assert [word in row.features for word in ("Black", "Cordless", "Whistle")] == [True, True, False]
    assert row.version == projected.version
    assert row.rating_key == projected.documents[0].sort_keys[SortKey.RATING]


async def test_price_is_the_lowest_active_one_in_the_stores_currency(database: Database) -> None:
    abroad = OfferDraft(price_minor=50, currency="EUR", seller="abroad")
    variants = (
        variant_draft("A", offers=(OfferDraft(price_minor=500), abroad), option_values=("a",)),
        variant_draft("B", offers=(OfferDraft(price_minor=400),), option_values=("b",)),
        variant_draft("C", offers=(OfferDraft(price_minor=300),), option_values=("c",)),
    )
    product_id = await save(database, variants=variants, option_names=("Size",))
    async with database.unit() as unit:
        await unit.session.execute(sa.update(Variant).where(Variant.sku == "C").values(status="archived"))

    await list_now(database, product_id)

    row = await listing_of(database, product_id)
    assert row.price_minor == 400
    assert len(row.seller_ids) == 2


async def test_warehouses_are_the_open_ones_that_have_units_of_an_active_variant_left(database: Database) -> None:
    variants = (
        variant_draft("A", stock={"EAST": 3, "WEST": 2}, option_values=("a",)),
        variant_draft("B", stock={"EAST": 1}, option_values=("b",)),
    )
    product_id = await save(database, variants=variants, option_names=("Size",))
    projected = await list_now(database, product_id)
    whole = (await listing_of(database, product_id)).warehouse_ids
    changes = {
        "sold out in WEST": "UPDATE inventory_level SET reserved = on_hand WHERE on_hand = 2",
        "A gone": "UPDATE variant SET status = 'archived' WHERE sku = 'A'",
        "EAST closed": "UPDATE warehouse SET is_active = false WHERE code = 'EAST'",
    }

    left = {}
    for name, change in changes.items():
        async with database.unit() as unit:
            await unit.session.execute(sa.text(change))
        await list_now(database, product_id)
        row = await listing_of(database, product_id)
        left[name] = (len(row.warehouse_ids), row.in_stock)

    assert len(set(whole)) == len(whole) == 2
    assert list(projected.documents[0].warehouse_ids) == whole
    assert left == {"sold out in WEST": (1, True), "A gone": (1, True), "EAST closed": (0, False)}


async def test_stock_counts_what_is_not_reserved_of_active_variants(database: Database) -> None:
    product_id = await save(database, variants=(variant_draft("A", stock=3),))
    await list_now(database, product_id)
    before = (await listing_of(database, product_id)).in_stock
    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE inventory_level SET reserved = on_hand"))

    await list_now(database, product_id)

    assert (before, (await listing_of(database, product_id)).in_stock) == (True, False)


async def test_product_without_offers_or_ratings_is_listed(database: Database) -> None:
    product_id = await save(
        database, variants=(variant_draft("A", price=None, stock=0),), ratings=(0, 0, 0, 0, 0), brand=None
    )

    await list_now(database, product_id)

    row = await listing_of(database, product_id)
    assert (row.price_minor, row.in_stock, row.rating_hundredths, row.brand, row.seller_ids) == (
        None,
        False,
        0,
        None,
        [],
    )


async def test_archived_product_is_delisted_and_comes_back(database: Database) -> None:
    product_id = await save(database)
    await list_now(database, product_id)
    async with database.unit() as unit:
        await set_status(unit, product_id, "archived")

    gone = await list_now(database, product_id, (unknown := new_id()))
    async with database.read() as session:
        left = await session.scalar(sa.select(sa.func.count()).select_from(ListingRow))
        tombstones = set(await session.scalars(sa.select(ListingTombstone.product_id)))
    words = await words_of(database)
    async with database.unit() as unit:
        await set_status(unit, product_id, "active")
    back = await list_now(database, product_id)

    assert (list(gone.documents), set(gone.deleted)) == ([], {product_id, unknown})
    assert (left, tombstones, words) == (0, {product_id, unknown}, {})
    assert [document.id for document in back.documents] == [product_id]
    assert back.version > gone.version == back.previous


async def test_counts_words_exactly_through_changes(database: Database) -> None:
    first = await save(database, title="red kettle", description="", attributes={})
    async with database.unit() as unit:
        await save_products(unit, [product_draft("Q", title="blue kettle", description="", attributes={})])
        second = await id_of(unit, "Q")
    await list_now(database, first, second)
    await list_now(database, first)
    async with database.unit() as unit:
        await save_products(unit, [product_draft("Q", title="red teapot", description="", attributes={})])

    await list_now(database, second)

    words = await words_of(database)
    assert {word: words.get(word) for word in ("red", "kettle", "teapot", "blue", "alder")} == {
        "red": 2,
        "kettle": 1,
        "teapot": 1,
        "blue": None,
        "alder": 2,
    }


async def test_lower_version_does_not_replace_a_higher_one(database: Database) -> None:
    product_id = await save(database)
    newest = await list_now(database, product_id)

    async with database.unit() as unit:
        await project(unit, [product_id], version=newest.version - 1, currency="USD")

    assert (await listing_of(database, product_id)).version == newest.version


async def test_version_is_above_every_event_in_sight(database: Database) -> None:
    products = await save_shop(database, products=3)
    async with database.unit() as unit:
        await set_price(unit, offer_id=await offer_of(database, products[0]), price_minor=5)

    async with database.unit() as unit:
        version = await draw_version(unit)

    async with database.read() as session:
        highest = (await session.execute(sa.text("SELECT max(sequence) FROM outbox_event"))).scalar_one()
    assert version > highest


async def test_statements_do_not_grow_with_products(database: Database) -> None:
    products = await save_shop(database, products=40)

    costs = []
    for some in (products[:2], products):
        with profiling() as profile:
            await list_now(database, *some)
        costs.append(profile.sql)

    assert costs[0] == costs[1]


async def test_refuses_more_than_one_batch(database: Database) -> None:
    async with database.unit() as unit:
        with pytest.raises(ValueError, match="at most 500"):
            await project(unit, [new_id()] * 501, version=1, currency="USD")


async def test_takes_in_texts_that_no_index_could_hold_as_values(database: Database) -> None:
    manual = "".join(f"{number:x}" for number in range(2_600))

    product_id = await save(
        database,
        description="7" * 5_000 + " GB",
        attributes={"colour": manual, "material": "Steel\nand glass", "finish": "Matt"},
    )
    await list_now(database, product_id)

    row = await listing_of(database, product_id)
    assert row.pairs == ["finish\x1fMatt"]

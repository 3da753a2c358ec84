"""Single writes: prices, statuses, stock, ratings, categories."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.ids import new_id
from core.problems import Rejected
from models.catalog import Category, CategoryAttribute, Offer, OfferPrice, Product, Variant
from models.inventory import InventoryLevel, Warehouse
from models.outbox import OutboxEvent
from models.reviews import RatingSummary
from models.sellers import Seller
from services.catalog.commands import save_category, set_price, set_status
from services.catalog.drafts import AttributeDraft, AttributeType, CategoryDraft, SellerDraft
from services.imports.commands import save_catalog, save_products
from services.inventory.commands import set_level
from services.reviews.commands import set_rating
from services.unit_of_work import Database, UnitOfWork
from tests.factories.catalog import catalog_draft, product_draft


@pytest.fixture
async def store(database: Database) -> Database:
    """A store with one kettle, and no events that wait."""
    async with database.unit() as unit:
        await save_catalog(unit, catalog_draft(sellers=(SellerDraft(slug="brightside", name="Brightside"),)))
        await save_products(unit, [product_draft("A")])
    async with database.unit() as unit:
        await unit.session.execute(sa.delete(OutboxEvent))
    return database


async def one(database: Database, statement: sa.Select[*tuple[Any, ...]]) -> Any:  # whatever the statement selects
    async with database.read() as session:
        row = (await session.execute(statement)).one()
        return row[0] if len(row) == 1 else tuple(row)


async def events(database: Database) -> list[str]:
    async with database.read() as session:
        return list(await session.scalars(sa.select(OutboxEvent.type).order_by(OutboxEvent.sequence)))


async def test_a_price_is_set_with_its_history_and_event(store: Database) -> None:
    offer_id = await one(store, sa.select(Offer.id))

    for price in (1500, 1500):
        async with store.unit() as unit:
            await set_price(unit, offer_id=offer_id, price_minor=price, compare_at_minor=1999)

    assert await one(store, sa.select(Offer.price_minor, Offer.compare_at_minor)) == (1500, 1999)
    async with store.read() as session:
        history = await session.scalars(sa.select(OfferPrice.price_minor).order_by(OfferPrice.valid_from_at))
    assert history.all() == [1999, 1500]
    assert await events(store) == ["catalog.price_changed"]


async def test_another_seller_gets_an_offer(store: Database) -> None:
    variant_id = await one(store, sa.select(Variant.id))
    seller_id = await one(store, sa.select(Seller.id).where(Seller.slug == "brightside"))

    async with store.unit() as unit:
        offer_id = await set_price(unit, variant_id=variant_id, seller_id=seller_id, price_minor=900)

    assert await one(store, sa.select(Offer.price_minor, Offer.currency).where(Offer.id == offer_id)) == (900, "USD")
    assert await events(store) == ["catalog.price_changed"]


async def test_two_who_price_the_same_new_offer_at_once_make_one(store: Database) -> None:
    variant_id = await one(store, sa.select(Variant.id))
    seller_id = await one(store, sa.select(Seller.id).where(Seller.slug == "brightside"))

    async def price(price_minor: int) -> object:
        async with store.unit() as unit:
            offer_id = await set_price(unit, variant_id=variant_id, seller_id=seller_id, price_minor=price_minor)
            await asyncio.sleep(0.1)
            return offer_id

    made = await asyncio.gather(*(price(price_minor) for price_minor in (900, 800, 700, 600)))

    assert len({*made}) == 1
    mine = sa.select(sa.func.count()).select_from(OfferPrice).where(OfferPrice.offer_id == made[0])
    assert await one(store, mine) == 4


async def test_a_status_is_set_once(store: Database) -> None:
    product_id = await one(store, sa.select(Product.id))

    for _ in range(2):
        async with store.unit() as unit:
            await set_status(unit, product_id, "archived")

    assert await one(store, sa.select(Product.status)) == "archived"
    assert await events(store) == ["catalog.product_changed"]


async def test_a_level_is_set_but_not_below_what_is_reserved(store: Database) -> None:
    variant_id = await one(store, sa.select(Variant.id))
    east = await one(store, sa.select(Warehouse.id).where(Warehouse.code == "EAST"))
    async with store.unit() as unit:
        await unit.session.execute(sa.update(InventoryLevel).values(reserved=2))

    async with store.unit() as unit:
        await set_level(unit, variant_id=variant_id, warehouse_id=east, on_hand=0)

    level = sa.select(InventoryLevel.on_hand, InventoryLevel.reserved, InventoryLevel.version)
    assert await one(store, level) == (2, 2, 2)
    assert await events(store) == ["inventory.stock_changed"]


async def test_a_rating_is_set_with_what_follows_from_it(store: Database) -> None:
    product_id = await one(store, sa.select(Product.id))

    async with store.unit() as unit:
        await set_rating(unit, product_id=product_id, histogram=(1, 0, 0, 0, 2))

    assert await one(store, sa.select(RatingSummary.count, RatingSummary.average_hundredths)) == (3, 367)
    assert await events(store) == ["reviews.rating_changed"]


async def test_a_category_is_made_with_its_parents_and_tells_when_it_changes(store: Database) -> None:
    draft = CategoryDraft(path=("Garden", "Kettles"), description="For camp fires.")

    async with store.unit() as unit:
        category_id = await save_category(unit, draft)
    silent = await events(store)
    async with store.unit() as unit:
        again = await save_category(unit, CategoryDraft(path=("garden", "kettles"), attributes=("colour",)))

    assert (silent, await events(store)) == ([], ["catalog.category_changed"])
    assert again == category_id
    # The name that another branch has already is told apart in the address.
    made = sa.select(Category.slug, Category.name, sa.func.cardinality(Category.ancestor_ids))
    assert await one(store, made.where(Category.id == category_id)) == ("garden-kettles", "kettles", 2)
    assert await one(store, sa.select(sa.func.count()).select_from(CategoryAttribute)) == 1


Command = Callable[[UnitOfWork, UUID], Awaitable[object]]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (lambda unit, _: set_price(unit, offer_id=new_id(), price_minor=1), "NOT_FOUND"),
        (lambda unit, key: set_price(unit, variant_id=key, seller_id=new_id(), price_minor=1), "NOT_FOUND"),
        (lambda unit, key: set_price(unit, variant_id=new_id(), seller_id=key, price_minor=1), "NOT_FOUND"),
        (lambda unit, _: set_price(unit, offer_id=new_id(), price_minor=-1), "BAD_PRICE"),
        (lambda unit, _: set_price(unit, offer_id=new_id(), price_minor=5, compare_at_minor=5), "BAD_PRICE"),
        (lambda unit, _: set_status(unit, new_id(), "archived"), "NOT_FOUND"),
        (lambda unit, _: set_status(unit, new_id(), "sold"), "BAD_STATUS"),
        (lambda unit, _: set_level(unit, variant_id=new_id(), warehouse_id=new_id(), on_hand=1), "NOT_FOUND"),
        (lambda unit, key: set_level(unit, variant_id=key, warehouse_id=new_id(), on_hand=1), "NOT_FOUND"),
        (lambda unit, _: set_rating(unit, product_id=new_id(), histogram=(0, 0, 0, 0, 1)), "NOT_FOUND"),
        (lambda unit, _: save_category(unit, CategoryDraft(path=())), "BAD_CATEGORY"),
        (lambda unit, _: save_category(unit, CategoryDraft(path=("Home", " "))), "BAD_CATEGORY"),
        (lambda unit, _: save_category(unit, CategoryDraft(path=("Home",), attributes=("x",))), "NOT_FOUND"),
    ],
)
async def test_what_cannot_be_done_is_rejected_and_leaves_no_trace(
    store: Database, command: Command, code: str
) -> None:
    variant_id = await one(store, sa.select(Variant.id))

    with pytest.raises(Rejected) as caught:
        async with store.unit() as unit:
            await command(unit, variant_id)

    assert [problem.code for problem in caught.value.problems] == [code]
    assert await events(store) == []


@pytest.mark.parametrize("units", [-1, 10**10])
async def test_absurd_stock_is_rejected(store: Database, units: int) -> None:
    variant_id, warehouse_id = await one(store, sa.select(InventoryLevel.variant_id, InventoryLevel.warehouse_id))

    with pytest.raises(Rejected) as caught:
        async with store.unit() as unit:
            await set_level(unit, variant_id=variant_id, warehouse_id=warehouse_id, on_hand=units)

    assert [problem.code for problem in caught.value.problems] == ["BAD_QUANTITY"]


async def test_an_attribute_keeps_its_type(store: Database) -> None:
    other = AttributeDraft(code="colour", label="Colour", type=AttributeType.NUMBER)

    with pytest.raises(Rejected) as caught:
        async with store.unit() as unit:
            await save_catalog(unit, catalog_draft(attributes=(other,)))

    assert [problem.code for problem in caught.value.problems] == ["ATTRIBUTE_TYPE_FIXED"]

"""Saving batches of drafts: what is written, what is left alone, and what is told."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from models.catalog import Category, Media, Offer, OfferPrice, Product, Variant
from models.inventory import InventoryLevel
from models.outbox import OutboxEvent
from models.reviews import RatingSummary
from services.catalog.drafts import MediaDraft, OfferDraft, ProductDraft
from services.imports.commands import SaveReport, save_catalog, save_products
from services.unit_of_work import Database
from tests.factories.catalog import catalog_draft, product_draft, variant_draft


@pytest.fixture
async def store(database: Database) -> Database:
    """A store with two warehouses and nothing in them."""
    async with database.unit() as unit:
        await save_catalog(unit, catalog_draft())
    async with database.unit() as unit:
        await unit.session.execute(sa.delete(OutboxEvent))
    return database


async def save(database: Database, *drafts: ProductDraft) -> SaveReport:
    async with database.unit() as unit:
        return await save_products(unit, drafts)


async def rows(database: Database, statement: sa.Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    async with database.read() as session:
        return [tuple(row) for row in await session.execute(statement)]


async def events(database: Database) -> list[str]:
    """The types of the events since the last call, in their order."""
    async with database.unit() as unit:
        found = sa.delete(OutboxEvent).returning(OutboxEvent.sequence, OutboxEvent.type)
        return [kind for _, kind in sorted((await unit.session.execute(found)).all())]


async def test_a_new_product_is_written_with_all_that_belongs_to_it(store: Database) -> None:
    draft = product_draft("A")

    report = await save(store, draft)

    assert (report.created, report.updated, report.unchanged, report.refused) == (1, 0, 0, ())
    product = sa.select(Product.slug, Product.title, Product.attributes, Product.option_names, Product.status)
    assert await rows(store, product) == [("steel-kettle-a", "Steel kettle A", dict(draft.attributes), [], "active")]
    assert await rows(store, sa.select(Category.name).order_by(Category.slug)) == [
        ("Home",),
        ("Kettles",),
        ("Kitchen",),
    ]
    assert await rows(store, sa.select(Variant.sku, Variant.status)) == [("SKU-A", "active")]
    assert await rows(store, sa.select(Offer.price_minor, Offer.currency)) == [(1999, "USD")]
    assert await rows(store, sa.select(OfferPrice.price_minor)) == [(1999,)]
    assert await rows(store, sa.select(Media.url)) == [("https://pictures.example/A.jpg",)]
    assert await rows(store, sa.select(InventoryLevel.on_hand)) == [(5,)]
    assert await rows(store, sa.select(RatingSummary.count, RatingSummary.average_hundredths)) == [(10, 400)]
    assert await events(store) == ["catalog.product_changed"]


async def test_the_same_draft_again_writes_nothing_and_says_nothing(store: Database) -> None:
    draft = product_draft("A")
    first = await save(store, draft)
    await events(store)
    state = sa.select(Product.updated_at, Product.content_hash)
    before = await rows(store, state)

    report = await save(store, draft)

    assert (report.created, report.updated, report.unchanged) == (0, 0, 1)
    assert report.product_ids == first.product_ids
    assert await rows(store, state) == before
    assert await events(store) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"title": "Copper kettle"}, ["catalog.product_changed"]),
        ({"attributes": {"colour": "Red"}}, ["catalog.product_changed"]),
        ({"media": (MediaDraft(url="https://pictures.example/new.jpg", alt=""),)}, ["catalog.product_changed"]),
        ({"units_sold": 13}, ["catalog.product_changed"]),
        ({"variants": (variant_draft("SKU-A", gtin="4006381333931"),)}, ["catalog.product_changed"]),
        ({"variants": (variant_draft("SKU-A", price=1799),)}, ["catalog.price_changed"]),
        ({"variants": (variant_draft("SKU-A", stock=0),)}, ["inventory.stock_changed"]),
        ({"variants": (variant_draft("SKU-A", price=None, stock={}),)}, []),
        ({"ratings": (0, 1, 2, 3, 5)}, ["reviews.rating_changed"]),
        ({"ratings": (0, 0, 0, 0, 0)}, []),
    ],
)
async def test_a_changed_draft_tells_just_what_changed(
    store: Database, change: dict[str, Any], expected: list[str]
) -> None:
    draft = product_draft("A")
    await save(store, draft)
    await events(store)

    report = await save(store, replace(draft, **change))

    assert report.updated == 1
    assert await events(store) == expected


async def test_each_price_leaves_a_row_of_history(store: Database) -> None:
    draft = product_draft("A")

    for price in (1999, 1799, 1799, 2199):
        await save(store, replace(draft, variants=(variant_draft("SKU-A", price=price),), units_sold=price))

    history = sa.select(OfferPrice.price_minor).order_by(OfferPrice.valid_from_at)
    assert await rows(store, history) == [(1999,), (1799,), (2199,)]
    assert await rows(store, sa.select(Offer.price_minor)) == [(2199,)]


async def test_an_offer_that_a_draft_no_longer_has_is_paused(store: Database) -> None:
    ours, theirs = OfferDraft(price_minor=500), OfferDraft(price_minor=450, seller="brightside")
    draft = product_draft("A", variants=(variant_draft("SKU-A", offers=(ours, theirs)),))
    await save(store, draft)
    await events(store)

    await save(store, replace(draft, variants=(variant_draft("SKU-A", offers=(ours,)),)))

    offers = sa.select(Offer.price_minor, Offer.status).order_by(Offer.price_minor)
    assert await rows(store, offers) == [(450, "paused"), (500, "active")]
    assert await events(store) == ["catalog.price_changed"]


async def test_variants_keep_their_ids_whatever_moves(store: Database) -> None:
    def shirt(*variants: tuple[str, str]) -> ProductDraft:
        drafts = tuple(variant_draft(sku, option_values=(size,)) for sku, size in variants)
        return product_draft("A", option_names=("Size",), variants=drafts)

    state = sa.select(Variant.sku, Variant.id, Variant.status)
    await save(store, shirt(("S1", "S"), ("M1", "M"), ("L1", "L")))
    before = {sku: key for sku, key, _ in await rows(store, state)}

    # Two swap their sizes, one gets a new SKU for its size.
    await save(store, shirt(("M1", "S"), ("S1", "M"), ("L2", "L")))

    after = {sku: key for sku, key, _ in await rows(store, state)}
    assert after == {"S1": before["S1"], "M1": before["M1"], "L2": before["L1"]}

    # One vanishes, and another takes its size.
    await save(store, shirt(("M1", "M")))

    assert {(sku, status) for sku, _, status in await rows(store, state)} == {
        ("M1", "active"),
        ("S1", "archived"),
        ("L2", "archived"),
    }

    # All come back.
    await save(store, shirt(("S1", "S"), ("M1", "M"), ("L2", "L")))

    assert {sku: (key, status) for sku, key, status in await rows(store, state)} == {
        "S1": (before["S1"], "active"),
        "M1": (before["M1"], "active"),
        "L2": (before["L1"], "active"),
    }


async def test_stock_never_falls_below_what_is_reserved(store: Database) -> None:
    draft = product_draft("A")
    await save(store, draft)
    async with store.unit() as unit:
        await unit.session.execute(sa.update(InventoryLevel).values(reserved=3))

    await save(store, replace(draft, variants=(variant_draft("SKU-A", stock=1),)))

    assert await rows(store, sa.select(InventoryLevel.on_hand, InventoryLevel.reserved)) == [(3, 3)]


async def test_a_warehouse_that_a_draft_no_longer_names_is_emptied(store: Database) -> None:
    draft = product_draft("A", variants=(variant_draft("SKU-A", stock={"EAST": 2, "WEST": 3}),))
    await save(store, draft)

    await save(store, replace(draft, variants=(variant_draft("SKU-A", stock={"WEST": 4}),)))

    assert sorted(await rows(store, sa.select(InventoryLevel.on_hand))) == [(0,), (4,)]


async def test_slugs_are_unique_and_stay(store: Database) -> None:
    draft = product_draft("A", title="Kettle")
    await save(store, draft, product_draft("B", title="Kettle"), product_draft("C", title="Kettle", source="other"))

    await save(store, replace(draft, title="Samovar"), product_draft("D", title="Kettle"))

    slugs = sa.select(Product.external_id, Product.slug).order_by(Product.external_id)
    assert await rows(store, slugs) == [("A", "kettle"), ("B", "kettle-b"), ("C", "kettle-c"), ("D", "kettle-d")]


async def test_an_archived_product_stays_archived_when_its_draft_changes(store: Database) -> None:
    draft = product_draft("A")
    await save(store, draft)
    async with store.unit() as unit:
        await unit.session.execute(sa.update(Product).values(status="archived"))

    await save(store, replace(draft, title="Copper kettle"))

    assert await rows(store, sa.select(Product.title, Product.status)) == [("Copper kettle", "archived")]


async def test_values_are_fitted_to_the_types_that_attributes_have(store: Database) -> None:
    await save(store, product_draft("A", attributes={"size": 12.0, "note": "soft", "washable": True}))

    await save(
        store,
        product_draft("B", attributes={"size": "14", "note": 7, "washable": "yes"}),
        product_draft("C", attributes={"size": "XL"}),
    )

    stored = sa.select(Product.attributes).order_by(Product.external_id).offset(1)
    assert await rows(store, stored) == [({"size": 14, "note": "7", "washable": True},), ({"size_text": "XL"},)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"title": "bad\x00byte"}, "encoding"),
        ({"title": "bad \ud800"}, "encoding"),
        ({"category_path": ()}, "category"),
        ({"attributes": {"Screen Size": 5}}, "attributes"),
        ({"attributes": {"size": float("nan")}}, "size"),
        ({"variants": ()}, "variants"),
        ({"variants": (variant_draft("B", price=-1),)}, "price"),
        ({"variants": (variant_draft("B", offers=(OfferDraft(price_minor=5, compare_at_minor=5),)),)}, "price"),
        ({"variants": (variant_draft("B", gtin="4006381333932"),)}, "gtin"),
        ({"variants": (variant_draft("B", stock=-1),)}, "stock"),
        ({"variants": (variant_draft("B", stock={"MOON": 1}),)}, "stock"),
        ({"variants": (variant_draft("B"), variant_draft("B"))}, "sku"),
        ({"variants": (variant_draft("SKU-A"),)}, "sku"),
        ({"variants": (variant_draft("B", option_values=("S",)),)}, "option_values"),
        ({"ratings": (0, 0, 0, 0, -1)}, "ratings"),
        ({"media": (MediaDraft(url="javascript:alert(1)", alt=""),)}, "media"),
        ({"external_id": "A"}, "external_id"),
    ],
)
async def test_a_bad_draft_is_refused_and_the_others_are_saved(
    store: Database, change: dict[str, Any], field: str
) -> None:
    bad = replace(product_draft("B"), **change)

    report = await save(store, product_draft("A"), bad, product_draft("C"))

    assert (report.created, {(place, found) for place, found, _ in report.refused} >= {(1, field)}) == (2, True)
    assert [key is None for key in report.product_ids] == [False, True, False]
    assert await rows(store, sa.select(Product.external_id).order_by(Product.external_id)) == [("A",), ("C",)]


async def test_a_picture_that_stays_keeps_its_id(store: Database) -> None:
    kept, other = (MediaDraft(url=f"https://pictures.example/{n}.jpg", alt="") for n in (1, 2))
    draft = product_draft("A", media=(kept,))
    await save(store, draft)
    [(before,)] = await rows(store, sa.select(Media.id))

    await save(store, replace(draft, media=(other, kept)))

    pictures: list[tuple[str, UUID]] = [
        (url, key) for url, key in await rows(store, sa.select(Media.url, Media.id).order_by(Media.position))
    ]
    assert [url for url, _ in pictures] == [other.url, kept.url]
    assert pictures[1][1] == before

"""Saves drafts whole: each context writes its own part, all in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.catalog.attributes import save_attributes
from services.catalog.commands import save_category
from services.catalog.drafts import CatalogDraft, ProductDraft
from services.catalog.names import KnownNames
from services.catalog.saving.batch import Entry, Refused
from services.catalog.saving.products import save_batch
from services.catalog.saving.sellers import save_sellers
from services.inventory.commands import Level, find_stocked, find_warehouse_ids, save_warehouses, set_levels
from services.reviews.commands import set_ratings
from services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveReport:
    """What became of a batch. `product_ids` stand in the drafts' order, None for those in `refused`.

    A draft with several flaws is in `refused` once for each.
    """

    created: int
    updated: int
    unchanged: int
    refused: tuple[Refused, ...]
    product_ids: tuple[UUID | None, ...]


async def save_catalog(unit: UnitOfWork, draft: CatalogDraft) -> None:
    """Make or update the attributes, categories, sellers and warehouses of a catalog; equal ones are left alone.

    Categories stand in the order given. Raises `Rejected` for a category without a name, an attribute that is not
    there, or one that would change its type.
    """
    await save_attributes(unit, draft.attributes)
    names = KnownNames()
    for position, category in enumerate(draft.categories):
        await save_category(unit, category, position=position, names=names)
    await save_sellers(unit, draft.sellers)
    await save_warehouses(unit, draft.warehouses)


async def save_products(
    unit: UnitOfWork, drafts: Sequence[ProductDraft], *, names: KnownNames | None = None
) -> SaveReport:
    """Save a batch of at most a few hundred products, in a constant number of statements, with their events.

    A draft equal to the one last saved is skipped without a write. Of others, what differs is written: variants by
    SKU (vanished ones are archived), offers (with history), media, stock (never below what is reserved), ratings.
    Nothing in a draft about prices, stock or ratings leaves these as they are. Draft that cannot be saved are in the
    report; the rest is saved. `names` may be kept from batch to batch, unless one was rolled back.
    """
    codes = {code for draft in drafts for variant in draft.variants for code in variant.stock}
    warehouses = await find_warehouse_ids(unit, codes) if codes else {}
    strange = [
        Refused(index, "stock", f"there is no warehouse {code}")
        for index, draft in enumerate(drafts)
        for code in sorted({code for variant in draft.variants for code in variant.stock} - warehouses.keys())
    ]
    batch = await save_batch(unit, drafts, names or KnownNames(), strange)
    await _save_stock(unit, batch.entries, batch.old, warehouses)
    rated = {entry.product_id: entry.draft.ratings for entry in batch.entries if any(entry.draft.ratings)}
    await set_ratings(unit, rated, announced={entry.product_id for entry in batch.old})
    return SaveReport(
        created=len(batch.entries) - len(batch.old),
        updated=len(batch.old),
        unchanged=batch.unchanged,
        refused=tuple(sorted(batch.refused)),
        product_ids=tuple(batch.product_ids),
    )


async def _save_stock(
    unit: UnitOfWork, entries: Sequence[Entry], old: Sequence[Entry], warehouses: Mapping[str, UUID]
) -> None:
    levels = {
        (variant_id, warehouses[code]): on_hand
        for entry in entries
        for variant_id, variant in zip(entry.variant_ids, entry.draft.variants, strict=True)
        for code, on_hand in variant.stock.items()
    }
    products = {variant_id: entry.product_id for entry in old for variant_id in entry.variant_ids}
    given = {variant_id for variant_id, _ in levels}
    # A warehouse that a draft no longer names has nothing of that variant any more.
    for variant_id, stocked in (await find_stocked(unit, list(given & products.keys()))).items() if products else ():
        for warehouse_id in stocked:
            levels.setdefault((variant_id, warehouse_id), 0)
    rows = [Level(variant_id, warehouse_id, on_hand) for (variant_id, warehouse_id), on_hand in levels.items()]
    await set_levels(unit, rows, announced_as=products)

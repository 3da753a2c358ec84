"""Writes a batch of product drafts: a constant number of statements, and the events of what changed."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa

from core.recordset import as_recordset
from models.catalog import Product
from services.catalog.drafts import ProductDraft
from services.catalog.events import ProductChanged
from services.catalog.names import KnownNames, brand_key
from services.catalog.saving.batch import Batch, Entry, Refused, sort_drafts
from services.catalog.saving.media import save_media
from services.catalog.saving.offers import save_offers
from services.catalog.saving.variants import find_variants, foreign_skus, save_variants
from services.catalog.slugs import first_free, product_slugs
from services.catalog.values import fit_values
from services.unit_of_work import UnitOfWork

_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtext('catalog.save'))")
_FACTS = "title, description, category_id, brand_id, attributes, option_names, units_sold, released_at"
_COLUMNS = f"id, source, external_id, slug, content_hash, {_FACTS}"
_RECORD = """
    json_to_recordset(CAST(:rows AS json)) AS d(
        id uuid, source text, external_id text, slug text, content_hash text, title text, description text,
        category_id uuid, brand_id uuid, attributes jsonb, option_names text[], units_sold bigint,
        released_at timestamptz)
"""
_INSERT = sa.text(f"INSERT INTO product ({_COLUMNS}) SELECT {_COLUMNS} FROM {_RECORD}")


def _qualified(table: str) -> str:
    return ", ".join(f"{table}.{column.strip()}" for column in _FACTS.split(","))


# The join with the present row tells a change that people can see from one of the hash alone.
_UPDATE = sa.text(
    f"""
    UPDATE product SET
        content_hash = d.content_hash, ({_FACTS}) = ({_qualified("d")}),
        updated_at = CASE WHEN d.differs THEN now() ELSE product.updated_at END
    FROM (
        SELECT d.*, ({_qualified("present")}) IS DISTINCT FROM ({_qualified("d")}) AS differs
        FROM {_RECORD} JOIN product AS present ON present.id = d.id
    ) AS d
    WHERE product.id = d.id
    RETURNING product.id, d.differs
    """
)


async def save_batch(
    unit: UnitOfWork, drafts: Sequence[ProductDraft], names: KnownNames, refused: Iterable[Refused] = ()
) -> Batch:
    """Write products, variants, media and offers, and publish what changed; stock and ratings belong to others.

    Batches wait for one another: two of them never choose one slug or block each other on rows.
    """
    await unit.session.execute(_LOCK)
    batch = await sort_drafts(unit, drafts, refused)
    found = await find_variants(unit, batch.entries)
    batch.refuse(foreign_skus(batch.entries, found))
    if not batch.entries:
        return batch
    await _learn_names(unit, batch.entries, names)
    values = await fit_values(unit, names, [entry.draft.attributes for entry in batch.entries])
    rows = [_row(entry, names, fitted) for entry, fitted in zip(batch.entries, values, strict=True)]
    changed = await _save_rows(unit, batch.entries, rows)
    changed |= await save_variants(unit, batch.entries, found)
    changed |= await save_media(unit, batch.entries)
    price_events = await save_offers(unit, batch.entries, names)
    unit.publish(*(ProductChanged(product_id) for product_id in sorted(changed)), *price_events)
    return batch


async def _learn_names(unit: UnitOfWork, entries: Sequence[Entry], names: KnownNames) -> None:
    drafts = [entry.draft for entry in entries]
    await names.learn_brands(unit, {draft.brand for draft in drafts if draft.brand is not None})
    await names.learn_categories(unit, dict.fromkeys(draft.category_path for draft in drafts))
    offers = (offer for draft in drafts for variant in draft.variants for offer in variant.offers)
    await names.learn_sellers(unit, {offer.seller for offer in offers})


def _row(entry: Entry, names: KnownNames, attributes: object) -> dict[str, object]:
    draft = entry.draft
    return {
        "id": entry.product_id,
        "source": draft.source,
        "external_id": draft.external_id,
        "content_hash": entry.content_hash,
        "title": draft.title.strip(),
        "description": draft.description,
        "category_id": names.category(draft.category_path),
        "brand_id": None if draft.brand is None else names.brands[brand_key(draft.brand)],
        "attributes": attributes,
        "option_names": draft.option_names,
        "units_sold": draft.units_sold,
        "released_at": draft.released_at,
    }


async def _save_rows(unit: UnitOfWork, entries: Sequence[Entry], rows: Sequence[dict[str, object]]) -> set[UUID]:
    new = [row for entry, row in zip(entries, rows, strict=True) if entry.is_new]
    old = [row for entry, row in zip(entries, rows, strict=True) if not entry.is_new]
    changed = {entry.product_id for entry in entries if entry.is_new}
    if new:
        slugs = await _free_slugs(unit, [entry.draft for entry in entries if entry.is_new])
        for row, slug in zip(new, slugs, strict=True):
            row["slug"] = slug
        await unit.session.execute(_INSERT, {"rows": as_recordset(new)})
    if old:
        result = await unit.session.execute(_UPDATE, {"rows": as_recordset(old)})
        changed.update(product_id for product_id, differs in result if differs)
    return changed


async def _free_slugs(unit: UnitOfWork, drafts: Sequence[ProductDraft]) -> list[str]:
    candidates = [product_slugs(draft.title, draft.source, draft.external_id) for draft in drafts]
    asked = sa.bindparam("slugs", [slug for choice in candidates for slug in choice], type_=sa.ARRAY(sa.Text()))
    taken = set(await unit.session.scalars(sa.select(Product.slug).where(Product.slug == sa.any_(asked))))
    slugs = []
    for choice in candidates:
        slugs.append(first_free(iter(choice), taken))
        taken.add(slugs[-1])
    return slugs

"""SQL reads of the catalog. Each takes many keys, is one statement, and its text does not depend on their number."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from models.catalog import Attribute, Brand, Category, CategoryAttribute, Media, Product, Variant
from models.search import ListingRow
from models.sellers import Seller
from services.catalog.records import (
    AttributeRecord,
    BrandRecord,
    CategoryRecord,
    ContentRecord,
    MediaRecord,
    ProductRecord,
    SellerRecord,
    VariantRecord,
)
from services.catalog.slices import Position, Slices
from services.reading import Read
from services.unit_of_work import ReadSession

UUIDS = sa.ARRAY(sa.Uuid())
TEXTS = sa.ARRAY(sa.Text())
_IDS = sa.bindparam("ids", type_=UUIDS)
_TEXTS = sa.bindparam("texts", type_=TEXTS)

_CATEGORY_COLUMNS = (
    Category.id,
    Category.parent_id,
    Category.ancestor_ids,
    Category.slug,
    Category.name,
    Category.description,
)
_PRODUCT_COLUMNS = (
    Product.id,
    sa.func.coalesce(ListingRow.version, 0),
    Product.source,
    Product.external_id,
    Product.slug,
    Product.title,
    Product.category_id,
    Product.brand_id,
    Product.status,
    Product.option_names,
    Product.released_at,
    Product.created_at,
    Product.updated_at,
)
_VARIANT_COLUMNS = (
    Variant.id,
    Variant.product_id,
    Variant.sku,
    Variant.gtin,
    Variant.option_values,
    Variant.position,
    Variant.status,
)
_ATTRIBUTE_COLUMNS = (
    Attribute.id,
    Attribute.code,
    Attribute.label,
    Attribute.type,
    Attribute.unit,
    Attribute.filterable,
    Attribute.comparable,
)
_MEDIA_COLUMNS = (
    Media.id,
    Media.product_id,
    Media.variant_id,
    Media.url,
    Media.alt,
    Media.width,
    Media.height,
    Media.placeholder,
)

# The listing's version is read in the same snapshot as the product, which makes a late cache fill harmless.
_PRODUCTS = sa.select(*_PRODUCT_COLUMNS).outerjoin(ListingRow, ListingRow.product_id == Product.id)
_PRODUCTS_BY_ID = Read(_PRODUCTS.where(Product.id == sa.any_(_IDS)))
_PRODUCT_IDS_BY_SLUG = Read(sa.select(Product.slug, Product.id).where(Product.slug == sa.any_(_TEXTS)))
_CONTENT = Read(sa.select(Product.id, Product.description, Product.attributes).where(Product.id == sa.any_(_IDS)))
_CATEGORIES_BY_ID = Read(sa.select(*_CATEGORY_COLUMNS).where(Category.id == sa.any_(_IDS)))
_CATEGORIES_BY_SLUG = Read(sa.select(*_CATEGORY_COLUMNS).where(Category.slug == sa.any_(_TEXTS)))
_CHILDREN = Read(
    sa.select(*_CATEGORY_COLUMNS)
    .where(Category.parent_id == sa.any_(_IDS))
    .order_by(Category.parent_id, Category.position, Category.name, Category.id)
)
_BRANDS = Read(sa.select(Brand.id, Brand.slug, Brand.name).where(Brand.id == sa.any_(_IDS)))
_SELLERS = Read(sa.select(Seller.id, Seller.slug, Seller.name).where(Seller.id == sa.any_(_IDS)))
_ATTRIBUTES_BY_CODE = Read(sa.select(*_ATTRIBUTE_COLUMNS).where(Attribute.code == sa.any_(_TEXTS)))
_VARIANTS_BY_ID = Read(sa.select(*_VARIANT_COLUMNS).where(Variant.id == sa.any_(_IDS)))
_FIRST_VARIANTS = Read(
    sa.select(*_VARIANT_COLUMNS)
    .where(Variant.product_id == sa.any_(_IDS), Variant.status == "active")
    .ext(distinct_on(Variant.product_id))
    .order_by(Variant.product_id, Variant.position, Variant.id)
)
_OPTION_VALUES = Read(
    sa.select(Variant.product_id, Variant.option_values)
    .where(Variant.product_id == sa.any_(_IDS), Variant.status == "active")
    .order_by(Variant.product_id, Variant.position, Variant.id)
)
_VARIANTS_BY_OPTIONS = Read(
    sa.select(*_VARIANT_COLUMNS).where(Variant.product_id == sa.any_(_IDS), Variant.status == "active")
)

_VARIANT_SLICES = Slices(
    *_VARIANT_COLUMNS,
    parent=Variant.product_id,
    order=(Variant.position, Variant.id),
    where=[Variant.status == "active"],
)
_PRODUCT_MEDIA = Slices(*_MEDIA_COLUMNS, parent=Media.product_id, order=(Media.position, Media.id))
_VARIANT_MEDIA = Slices(*_MEDIA_COLUMNS, parent=Media.variant_id, order=(Media.position, Media.id))


async def find_products(session: ReadSession, ids: Sequence[UUID]) -> Sequence[ProductRecord]:
    rows = await _PRODUCTS_BY_ID.rows(session, ids=ids)
    return [ProductRecord._make(row) for row in rows]


async def find_product_ids(session: ReadSession, slugs: Sequence[str]) -> Mapping[str, UUID]:
    rows = await _PRODUCT_IDS_BY_SLUG.rows(session, texts=slugs)
    return {row[0]: row[1] for row in rows}


async def find_content(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, ContentRecord]:
    rows = await _CONTENT.rows(session, ids=ids)
    return {key: ContentRecord(description, attributes) for key, description, attributes in rows}


async def find_categories(session: ReadSession, ids: Sequence[UUID]) -> Sequence[CategoryRecord]:
    rows = await _CATEGORIES_BY_ID.rows(session, ids=ids)
    return [CategoryRecord._make(row) for row in rows]


async def find_categories_by_slug(session: ReadSession, slugs: Sequence[str]) -> Sequence[CategoryRecord]:
    rows = await _CATEGORIES_BY_SLUG.rows(session, texts=slugs)
    return [CategoryRecord._make(row) for row in rows]


async def find_children(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, list[CategoryRecord]]:
    """The categories directly below each of `ids`, in the order of the shop's menu."""
    children: dict[UUID, list[CategoryRecord]] = {}
    for row in await _CHILDREN.rows(session, ids=ids):
        children.setdefault(row["parent_id"], []).append(CategoryRecord._make(row))
    return children


async def list_tree(session: ReadSession, *, below: UUID | None, depth: int) -> Sequence[CategoryRecord]:
    """All categories up to `depth` levels below one (below the root for None), parents before their children."""
    root_level: sa.ColumnElement[int] = sa.literal(0)
    statement = sa.select(*_CATEGORY_COLUMNS)
    if below is not None:
        root_level = sa.select(sa.func.cardinality(Category.ancestor_ids)).where(Category.id == below).scalar_subquery()
        inside = Category.ancestor_ids.bool_op("@>")(sa.literal([below], UUIDS))
        statement = statement.where(inside, Category.id != below)
    level = sa.func.cardinality(Category.ancestor_ids)
    statement = statement.where(level <= root_level + depth).order_by(
        level, Category.parent_id, Category.position, Category.name, Category.id
    )
    return [CategoryRecord._make(row) for row in await session.execute(statement)]


async def find_brands(session: ReadSession, ids: Sequence[UUID]) -> Sequence[BrandRecord]:
    return [BrandRecord._make(row) for row in await _BRANDS.rows(session, ids=ids)]


async def find_sellers(session: ReadSession, ids: Sequence[UUID]) -> Sequence[SellerRecord]:
    return [SellerRecord._make(row) for row in await _SELLERS.rows(session, ids=ids)]


async def find_attributes(session: ReadSession, codes: Sequence[str]) -> Mapping[str, AttributeRecord]:
    rows = await _ATTRIBUTES_BY_CODE.rows(session, texts=codes)
    return {row["code"]: AttributeRecord._make(row) for row in rows}


async def find_category_attributes(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, list[AttributeRecord]]:
    """The attributes of each category, its ancestors' included, nearest declaration first."""
    statement = (
        sa.select(Category.id, *_ATTRIBUTE_COLUMNS, CategoryAttribute.position)
        .join(CategoryAttribute, CategoryAttribute.category_id == sa.any_(Category.ancestor_ids))
        .join(Attribute, Attribute.id == CategoryAttribute.attribute_id)
        .where(Category.id == sa.any_(_IDS))
        .order_by(
            Category.id,
            sa.func.array_position(Category.ancestor_ids, CategoryAttribute.category_id).desc(),
            CategoryAttribute.position,
            Attribute.code,
        )
    )
    found: dict[UUID, dict[UUID, AttributeRecord]] = {}
    for row in await session.execute(statement, {"ids": ids}):
        record = AttributeRecord._make(row[1:-1])
        found.setdefault(row[0], {}).setdefault(record.id, record)
    return {key: list(records.values()) for key, records in found.items()}


async def find_variants(session: ReadSession, ids: Sequence[UUID]) -> Sequence[VariantRecord]:
    return [VariantRecord._make(row) for row in await _VARIANTS_BY_ID.rows(session, ids=ids)]


async def find_first_variants(session: ReadSession, product_ids: Sequence[UUID]) -> Mapping[UUID, VariantRecord]:
    """The variant that a page opens with: the first active one of each product."""
    rows = await _FIRST_VARIANTS.rows(session, ids=product_ids)
    return {row["product_id"]: VariantRecord._make(row) for row in rows}


async def find_option_values(session: ReadSession, product_ids: Sequence[UUID]) -> Mapping[UUID, list[tuple[str, ...]]]:
    """For each dimension of a product its values, each once, in the order of the variants."""
    found: dict[UUID, list[dict[str, None]]] = {}
    for product_id, values in await _OPTION_VALUES.rows(session, ids=product_ids):
        dimensions = found.setdefault(product_id, [{} for _ in values])
        for dimension, value in zip(dimensions, values, strict=False):
            dimension[value] = None
    return {key: [tuple(dimension) for dimension in dimensions] for key, dimensions in found.items()}


class VariantChoice(NamedTuple):
    """A product and a value for each of its options, in their order."""

    product_id: UUID
    option_values: tuple[str, ...]


async def find_chosen_variants(
    session: ReadSession, choices: Sequence[VariantChoice]
) -> Mapping[VariantChoice, VariantRecord]:
    rows = await _VARIANTS_BY_OPTIONS.rows(session, ids=[choice.product_id for choice in choices])
    return {VariantChoice(row["product_id"], tuple(row["option_values"])): VariantRecord._make(row) for row in rows}


async def find_variant_pages(
    session: ReadSession, parents: Sequence[UUID], *, first: int, after: Position | None
) -> Mapping[UUID, list[VariantRecord]]:
    """Up to `first` active variants of each product behind `after` (position, id)."""
    found: dict[UUID, list[VariantRecord]] = {}
    for row in await _VARIANT_SLICES.fetch(session, parents, first, after):
        record = VariantRecord._make(row)
        found.setdefault(record.product_id, []).append(record)
    return found


async def find_product_media(
    session: ReadSession, product_ids: Sequence[UUID], *, first: int
) -> Mapping[UUID, list[MediaRecord]]:
    """The first pictures of each product, in the order of its gallery."""
    found: dict[UUID, list[MediaRecord]] = {}
    for row in await _PRODUCT_MEDIA.fetch(session, product_ids, first, None):
        record = MediaRecord._make(row)
        found.setdefault(record.product_id, []).append(record)
    return found


async def find_variant_media(
    session: ReadSession, variant_ids: Sequence[UUID], *, first: int
) -> Mapping[UUID, list[MediaRecord]]:
    """The first pictures of each variant's own."""
    found: dict[UUID, list[MediaRecord]] = {}
    for row in await _VARIANT_MEDIA.fetch(session, variant_ids, first, None):
        record = MediaRecord._make(row)
        if record.variant_id is not None:
            found.setdefault(record.variant_id, []).append(record)
    return found

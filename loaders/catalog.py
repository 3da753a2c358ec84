"""Loaders of the catalog's rows by key."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from core.tags import CATEGORIES, product_tag, variant_tag
from loaders.batch import Batch, OptionalBatch
from services.catalog import queries
from services.catalog.queries import VariantChoice
from services.catalog.records import (
    AttributeRecord,
    BrandRecord,
    CategoryRecord,
    ContentRecord,
    SellerRecord,
    VariantRecord,
)
from services.unit_of_work import ReadSession


class ProductIdBySlug(OptionalBatch[str, UUID]):
    async def fetch(self, session: ReadSession, keys: Sequence[str]) -> Mapping[str, UUID]:
        return await queries.find_product_ids(session, keys)


class ContentByProduct(Batch[UUID, ContentRecord]):
    """Description and attributes; empty for products that vanished."""

    def tags(self, keys: Sequence[UUID]) -> Iterable[str]:
        return map(product_tag, keys)

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, ContentRecord]:
        return await queries.find_content(session, keys)

    def missing(self, key: UUID) -> ContentRecord:
        return ContentRecord("", {})


class CategoryById(OptionalBatch[UUID, CategoryRecord]):
    def tags(self, keys: Sequence[UUID]) -> Iterable[str]:
        return (CATEGORIES,)

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, CategoryRecord]:
        return {row.id: row for row in await queries.find_categories(session, keys)}


class CategoryBySlug(OptionalBatch[str, CategoryRecord]):
    def tags(self, keys: Sequence[str]) -> Iterable[str]:
        return (CATEGORIES,)

    async def fetch(self, session: ReadSession, keys: Sequence[str]) -> Mapping[str, CategoryRecord]:
        return {row.slug: row for row in await queries.find_categories_by_slug(session, keys)}


class ChildrenByCategory(Batch[UUID, Sequence[CategoryRecord]]):
    """The categories directly below; none for a leaf."""

    def tags(self, keys: Sequence[UUID]) -> Iterable[str]:
        return (CATEGORIES,)

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, Sequence[CategoryRecord]]:
        return await queries.find_children(session, keys)

    def missing(self, key: UUID) -> Sequence[CategoryRecord]:
        return ()


class AttributesByCategory(Batch[UUID, Sequence[AttributeRecord]]):
    """The attributes that products of a category have, inherited ones included."""

    def tags(self, keys: Sequence[UUID]) -> Iterable[str]:
        return (CATEGORIES,)

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, Sequence[AttributeRecord]]:
        return await queries.find_category_attributes(session, keys)

    def missing(self, key: UUID) -> Sequence[AttributeRecord]:
        return ()


class AttributeByCode(OptionalBatch[str, AttributeRecord]):
    async def fetch(self, session: ReadSession, keys: Sequence[str]) -> Mapping[str, AttributeRecord]:
        return await queries.find_attributes(session, keys)


class BrandById(OptionalBatch[UUID, BrandRecord]):
    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, BrandRecord]:
        return {row.id: row for row in await queries.find_brands(session, keys)}


class SellerById(OptionalBatch[UUID, SellerRecord]):
    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, SellerRecord]:
        return {row.id: row for row in await queries.find_sellers(session, keys)}


class VariantById(OptionalBatch[UUID, VariantRecord]):
    def tags(self, keys: Sequence[UUID]) -> Iterable[str]:
        return map(variant_tag, keys)

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, VariantRecord]:
        return {row.id: row for row in await queries.find_variants(session, keys)}


class FirstVariantByProduct(OptionalBatch[UUID, VariantRecord]):
    def tags(self, keys: Sequence[UUID]) -> Iterable[str]:
        return map(product_tag, keys)

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, VariantRecord]:
        return await queries.find_first_variants(session, keys)


class VariantByChoice(OptionalBatch[VariantChoice, VariantRecord]):
    async def fetch(self, session: ReadSession, keys: Sequence[VariantChoice]) -> Mapping[VariantChoice, VariantRecord]:
        return await queries.find_chosen_variants(session, keys)


class OptionsByProduct(Batch[UUID, Sequence[tuple[str, ...]]]):
    """The values of each of a product's options, in the order of its option names."""

    def tags(self, keys: Sequence[UUID]) -> Iterable[str]:
        return map(product_tag, keys)

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, Sequence[tuple[str, ...]]]:
        return await queries.find_option_values(session, keys)

    def missing(self, key: UUID) -> Sequence[tuple[str, ...]]:
        return ()

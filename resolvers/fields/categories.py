"""Fields of categories, brands and sellers, and the product lists below them."""

from collections.abc import Awaitable, Sequence
from typing import Annotated

import strawberry

from ports.search import SortKey
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.filters import to_filter
from resolvers.listing import DEFAULT_SORT, ListingPage, list_page
from schema.inputs.products import ProductFilterInput
from services.catalog.records import AttributeRecord, BrandRecord, CategoryRecord, SellerRecord
from services.search.nested import Scope

FilterArgument = Annotated[
    ProductFilterInput | None, strawberry.argument(name="filter", description="Which products are wanted.")
]
SortArgument = Annotated[SortKey, strawberry.argument(name="sort", description="The order of the list.")]


def parent(root: CategoryRecord, info: Info) -> Awaitable[CategoryRecord | None] | None:
    return None if root.parent_id is None else info.context.loaders.category_by_id.load(root.parent_id)


async def breadcrumbs(root: CategoryRecord, info: Info) -> Sequence[CategoryRecord]:
    found = await info.context.loaders.category_by_id.load_all(list(root.ancestor_ids))
    return [category for category in found if category is not None]


def children(root: CategoryRecord, info: Info) -> Awaitable[Sequence[CategoryRecord]]:
    return info.context.loaders.children_by_category.load(root.id)


def attributes(root: CategoryRecord, info: Info) -> Awaitable[Sequence[AttributeRecord]]:
    return info.context.loaders.attributes_by_category.load(root.id)


async def category_products(
    root: CategoryRecord,
    info: Info,
    *,
    filter_by: FilterArgument = None,
    sort_by: SortArgument = DEFAULT_SORT,
    first: First = None,
    after: After = None,
) -> ListingPage:
    chosen = await to_filter(info, filter_by)
    return await list_page(info, Scope.CATEGORY, root.id, filter_by=chosen, sort=sort_by, first=first, after=after)


async def brand_products(
    root: BrandRecord,
    info: Info,
    *,
    filter_by: FilterArgument = None,
    sort_by: SortArgument = DEFAULT_SORT,
    first: First = None,
    after: After = None,
) -> ListingPage:
    chosen = await to_filter(info, filter_by)
    return await list_page(info, Scope.BRAND, root.id, filter_by=chosen, sort=sort_by, first=first, after=after)


async def seller_products(
    root: SellerRecord,
    info: Info,
    *,
    filter_by: FilterArgument = None,
    sort_by: SortArgument = DEFAULT_SORT,
    first: First = None,
    after: After = None,
) -> ListingPage:
    chosen = await to_filter(info, filter_by)
    return await list_page(info, Scope.SELLER, root.id, filter_by=chosen, sort=sort_by, first=first, after=after)

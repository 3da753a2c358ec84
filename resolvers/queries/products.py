"""Root fields that find products, categories and sellers."""

from collections.abc import Awaitable, Sequence
from typing import Annotated

import strawberry

from core.ids import decode_id_of
from core.problems import BadInput
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.fields.categories import FilterArgument, SortArgument
from resolvers.filters import to_filter
from resolvers.listing import DEFAULT_SORT, ListingPage, list_page
from resolvers.visibility import visible_product
from services.catalog import queries
from services.catalog.records import CategoryRecord, ProductRecord, SellerRecord
from services.search.nested import Scope

LONGEST_SLUG = 200
DEEPEST_TREE = 5


async def product(
    info: Info,
    id: Annotated[strawberry.ID | None, strawberry.argument(description="The product's id.")] = None,
    slug: Annotated[str | None, strawberry.argument(description="The product's slug.")] = None,
) -> ProductRecord | None:
    if (id is None) == (slug is None):
        raise BadInput("BAD_ARGUMENTS", "Give either `id` or `slug`.")
    loaders = info.context.loaders
    if id is not None:
        key = decode_id_of("Product", id)
    else:
        found = await loaders.product_id_by_slug.load(_checked_slug(slug or ""))
        if found is None:
            return None
        key = found
    return await visible_product(info, key)


async def products(
    info: Info,
    *,
    filter_by: FilterArgument = None,
    sort_by: SortArgument = DEFAULT_SORT,
    first: First = None,
    after: After = None,
) -> ListingPage:
    chosen = await to_filter(info, filter_by)
    return await list_page(info, Scope.ALL, filter_by=chosen, sort=sort_by, first=first, after=after)


def category(
    info: Info, slug: Annotated[str, strawberry.argument(description="The category's slug.")]
) -> Awaitable[CategoryRecord | None]:
    return info.context.loaders.category_by_slug.load(_checked_slug(slug))


async def categories(
    info: Info,
    parent: Annotated[
        strawberry.ID | None, strawberry.argument(description="Only what is below this category.")
    ] = None,
    depth: Annotated[int, strawberry.argument(description="How many levels, 1 to 5.")] = 1,
) -> Sequence[CategoryRecord]:
    if not 1 <= depth <= DEEPEST_TREE:
        raise BadInput("BAD_DEPTH", f"`depth` must be from 1 to {DEEPEST_TREE}.")
    below = None if parent is None else decode_id_of("Category", parent)
    async with info.context.database.read() as session:
        return await queries.list_tree(session, below=below, depth=depth)


def seller(
    info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The seller's id.")]
) -> Awaitable[SellerRecord | None]:
    return info.context.loaders.seller_by_id.load(decode_id_of("Seller", id))


def _checked_slug(slug: str) -> str:
    if not 0 < len(slug) <= LONGEST_SLUG or not slug.isprintable():
        raise BadInput("BAD_SLUG", f"A slug has 1 to {LONGEST_SLUG} printable characters.")
    return slug

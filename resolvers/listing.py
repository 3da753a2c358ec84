"""Pages of products: the listing gives their order, loaders give the products."""

from collections.abc import Awaitable
from typing import NamedTuple
from uuid import UUID

from core.paging import Edge, Page, binding, decode_number, encode_cursor, page_size
from loaders.listing import ListingKey
from ports.search import Filter, SortKey
from resolvers.ahead import load_ahead
from resolvers.context import Info
from services.catalog.records import ProductRecord
from services.search.nested import ListingSlice, Scope

DEFAULT_SORT = SortKey.BEST_SELLING
_ROOT = UUID(int=0)


class ListingPage(NamedTuple):
    """A page, and what it takes to count the whole list if that is asked for."""

    page: Page[ProductRecord]
    key: ListingKey

    @property
    def edges(self) -> object:
        return self.page.edges


async def list_page(
    info: Info,
    scope: Scope,
    parent_id: UUID = _ROOT,
    *,
    filter_by: Filter,
    sort: SortKey,
    first: int | None,
    after: str | None,
) -> ListingPage:
    """One page of the products below a parent, or of all; raises `BadInput`."""
    size = page_size(first)
    bound_to = binding(scope.value, str(parent_id), repr(filter_by), sort.value)
    after_key = None if after is None else decode_number(bound_to, after)
    key = ListingKey(scope, parent_id, ListingSlice(filter_by, sort, size + 1, after_key))
    loaders = info.context.loaders
    rows = await loaders.listing_pages.load(key)
    products = await loaders.product_by_id.load_many([row.product_id for row in rows[:size]])
    edges = [
        Edge(product, encode_cursor(bound_to, [row.sort_key]))
        for row, product in zip(rows, products, strict=False)
        # The listing may be a moment behind: what has just left the store is not shown.
        if product is not None and product.status == "active"
    ]
    await load_ahead(info, [edge.node for edge in edges])
    page = Page(edges, has_next_page=len(rows) > size, has_previous_page=after is not None)
    return ListingPage(page, key)


def page_info(root: ListingPage) -> Page[ProductRecord]:
    return root.page


def total_count(root: ListingPage, info: Info) -> Awaitable[int]:
    whole = ListingSlice(root.key.slice.filter, root.key.slice.sort, 0, None)
    return info.context.loaders.listing_counts.load(root.key._replace(slice=whole))

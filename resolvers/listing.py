"""Pages of products: the listing gives their order, loaders give the products."""

from collections.abc import Awaitable, Mapping
from functools import partial
from itertools import islice
from typing import NamedTuple
from uuid import UUID

import structlog

from core.paging import Edge, Page, binding, decode_number, encode_cursor, page_size
from core.problems import Unavailable
from loaders.listing import ListingKey
from ports.search import Filter, SortKey
from resolvers.ahead import keep_cards, load_whole, wanted_cards
from resolvers.context import Info
from services.catalog.records import AnyProduct
from services.search.nested import ListingSlice, Scope

log = structlog.get_logger(__name__)
DEFAULT_SORT = SortKey.BEST_SELLING
_ROOT = UUID(int=0)


class ListingPage(NamedTuple):
    """A page, and what it takes to count the whole list if that is asked for."""

    page: Page[AnyProduct]
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
    sort_keys, products = await _load(info, key)
    edges = [
        Edge(product, partial(encode_cursor, bound_to, [sort_key]))
        for product_id, sort_key in islice(sort_keys.items(), size)
        # The listing may be a moment behind: what has just left the store is not shown.
        if (product := products.get(product_id)) is not None and product.status == "active"
    ]
    page = Page(edges, has_next_page=len(sort_keys) > size, has_previous_page=after is not None)
    return ListingPage(page, key)


async def _load(info: Info, key: ListingKey) -> tuple[Mapping[UUID, int], Mapping[UUID, AnyProduct | None]]:
    """The sort keys of a page and its products; what their cards show is in the loaders then."""
    pages = info.context.loaders.listing_pages
    try:
        listed = await pages.load(key._replace(wanted=wanted_cards(info)))
    except Unavailable:
        # Nothing else would be read either, and what is too slow once is so twice.
        raise
    except Exception as error:
        log.warning("cards.not_loaded", error=str(error))
        listed = await pages.load(key)
    if listed.cards is None:
        return listed.sort_keys, await load_whole(info, list(listed.sort_keys))
    keep_cards(info, listed.cards)
    return listed.sort_keys, listed.cards.products


def page_info(root: ListingPage) -> Page[AnyProduct]:
    return root.page


def total_count(root: ListingPage, info: Info) -> Awaitable[int]:
    whole = ListingSlice(root.key.slice.filter, root.key.slice.sort, 0, None)
    return info.context.loaders.listing_counts.load(root.key._replace(slice=whole))

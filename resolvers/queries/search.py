"""Root fields of search."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import strawberry

from core.paging import Edge, Page, page_size
from core.problems import BadInput
from ports.search import SortKey
from resolvers.ahead import load_nodes
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.fields.categories import FilterArgument
from resolvers.filters import to_filter
from resolvers.places import get_place
from resolvers.selection import selected
from schema.inputs.products import DeliverableToInput, SearchSort
from services.catalog.records import AnyProduct, CategoryRecord, ProductRecord
from services.search import SearchPage, Suggestions, Want

MOST_SUGGESTIONS = 20
DEFAULT_SUGGESTIONS = 8


class SearchResults(NamedTuple):
    """What the engine found, with the products themselves."""

    found: SearchPage
    page: Page[AnyProduct]


async def search(
    info: Info,
    *,
    query: Annotated[
        str,
        strawberry.argument(
            description="What the shopper typed, up to 512 characters. Quotes make a phrase. Empty finds everything."
        ),
    ],
    filter_by: FilterArgument = None,
    sort_by: Annotated[SearchSort, strawberry.argument(name="sort", description="The order of the hits.")] = (
        SearchSort.RELEVANCE
    ),
    first: First = None,
    after: After = None,
    deliver_to: Annotated[
        DeliverableToInput | None,
        strawberry.argument(
            description="A place for which the facets say how many of the results can be delivered there. It does not "
            "narrow the results. Without it that is the filter's place, if that has one. A postal code that does not "
            "exist is an error, POSTAL_CODE_UNKNOWN."
        ),
    ] = None,
) -> SearchResults:
    wants_facets = not selected(info).isdisjoint({"facets", "priceHistogram"})
    counted = deliver_to or (filter_by and filter_by.deliverable_to)
    place = await get_place(info, counted) if counted else None
    found = await info.context.search.search(
        query=query,
        filter=await to_filter(info, filter_by),
        sort=None if sort_by is SearchSort.RELEVANCE else SortKey(sort_by.value),
        first=page_size(first),
        after=after,
        want=Want(facets=wants_facets, deliver_to=place),
    )
    ids = [edge.product_id for edge in found.edges]
    products = await load_nodes(info, ids)
    edges = [
        Edge(product, edge.encode)
        for edge in found.edges
        # The index may be a moment behind: what has just left the store is not shown.
        if (product := products.get(edge.product_id)) is not None and product.status == "active"
    ]
    page = Page(edges, has_next_page=found.has_next_page, has_previous_page=after is not None)
    return SearchResults(found, page)


async def suggest(
    info: Info,
    prefix: Annotated[str, strawberry.argument(description="What the shopper has typed so far.")],
    first: Annotated[
        int, strawberry.argument(description="How many of each kind at most, 1 to 20.")
    ] = DEFAULT_SUGGESTIONS,
) -> Suggestions:
    if not 1 <= first <= MOST_SUGGESTIONS:
        raise BadInput("BAD_PAGE_SIZE", f"`first` must be from 1 to {MOST_SUGGESTIONS}; {first} was given.")
    return await info.context.search.suggest(prefix=prefix, first=first)


async def suggested_products(root: Suggestions, info: Info) -> Sequence[ProductRecord]:
    found = await info.context.loaders.product_by_id.load_all(list(root.product_ids))
    return [product for product in found if product is not None and product.status == "active"]


async def suggested_categories(root: Suggestions, info: Info) -> Sequence[CategoryRecord]:
    found = await info.context.loaders.category_by_id.load_all(list(root.category_ids))
    return [category for category in found if category is not None]

"""Root fields of search."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import strawberry
from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode

from core.paging import Edge, Page, page_size
from core.problems import BadInput
from ports.search import SortKey
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.fields.categories import FilterArgument
from resolvers.filters import to_filter
from schema.inputs.products import SearchSort
from services.catalog.records import CategoryRecord, ProductRecord
from services.search import SearchPage, Suggestions, Want

MOST_SUGGESTIONS = 20
DEFAULT_SUGGESTIONS = 8


class SearchResults(NamedTuple):
    """What the engine found, with the products themselves."""

    found: SearchPage
    page: Page[ProductRecord]


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
) -> SearchResults:
    found = await info.context.search.search(
        query=query,
        filter=to_filter(filter_by),
        sort=None if sort_by is SearchSort.RELEVANCE else SortKey(sort_by.value),
        first=page_size(first),
        after=after,
        want=_wanted(info),
    )
    products = await info.context.loaders.product_by_id.load_many([edge.product_id for edge in found.edges])
    edges = [
        Edge(product, edge.cursor)
        for edge, product in zip(found.edges, products, strict=True)
        # The index may be a moment behind: what has just left the store is not shown.
        if product is not None and product.status == "active"
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
    found = await info.context.loaders.product_by_id.load_many(list(root.product_ids))
    return [product for product in found if product is not None and product.status == "active"]


async def suggested_categories(root: Suggestions, info: Info) -> Sequence[CategoryRecord]:
    found = await info.context.loaders.category_by_id.load_many(list(root.category_ids))
    return [category for category in found if category is not None]


def _wanted(info: Info) -> Want:
    names: set[str] = set()
    for node in info._raw_info.field_nodes:
        _collect(info, node.selection_set, names)
    return Want(facets=bool(names & {"facets", "priceHistogram"}))


def _collect(info: Info, selections: SelectionSetNode | None, names: set[str]) -> None:
    for node in () if selections is None else selections.selections:
        if isinstance(node, FieldNode):
            names.add(node.name.value)
        elif isinstance(node, InlineFragmentNode):
            _collect(info, node.selection_set, names)
        elif isinstance(node, FragmentSpreadNode):
            _collect(info, info._raw_info.fragments[node.name.value].selection_set, names)

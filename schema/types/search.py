"""Search results in the graph."""

import strawberry
from strawberry.scalars import JSON

from resolvers.queries import search as searching
from schema.base import field, resolved_by
from schema.types.categories import Category
from schema.types.money import Money
from schema.types.paging import PageInfo
from schema.types.products import Product, ProductEdge


@strawberry.type(description="A value of a facet.")
class FacetValue:
    label: str = field("The value for people.")
    count: int = field("How many results have it, whatever else is chosen in this facet.")
    selected: bool = field("Whether the filter chooses it.")
    input: JSON = field("What to merge into the ProductFilter to choose it.")


@strawberry.type(description="A property of the results that they can be narrowed by.")
class Facet:
    key: str = field("The name for programs: category, brand, price, deliverable … or attribute:CODE.")
    label: str = field("The name for people.")
    values: list[FacetValue] = field("Its values.")


@strawberry.type(description="How many results cost how much.")
class PriceBucket:
    min: Money = field("The bucket's lowest price.")
    max: Money | None = field("Its highest price; null for the last bucket, which is open.")
    count: int = field("How many results cost so much.")


@strawberry.type(description="A page of search results.")
class SearchConnection:
    edges: list[ProductEdge] = field("The products of this page.", attribute="page.edges")
    page_info: PageInfo = field("Where the page stands in the results.", attribute="page")
    total_count: int = field("How many products match.", attribute="found.total")
    facets: list[Facet] | None = field(
        "What the results can be narrowed by. Null while search is degraded and cannot count.",
        attribute="found.facets",
    )
    price_histogram: list[PriceBucket] | None = field(
        "The results by price. Null while search is degraded and cannot count.", attribute="found.price_histogram"
    )
    did_you_mean: str | None = field(
        "What the shopper probably meant, if that differs from the query.", attribute="found.did_you_mean"
    )
    degraded: bool = field(
        "Whether the search engine is down and simpler means have answered.", attribute="found.degraded"
    )


@strawberry.type(description="What to offer somebody who is typing.")
class Suggestions:
    products: list[Product] = resolved_by(searching.suggested_products, description="Products that begin like this.")
    categories: list[Category] = resolved_by(
        searching.suggested_categories, description="Categories that begin like this."
    )
    queries: list[str] = field("Searches that begin like this.")

"""How lists of products are narrowed and ordered."""

from enum import StrEnum

import strawberry

from ports.search import SortKey
from schema.describe import describe_enum
from schema.scalars import BigInt


@strawberry.input(description="A span of prices in minor units of the store's currency; both ends count.")
class PriceRangeInput:
    min: BigInt | None = strawberry.field(default=None, description="The lowest price, open if not given.")
    max: BigInt | None = strawberry.field(default=None, description="The highest price, open if not given.")


@strawberry.input(
    description="What one attribute must be. Text attributes take `values`, numbers `min` and `max`, flags `flag`."
)
class AttributeFilterInput:
    code: str = strawberry.field(description="The attribute's code, such as screen_size.")
    values: list[str] | None = strawberry.field(default=None, description="Any of these texts.")
    min: float | None = strawberry.field(default=None, description="At least this number, in the attribute's unit.")
    max: float | None = strawberry.field(default=None, description="At most this number, in the attribute's unit.")
    flag: bool | None = strawberry.field(default=None, description="Whether it has the property.")


@strawberry.input(description="A place that products are to be delivered to.")
class DeliverableToInput:
    postal_code: str = strawberry.field(description="Its postal code, in any spelling.")
    country: str | None = strawberry.field(
        default=None, description="Its country, as an ISO 3166 code of two letters; the store's own if not given."
    )


@strawberry.input(
    name="ProductFilter",
    description="Which products are wanted: all conditions together, and within one any of its values.",
)
class ProductFilterInput:
    categories: list[strawberry.ID] | None = strawberry.field(
        default=None, description="In any of these categories or below."
    )
    brands: list[strawberry.ID] | None = strawberry.field(default=None, description="Of any of these brands.")
    sellers: list[strawberry.ID] | None = strawberry.field(default=None, description="Offered by any of these sellers.")
    price: PriceRangeInput | None = strawberry.field(default=None, description="With a price in this span.")
    min_rating: float | None = strawberry.field(
        default=None, description="Rated this many stars or more on average, 0 to 5."
    )
    in_stock: bool | None = strawberry.field(
        default=None, description="True for products that can be bought now, false for those that cannot."
    )
    deliverable_to: DeliverableToInput | None = strawberry.field(
        default=None,
        description="In stock in a warehouse that delivers to this place. A postal code that does not exist is refused "
        "(POSTAL_CODE_UNKNOWN); to one that nobody serves, nothing can be delivered.",
    )
    attributes: list[AttributeFilterInput] | None = strawberry.field(
        default=None, description="Conditions on attributes. Each attribute must meet one of those that name it."
    )


class SearchSort(StrEnum):
    """The orders of search results: those of lists, and relevance."""

    RELEVANCE = "relevance"
    BEST_SELLING = SortKey.BEST_SELLING.value
    PRICE_ASCENDING = SortKey.PRICE_ASCENDING.value
    PRICE_DESCENDING = SortKey.PRICE_DESCENDING.value
    RATING = SortKey.RATING.value
    NEWEST = SortKey.NEWEST.value


_ORDERS = {
    SortKey.BEST_SELLING: "Most units sold first.",
    SortKey.PRICE_ASCENDING: "Cheapest first, products without a price last.",
    SortKey.PRICE_DESCENDING: "Dearest first, products without a price last.",
    SortKey.RATING: "Best rated first.",
    SortKey.NEWEST: "Latest release first.",
}
describe_enum(SortKey, name="ProductSort", description="The order of a list of products.", meanings=_ORDERS)
describe_enum(
    SearchSort,
    name="SearchSort",
    description="The order of search results.",
    meanings={
        SearchSort.RELEVANCE: "Best match first.",
        **{SearchSort(key.value): meaning for key, meaning in _ORDERS.items()},
    },
)


@strawberry.input(description="A value chosen for one of a product's options.")
class SelectedOptionInput:
    name: str = strawberry.field(description="The option's name, such as Size.")
    value: str = strawberry.field(description="The value, such as XL.")

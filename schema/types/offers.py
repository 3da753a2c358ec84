"""Offers and their prices in the graph."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers.fields import paging
from resolvers.fields import variants as fields
from schema.base import Node, field, id_of, resolved_by, view_of
from schema.caching import CacheControl
from schema.types.money import Money
from schema.types.paging import PageInfo
from schema.types.sellers import Seller
from services.catalog.records import OfferRecord

if TYPE_CHECKING:
    from schema.types.products import Variant


@strawberry.type(description="A price that an offer has had.")
class OfferPrice:
    price: Money = field("The price.")
    valid_from_at: datetime = field("Since when it was asked.")


@strawberry.type(description="A past or present price in a list.")
class OfferPriceEdge:
    node: OfferPrice = field("The price.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of past and present prices, newest first.")
class OfferPriceConnection:
    edges: list[OfferPriceEdge] = field("The prices of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(
    description="One seller's price for a variant.",
    directives=[CacheControl(max_age=60)],
)
class Offer(Node):
    id: strawberry.ID = id_of("Offer")
    price: Money = field("What it costs now.")
    compare_at_price: Money | None = field("The higher price that it is compared to, if it is reduced.")
    most_per_customer: int | None = field("How many units one customer may have at a time; null for any number.")
    seller: Seller | None = resolved_by(fields.seller, description="Who sells it.")
    variant: Annotated["Variant", strawberry.lazy("schema.types.products")] | None = resolved_by(
        fields.offer_variant, description="What is sold."
    )
    price_history: OfferPriceConnection = resolved_by(
        fields.price_history, description="What it has cost, newest first."
    )
    is_type_of = view_of(OfferRecord)


@strawberry.type(description="An offer in a list.")
class OfferEdge:
    node: Offer = field("The offer.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of offers.")
class OfferConnection:
    edges: list[OfferEdge] = field("The offers of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")

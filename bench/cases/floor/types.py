"""The floor's GraphQL types: fields computed from entities that are loaded already."""

from enum import Enum

import strawberry
from strawberry.scalars import JSON

from bench.cases.floor import entities
from services.inventory.records import LOW_STOCK_UNITS

CURRENCY = "USD"


@strawberry.enum(name="StockStatus")
class StockStatus(Enum):
    IN_STOCK = "in_stock"
    LOW_STOCK = "low_stock"
    OUT_OF_STOCK = "out_of_stock"


@strawberry.type
class Money:
    amount_minor: int
    currency: str


@strawberry.type
class PriceRange:
    min: Money


@strawberry.type
class Rating:
    count: int
    average: float | None
    histogram: list[int]


@strawberry.type
class Availability:
    in_stock: bool
    quantity: int
    status: StockStatus


@strawberry.type
class Brand:
    slug: str
    name: str


@strawberry.type
class Seller:
    name: str


@strawberry.type
class Category:
    entity: strawberry.Private[entities.Category]

    @strawberry.field
    def slug(self) -> str:
        return self.entity.slug

    @strawberry.field
    def name(self) -> str:
        return self.entity.name

    @strawberry.field
    def breadcrumbs(self) -> list["Category"]:
        path, entity = [self], self.entity.parent
        while entity is not None:
            path.insert(0, Category(entity=entity))
            entity = entity.parent
        return path


@strawberry.type
class Media:
    url: str
    alt: str
    width: int | None
    height: int | None


@strawberry.type
class Attribute:
    code: str
    label: str
    unit: str | None


@strawberry.type
class AttributeValue:
    attribute: Attribute
    text: str | None
    number: float | None
    flag: bool | None


@strawberry.type
class NamedValue:
    name: str
    value: str


@strawberry.type
class ProductOption:
    name: str
    values: list[str]


@strawberry.type
class Offer:
    price: Money
    compare_at_price: Money | None
    seller: Seller


@strawberry.type
class FacetValue:
    label: str
    count: int
    selected: bool
    input: JSON


@strawberry.type
class Facet:
    key: str
    label: str
    values: list[FacetValue]


@strawberry.type
class PriceBucket:
    min: Money
    max: Money | None
    count: int


def availability(variants: list[entities.Variant]) -> Availability:
    quantity = sum(level.on_hand - level.reserved for variant in variants for level in variant.levels)
    if quantity <= 0:
        status = StockStatus.OUT_OF_STOCK
    else:
        status = StockStatus.LOW_STOCK if quantity <= LOW_STOCK_UNITS else StockStatus.IN_STOCK
    return Availability(in_stock=quantity > 0, quantity=quantity, status=status)


def best_offer(variant: entities.Variant) -> entities.Offer | None:
    offers = [offer for offer in variant.offers if offer.status == "active" and offer.currency == CURRENCY]
    return offers[0] if offers else None

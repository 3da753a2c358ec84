"""The floor's products and variants."""

from typing import Any

import sqlalchemy as sa
import strawberry
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bench.cases.floor import entities
from bench.cases.floor.types import (
    CURRENCY,
    Attribute,
    AttributeValue,
    Availability,
    Brand,
    Category,
    Media,
    Money,
    NamedValue,
    Offer,
    PriceRange,
    ProductOption,
    Rating,
    Seller,
    availability,
    best_offer,
)

# The context is a dict, as strawberry's view makes it.
Info = strawberry.Info[dict[str, Any], None]


def sessions(info: Info) -> async_sessionmaker[AsyncSession]:
    made: async_sessionmaker[AsyncSession] = info.context["sessions"]
    return made


@strawberry.type
class Variant:
    entity: strawberry.Private[entities.Variant]
    option_names: strawberry.Private[list[str]]

    @strawberry.field
    def sku(self) -> str:
        return self.entity.sku

    @strawberry.field
    def selected_options(self) -> list[NamedValue]:
        pairs = zip(self.option_names, self.entity.option_values, strict=False)
        return [NamedValue(name=name, value=value) for name, value in pairs]

    @strawberry.field
    def buy_box(self) -> Offer | None:
        offer = best_offer(self.entity)
        if offer is None:
            return None
        compare_at = offer.compare_at_minor
        return Offer(
            price=Money(amount_minor=offer.price_minor, currency=offer.currency),
            compare_at_price=None if compare_at is None else Money(amount_minor=compare_at, currency=offer.currency),
            seller=Seller(name=offer.seller.name),
        )

    @strawberry.field
    def availability(self) -> Availability:
        return availability([self.entity])


@strawberry.type
class VariantEdge:
    node: Variant


@strawberry.type
class VariantConnection:
    edges: list[VariantEdge]


def media_of(entity: entities.Media) -> Media:
    return Media(url=entity.url, alt=entity.alt, width=entity.width, height=entity.height)


@strawberry.type
class Product:
    entity: strawberry.Private[entities.Product]

    @strawberry.field
    def slug(self) -> str:
        return self.entity.slug

    @strawberry.field
    def title(self) -> str:
        return self.entity.title

    @strawberry.field
    def description(self) -> str:
        return self.entity.description

    @strawberry.field
    def brand(self) -> Brand | None:
        brand = self.entity.brand
        return None if brand is None else Brand(slug=brand.slug, name=brand.name)

    @strawberry.field
    def category(self) -> Category:
        return Category(entity=self.entity.category)

    @strawberry.field
    async def attributes(self, info: Info) -> list[AttributeValue]:
        values = self.entity.attributes
        async with sessions(info)() as session:
            found = await session.scalars(sa.select(entities.Attribute).where(entities.Attribute.code.in_(values)))
            types = {one.code: Attribute(code=one.code, label=one.label, unit=one.unit) for one in found}
        return [attribute_value(types[code], value) for code, value in values.items() if code in types]

    @strawberry.field
    def options(self) -> list[ProductOption]:
        rows = [variant.option_values for variant in self._active()]
        columns = zip(*rows, strict=True) if rows else iter(())
        return [
            ProductOption(name=name, values=list(dict.fromkeys(values)))
            for name, values in zip(self.entity.option_names, columns, strict=False)
        ]

    @strawberry.field
    def variants(self, first: int) -> VariantConnection:
        names = self.entity.option_names
        shown = [Variant(entity=variant, option_names=names) for variant in self._active()[:first]]
        return VariantConnection(edges=[VariantEdge(node=variant) for variant in shown])

    @strawberry.field
    def price_range(self) -> PriceRange | None:
        offers = [best_offer(variant) for variant in self._active()]
        prices = [offer.price_minor for offer in offers if offer is not None]
        return PriceRange(min=Money(amount_minor=min(prices), currency=CURRENCY)) if prices else None

    @strawberry.field
    def availability(self) -> Availability:
        return availability(self._active())

    @strawberry.field
    def image(self) -> Media | None:
        return media_of(self.entity.media[0]) if self.entity.media else None

    @strawberry.field
    def media(self) -> list[Media]:
        return [media_of(one) for one in self.entity.media[:24]]

    @strawberry.field
    def rating(self) -> Rating:
        rating = self.entity.rating
        if rating is None or not rating.count:
            return Rating(count=0, average=None, histogram=[0, 0, 0, 0, 0])
        return Rating(count=rating.count, average=rating.average_hundredths / 100, histogram=rating.histogram)

    def _active(self) -> list[entities.Variant]:
        return [variant for variant in self.entity.variants if variant.status == "active"]


@strawberry.type
class ProductEdge:
    node: Product


@strawberry.type
class ProductConnection:
    edges: list[ProductEdge]


def attribute_value(attribute: Attribute, value: str | float | bool) -> AttributeValue:
    number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    return AttributeValue(
        attribute=attribute,
        text=value if isinstance(value, str) else None,
        number=number,
        flag=value if isinstance(value, bool) else None,
    )

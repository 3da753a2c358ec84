"""Fields of products. Those that fetch use a loader, so a list of products costs one round trip for each."""

from collections.abc import Awaitable, Sequence
from typing import Annotated

import strawberry

from core.paging import Page, page_size
from core.problems import BadInput
from loaders.pages import Slice
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.looking import look_up
from resolvers.paging import load_page
from schema.inputs.products import SelectedOptionInput
from services.catalog.queries import VariantChoice
from services.catalog.records import (
    AnyProduct,
    AttributeValueRecord,
    BrandRecord,
    CategoryRecord,
    MediaRecord,
    OptionRecord,
    PriceRangeRecord,
    ProductRecord,
    VariantRecord,
)
from services.catalog.slices import Position
from services.inventory.records import AvailabilityRecord
from services.reviews.records import RatingRecord


async def description(root: ProductRecord, info: Info) -> str:
    return (await info.context.loaders.content_by_product.load(root.id)).description


@look_up
def brand(root: AnyProduct, info: Info) -> BrandRecord | Awaitable[BrandRecord | None] | None:
    return None if root.brand_id is None else info.context.loaders.brand_by_id.get(root.brand_id)


@look_up
def category(root: AnyProduct, info: Info) -> CategoryRecord | Awaitable[CategoryRecord | None] | None:
    return info.context.loaders.category_by_id.get(root.category_id)


async def attributes(
    root: ProductRecord,
    info: Info,
    comparable: Annotated[
        bool | None, strawberry.argument(description="Only those that comparisons show (true) or hide (false).")
    ] = None,
) -> Sequence[AttributeValueRecord]:
    loaders = info.context.loaders
    values = (await loaders.content_by_product.load(root.id)).attributes
    found = await loaders.attribute_by_code.load_all(list(values))
    return [
        AttributeValueRecord(
            attribute,
            text=value if isinstance(value, str) else None,
            number=float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None,
            flag=value if isinstance(value, bool) else None,
        )
        for attribute, value in zip(found, values.values(), strict=True)
        if attribute is not None and (comparable is None or attribute.comparable is comparable)
    ]


async def options(root: ProductRecord, info: Info) -> Sequence[OptionRecord]:
    if not root.option_names:
        return ()
    values = await info.context.loaders.options_by_product.load(root.id)
    return [OptionRecord(name, taken) for name, taken in zip(root.option_names, values, strict=False)]


def media(root: ProductRecord, info: Info, first: First = None) -> Awaitable[Sequence[MediaRecord]]:
    return info.context.loaders.media_of_product.load(Slice(root.id, page_size(first)))


@look_up
def image(root: AnyProduct, info: Info) -> MediaRecord | Awaitable[MediaRecord | None] | None:
    return info.context.loaders.image_by_product.get(root.id)


def _position(row: VariantRecord) -> Position:
    return row.position, row.id


def variants(
    root: ProductRecord, info: Info, first: First = None, after: After = None
) -> Awaitable[Page[VariantRecord]]:
    return load_page(info.context.loaders.variants_of_product, root.id, first=first, after=after, position=_position)


def default_variant(root: ProductRecord, info: Info) -> Awaitable[VariantRecord | None]:
    return info.context.loaders.first_variant_by_product.load(root.id)


async def variant_by_selected_options(
    root: ProductRecord,
    info: Info,
    selected_options: Annotated[
        list[SelectedOptionInput], strawberry.argument(description="One value for each of the product's options.")
    ],
) -> VariantRecord | None:
    chosen = {option.name: option.value for option in selected_options}
    if len(chosen) != len(selected_options) or set(chosen) != set(root.option_names):
        names = ", ".join(root.option_names) or "none"
        raise BadInput("BAD_OPTIONS", f"Choose exactly one value for each option of this product: {names}.")
    values = tuple(chosen[name] for name in root.option_names)
    return await info.context.loaders.variant_by_choice.load(VariantChoice(root.id, values))


@look_up
def price_range(root: AnyProduct, info: Info) -> PriceRangeRecord | Awaitable[PriceRangeRecord | None] | None:
    return info.context.loaders.price_range_by_product.get(root.id)


@look_up
def availability(root: AnyProduct, info: Info) -> AvailabilityRecord | Awaitable[AvailabilityRecord]:
    return info.context.loaders.availability_by_product.get(root.id)


@look_up
def rating(root: AnyProduct, info: Info) -> RatingRecord | Awaitable[RatingRecord]:
    return info.context.loaders.rating_by_product.get(root.id)

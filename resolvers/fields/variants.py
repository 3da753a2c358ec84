"""Fields of variants, offers, stock and pictures."""

from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import Annotated, Protocol
from uuid import UUID

import strawberry

from core.media import media_url
from core.paging import Page, page_size
from loaders.pages import Slice
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.looking import look_up
from resolvers.paging import load_page
from schema.inputs.media import ImageTransformInput
from services.catalog.records import (
    MediaRecord,
    OfferPriceRecord,
    OfferRecord,
    ProductRecord,
    SelectedOptionRecord,
    SellerRecord,
    VariantRecord,
)
from services.catalog.slices import Position
from services.inventory.records import AvailabilityRecord, LevelRecord, WarehouseRecord


class _WithOffer(Protocol):
    @property
    def result(self) -> UUID | None: ...


def product(root: VariantRecord, info: Info) -> Awaitable[ProductRecord | None]:
    return info.context.loaders.product_by_id.load(root.product_id)


async def selected_options(root: VariantRecord, info: Info) -> Sequence[SelectedOptionRecord]:
    owner = await info.context.loaders.product_by_id.load(root.product_id)
    names = () if owner is None else owner.option_names
    return [SelectedOptionRecord(name, value) for name, value in zip(names, root.option_values, strict=False)]


def buy_box(root: VariantRecord, info: Info) -> Awaitable[OfferRecord | None]:
    return info.context.loaders.buy_box_by_variant.load(root.id)


def availability(root: VariantRecord, info: Info) -> Awaitable[AvailabilityRecord]:
    return info.context.loaders.availability_by_variant.load(root.id)


def inventory_levels(root: VariantRecord, info: Info) -> Awaitable[Sequence[LevelRecord]]:
    return info.context.loaders.levels_by_variant.load(root.id)


def warehouse(root: LevelRecord, info: Info) -> Awaitable[WarehouseRecord | None]:
    return info.context.loaders.warehouse_by_id.load(root.warehouse_id)


def media(root: VariantRecord, info: Info, first: First = None) -> Awaitable[Sequence[MediaRecord]]:
    return info.context.loaders.media_of_variant.load(Slice(root.id, page_size(first)))


def _offer_position(row: OfferRecord) -> Position:
    return row.price_minor, row.id


def offers(root: VariantRecord, info: Info, first: First = None, after: After = None) -> Awaitable[Page[OfferRecord]]:
    return load_page(
        info.context.loaders.offers_of_variant, root.id, first=first, after=after, position=_offer_position
    )


def offer_variant(root: OfferRecord, info: Info) -> Awaitable[VariantRecord | None]:
    return info.context.loaders.variant_by_id.load(root.variant_id)


def changed_offer(root: _WithOffer, info: Info) -> Awaitable[OfferRecord | None] | None:
    return None if root.result is None else info.context.loaders.offer_by_id.load(root.result)


def seller(root: OfferRecord, info: Info) -> Awaitable[SellerRecord | None]:
    return info.context.loaders.seller_by_id.load(root.seller_id)


def _price_position(row: OfferPriceRecord) -> Position:
    return row.valid_from_at, row.id


def price_history(
    root: OfferRecord, info: Info, first: First = None, after: After = None
) -> Awaitable[Page[OfferPriceRecord]]:
    return load_page(
        info.context.loaders.prices_of_offer,
        root.id,
        first=first,
        after=after,
        position=_price_position,
        by=datetime,
    )


@look_up
def transformed_url(
    root: MediaRecord,
    transform: Annotated[
        ImageTransformInput | None, strawberry.argument(description="The size and format wanted.")
    ] = None,
) -> str:
    if transform is None:
        return root.url
    return media_url(
        root.url,
        width=transform.width,
        height=transform.height,
        fit=transform.fit,
        format=transform.format,
    )

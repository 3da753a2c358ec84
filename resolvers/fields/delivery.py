"""Fields that say how something is delivered, and of zones and carriers."""

from collections.abc import Awaitable, Sequence
from datetime import date, timedelta
from typing import Annotated

import strawberry

from core.clock import utc_now
from core.paging import Page, binding, decode_cursor, encode_cursor, not_a_cursor, page_size
from core.problems import BadInput
from loaders.delivery import CodesSlice
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.paging import page_of
from services.catalog.records import ProductRecord, VariantRecord
from services.delivery.options import DeliveryRecord, Wanted
from services.delivery.places import PlaceKey
from services.delivery.records import (
    CarrierRecord,
    MethodRecord,
    OptionRecord,
    PostalCodeRecord,
    ZoneRecord,
)
from services.inventory.records import WarehouseRecord

PostalCode = Annotated[str, strawberry.argument(description="The postal code, in any spelling.")]
Country = Annotated[
    str | None, strawberry.argument(description="ISO 3166 code of its country; the store's own if not given.")
]


def place_key(info: Info, postal_code: str, country: str | None) -> PlaceKey:
    return PlaceKey.of(country=info.context.settings.delivery.country if country is None else country, code=postal_code)


def known(found: DeliveryRecord) -> DeliveryRecord:
    """The same; raises `BadInput` (POSTAL_CODE_UNKNOWN) if the place does not exist."""
    if not found.is_known:
        raise BadInput("POSTAL_CODE_UNKNOWN", "There is no such postal code in this country.")
    return found


def as_text(position: object) -> str:
    """A part of a cursor that must be a text which Postgres can keep; raises `BadInput` (BAD_CURSOR)."""
    if not isinstance(position, str) or "\0" in position:
        raise not_a_cursor()
    return position


async def product_delivery(
    root: ProductRecord, info: Info, postal_code: PostalCode, country: Country = None
) -> DeliveryRecord:
    wanted = Wanted(root.id, place_key(info, postal_code, country))
    return known(await info.context.loaders.delivery_of_product.load(wanted))


async def variant_delivery(
    root: VariantRecord, info: Info, postal_code: PostalCode, country: Country = None
) -> DeliveryRecord:
    wanted = Wanted(root.id, place_key(info, postal_code, country))
    return known(await info.context.loaders.delivery_of_variant.load(wanted))


def earliest_on(root: OptionRecord) -> date:
    return utc_now().date() + timedelta(days=root.min_days)


def latest_on(root: OptionRecord) -> date:
    return utc_now().date() + timedelta(days=root.max_days)


async def warehouses(root: OptionRecord, info: Info) -> Sequence[WarehouseRecord]:
    found = await info.context.loaders.warehouse_by_id.load_all(list(root.warehouse_ids))
    return [warehouse for warehouse in found if warehouse is not None]


async def postal_codes(
    root: ZoneRecord, info: Info, first: First = None, after: After = None
) -> Page[PostalCodeRecord]:
    size, bound_to = page_size(first), binding("postal_codes", str(root.id))
    start = None if after is None else as_text(decode_cursor(bound_to, after, length=1)[0])
    rows = await info.context.loaders.postal_codes_of_zone.load(CodesSlice(root.id, size + 1, start))
    return page_of(rows, size, has_previous=start is not None, cursor=lambda row: encode_cursor(bound_to, [row.code]))


def methods(root: CarrierRecord, info: Info) -> Awaitable[Sequence[MethodRecord]]:
    return info.context.loaders.methods_of_carrier.load(root.id)


def carrier(root: MethodRecord, info: Info) -> Awaitable[CarrierRecord | None]:
    return info.context.loaders.carrier_by_id.load(root.carrier_id)

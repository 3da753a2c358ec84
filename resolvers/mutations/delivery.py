"""Mutations of zones, carriers and delivery methods."""

from typing import Annotated

import strawberry

from core.ids import decode_id_of
from resolvers.context import Info
from resolvers.filters import bounded
from resolvers.mutation import Outcome, commit, delete
from schema.inputs.delivery import (
    DeleteDeliveryMethodInput,
    DeleteDeliveryZoneInput,
    SaveCarrierInput,
    SaveDeliveryMethodInput,
    SaveDeliveryZoneInput,
)
from services import delivery
from services.delivery.records import CarrierRecord, MethodRecord, ZoneRecord
from services.delivery.rules import PostalCodeDraft, RateDraft


async def save_delivery_zone(
    info: Info, input: Annotated[SaveDeliveryZoneInput, strawberry.argument(description="The zone.")]
) -> Outcome[ZoneRecord]:
    return await commit(
        info,
        delivery.save_zone,
        id=None if input.id is None else decode_id_of("DeliveryZone", input.id),
        code=input.code,
        name=input.name,
        country=info.context.settings.delivery.country if input.country is None else input.country,
        add=[
            PostalCodeDraft(one.code, one.latitude, one.longitude, one.place)
            for one in bounded("addPostalCodes", input.add_postal_codes)
        ],
        remove=bounded("removePostalCodes", input.remove_postal_codes),
        move=input.is_moving,
    )


async def delete_delivery_zone(
    info: Info, input: Annotated[DeleteDeliveryZoneInput, strawberry.argument(description="The zone.")]
) -> Outcome[str]:
    return await delete(info, delivery.delete_zone, kind="DeliveryZone", id=input.id)


async def save_carrier(
    info: Info, input: Annotated[SaveCarrierInput, strawberry.argument(description="The carrier.")]
) -> Outcome[CarrierRecord]:
    return await commit(
        info,
        delivery.save_carrier,
        id=None if input.id is None else decode_id_of("Carrier", input.id),
        code=input.code,
        name=input.name,
        countries=bounded("countries", input.countries),
        is_active=input.is_active,
    )


async def save_delivery_method(
    info: Info, input: Annotated[SaveDeliveryMethodInput, strawberry.argument(description="The method.")]
) -> Outcome[MethodRecord]:
    return await commit(
        info,
        delivery.save_method,
        id=None if input.id is None else decode_id_of("DeliveryMethod", input.id),
        carrier_id=decode_id_of("Carrier", input.carrier),
        code=input.code,
        name=input.name,
        rates=[
            RateDraft(one.up_to_km, one.price_minor, one.min_days, one.max_days)
            for one in bounded("rates", input.rates)
        ],
        currency=info.context.settings.catalog.currency,
        is_active=input.is_active,
        crosses_borders=input.crosses_borders,
    )


async def delete_delivery_method(
    info: Info, input: Annotated[DeleteDeliveryMethodInput, strawberry.argument(description="The method.")]
) -> Outcome[str]:
    return await delete(info, delivery.delete_method, kind="DeliveryMethod", id=input.id)

"""Mutations of zones, carriers and delivery methods."""

import strawberry

from resolvers.mutations import delivery
from schema.base import resolved_by
from schema.types.delivery_payloads import (
    DeleteDeliveryMethodPayload,
    DeleteDeliveryZonePayload,
    SaveCarrierPayload,
    SaveDeliveryMethodPayload,
    SaveDeliveryZonePayload,
)
from services.accounts.tokens import Role


@strawberry.type(description="What can be changed of delivery.")
class DeliveryMutations:
    save_delivery_zone: SaveDeliveryZonePayload = resolved_by(
        delivery.save_delivery_zone,
        description="Make or change a zone, and which postal codes it has. Codes: BAD_CODE, BAD_NAME, BAD_COUNTRY, "
        "BAD_POSTAL_CODE, BAD_COORDINATES, CODE_TAKEN, POSTAL_CODE_TAKEN, POSTAL_CODE_UNKNOWN, "
        "NOT_FOUND.",
        requires=Role.OPERATOR,
    )
    delete_delivery_zone: DeleteDeliveryZonePayload = resolved_by(
        delivery.delete_delivery_zone,
        description="Remove a zone with its postal codes, which are unknown then. Codes: NOT_FOUND.",
        requires=Role.OPERATOR,
    )
    save_carrier: SaveCarrierPayload = resolved_by(
        delivery.save_carrier,
        description="Make or change a carrier. Codes: BAD_CODE, BAD_NAME, BAD_COUNTRY, CODE_TAKEN, NOT_FOUND.",
        requires=Role.OPERATOR,
    )
    save_delivery_method: SaveDeliveryMethodPayload = resolved_by(
        delivery.save_delivery_method,
        description="Make or change a carrier's method and all its rates. Codes: BAD_CODE, BAD_NAME, BAD_RATE, "
        "OVERLAPPING_RATES, CODE_TAKEN, NOT_FOUND.",
        requires=Role.OPERATOR,
    )
    delete_delivery_method: DeleteDeliveryMethodPayload = resolved_by(
        delivery.delete_delivery_method,
        description="Remove a method with its rates. Codes: NOT_FOUND.",
        requires=Role.OPERATOR,
    )

"""What mutations of delivery answer. `userErrors` is empty when all went well."""

import strawberry

from schema.base import field
from schema.types.delivery import Carrier, DeliveryMethod, DeliveryZone
from schema.types.errors import UserError


@strawberry.type(description="The zone as it is now; places are served accordingly within seconds.")
class SaveDeliveryZonePayload:
    delivery_zone: DeliveryZone | None = field("The zone; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The removal of a zone.")
class DeleteDeliveryZonePayload:
    deleted_id: strawberry.ID | None = field("The id of what was removed; null if nothing was.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The carrier as it is now; places are served accordingly within seconds.")
class SaveCarrierPayload:
    carrier: Carrier | None = field("The carrier; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The method as it is now; places are served accordingly within seconds.")
class SaveDeliveryMethodPayload:
    delivery_method: DeliveryMethod | None = field("The method; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The removal of a method.")
class DeleteDeliveryMethodPayload:
    deleted_id: strawberry.ID | None = field("The id of what was removed; null if nothing was.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")

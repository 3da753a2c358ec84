"""From a postal code that a caller gives to the place."""

from core.problems import BadInput
from resolvers.context import Info
from resolvers.fields.delivery import place_key
from schema.inputs.products import DeliverableToInput
from services.delivery import PlaceRecord


async def get_place(info: Info, given: DeliverableToInput) -> PlaceRecord:
    """The place that a caller names; raises `BadInput` (POSTAL_CODE_UNKNOWN)."""
    place = await info.context.loaders.place_by_key.load(place_key(info, given.postal_code, given.country))
    if place is None:
        raise BadInput("POSTAL_CODE_UNKNOWN", "There is no such postal code in this country.")
    return place

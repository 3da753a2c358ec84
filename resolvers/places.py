"""From a postal code that a caller gives to the place, once for each request."""

from core.problems import BadInput
from resolvers.context import Info
from schema.inputs.products import DeliverableToInput
from services.delivery.places import PlaceKey
from services.delivery.records import PlaceRecord


async def get_place(info: Info, given: DeliverableToInput) -> PlaceRecord:
    """The place that a caller names; raises `BadInput` (POSTAL_CODE_UNKNOWN)."""
    country = given.country or info.context.settings.delivery.country
    place = await info.context.loaders.place_by_key.load(PlaceKey.of(country=country, code=given.postal_code))
    if place is None:
        raise BadInput("POSTAL_CODE_UNKNOWN", f"There is no such postal code in {country}.")
    return place

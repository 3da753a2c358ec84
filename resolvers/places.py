"""From a postal code that a caller gives to the place, once for each request."""

from core.problems import BadInput
from resolvers.context import Info
from schema.inputs.products import DeliverableToInput
from services.delivery import PlaceRecord, find_place


async def get_place(info: Info, given: DeliverableToInput) -> PlaceRecord:
    """The place that a caller names; raises `BadInput` (POSTAL_CODE_UNKNOWN)."""
    country = given.country or info.context.settings.delivery.country
    async with info.context.database.read() as session:
        place = await find_place(session, country=country, code=given.postal_code)
    if place is None:
        raise BadInput("POSTAL_CODE_UNKNOWN", f"There is no such postal code in {country}.")
    return place

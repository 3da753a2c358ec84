"""What operators say of zones, carriers and rates."""

import strawberry

from schema.scalars import BigInt


@strawberry.input(description="A postal code and where it is.")
class PostalCodeInput:
    code: str = strawberry.field(description="The code, in any spelling.")
    latitude: float | None = strawberry.field(
        default=None, description="Degrees north, -90 to 90; as before, or unknown, if not given."
    )
    longitude: float | None = strawberry.field(
        default=None, description="Degrees east, -180 to 180; as before, or unknown, if not given."
    )
    place: str | None = strawberry.field(default=None, description="What people call the place.")


@strawberry.input(description="A zone to make or change. A zone lies in the middle of its postal codes.")
class SaveDeliveryZoneInput:
    id: strawberry.ID | None = strawberry.field(default=None, description="The zone to change; a new one if not given.")
    code: str = strawberry.field(description="What operators call it; no two zones of a country have the same code.")
    name: str = strawberry.field(description="The name, 1 to 200 characters.")
    country: str | None = strawberry.field(
        default=None, description="ISO 3166 code of its country; the store's own if not given."
    )
    add_postal_codes: list[PostalCodeInput] = strawberry.field(
        default_factory=list, description="Up to 100 codes to add, or to bring up to date if it has them."
    )
    remove_postal_codes: list[str] = strawberry.field(
        default_factory=list, description="Up to 100 of its codes that do not exist any more."
    )
    is_moving: bool = strawberry.field(
        default=False, description="Whether codes that are in other zones come over; else they are refused."
    )


@strawberry.input(description="A zone to remove, with its postal codes.")
class DeleteDeliveryZoneInput:
    id: strawberry.ID = strawberry.field(description="The zone.")


@strawberry.input(description="A carrier to make or change.")
class SaveCarrierInput:
    id: strawberry.ID | None = strawberry.field(
        default=None, description="The carrier to change; a new one if not given."
    )
    code: str = strawberry.field(description="What operators call it; no two carriers have the same code.")
    name: str = strawberry.field(description="The name that shoppers see, 1 to 200 characters.")
    countries: list[str] = strawberry.field(description="ISO 3166 codes of up to 100 countries that it delivers to.")
    is_active: bool = strawberry.field(default=True, description="Whether it takes parcels.")


@strawberry.input(description="Price and time of a method for distances that no smaller rate covers.")
class DeliveryRateInput:
    up_to_km: int = strawberry.field(description="The largest distance in kilometres, 1 to 25,000.")
    price_minor: BigInt = strawberry.field(description="The price in minor units of the store's currency.")
    min_days: int = strawberry.field(description="Days that delivery takes at least, 0 or more.")
    max_days: int = strawberry.field(description="Days that delivery takes at most, up to 365.")


@strawberry.input(description="A method of delivery to make or change.")
class SaveDeliveryMethodInput:
    id: strawberry.ID | None = strawberry.field(
        default=None, description="The method to change; a new one if not given."
    )
    carrier: strawberry.ID = strawberry.field(description="Whose it is.")
    code: str = strawberry.field(description="What operators call it; no two of a carrier have the same code.")
    name: str = strawberry.field(description="The name that shoppers see, 1 to 200 characters.")
    rates: list[DeliveryRateInput] = strawberry.field(
        description="Up to 100 rates, which replace those that it had. Beyond the farthest, it does not deliver."
    )
    is_active: bool = strawberry.field(default=True, description="Whether it is offered.")
    crosses_borders: bool = strawberry.field(
        default=False, description="Whether it delivers to other countries than the warehouse's."
    )


@strawberry.input(description="A method of delivery to remove, with its rates.")
class DeleteDeliveryMethodInput:
    id: strawberry.ID = strawberry.field(description="The method.")

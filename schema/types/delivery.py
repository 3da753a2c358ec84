"""Delivery in the graph."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from resolvers.fields import delivery as fields
from resolvers.fields import paging
from resolvers.queries import delivery as queries
from schema.base import field, id_of, resolved_by
from schema.types.inventory import Warehouse
from schema.types.money import Money
from schema.types.paging import PageInfo
from services.accounts.tokens import Role


@strawberry.type(description="One way to have something delivered to a place, from what is in stock now.")
class DeliveryOption:
    code: str = field("The method for programs, unique with its carrier.")
    method: str = field("The method's name, such as Express.")
    carrier: str = field("The name of who brings it.")
    price: Money = field("What it costs.")
    min_days: int = field("Days that it takes at least.")
    max_days: int = field("Days that it takes at most.")
    earliest_on: date = resolved_by(fields.earliest_on, description="The day on which it arrives at the earliest.")
    latest_on: date = resolved_by(fields.latest_on, description="The day on which it arrives at the latest.")
    warehouses: list[Warehouse] = resolved_by(
        fields.warehouses,
        description="From where it comes: one, unless no warehouse alone has all units.",
        requires=Role.OPERATOR,
    )


@strawberry.type(description="How one unit of a product or variant gets to a place.")
class ProductDelivery:
    is_deliverable: bool = field("Whether it can be delivered at all: it is in stock where the place is served from.")
    cheapest: DeliveryOption | None = field("The cheapest way, the faster of equally dear ones.")
    fastest: DeliveryOption | None = field("The fastest way, the cheaper of equally fast ones.")
    options: list[DeliveryOption] = field("All ways, cheapest first.")


@strawberry.type(description="A postal code that exists.")
class PostalCode:
    country: str = field("ISO 3166 code of the country.")
    code: str = field("The code in upper case, without spaces and hyphens.")
    place: str | None = field("What people call the place.")
    latitude: float | None = field("Degrees north.")
    longitude: float | None = field("Degrees east.")


@strawberry.type(description="A postal code in a list.")
class PostalCodeEdge:
    node: PostalCode = field("The postal code.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of postal codes, in their own order.")
class PostalCodeConnection:
    edges: list[PostalCodeEdge] = field("The postal codes of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="Postal codes that cost and take the same from any warehouse.")
class DeliveryZone:
    id: strawberry.ID = id_of("DeliveryZone")
    country: str = field("ISO 3166 code of the country.")
    code: str = field("What operators call it.")
    name: str = field("The name.")
    latitude: float | None = field("Degrees north of its middle; unknown if no code of it says where it is.")
    longitude: float | None = field("Degrees east of its middle; a zone without it is not served.")
    postal_code_count: int = field("How many postal codes it has.", attribute="postal_codes")
    postal_codes: PostalCodeConnection = resolved_by(fields.postal_codes, description="Its postal codes.")


@strawberry.type(description="A zone in a list.")
class DeliveryZoneEdge:
    node: DeliveryZone = field("The zone.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of zones, by country and code.")
class DeliveryZoneConnection:
    edges: list[DeliveryZoneEdge] = field("The zones of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="Price and time of a method for distances that no smaller rate covers.")
class DeliveryRate:
    up_to_km: int = field("The largest distance in kilometres.")
    price: Money = field("The price.")
    min_days: int = field("Days that delivery takes at least.")
    max_days: int = field("Days that delivery takes at most.")


@strawberry.type(description="A service of a carrier, such as standard or express.")
class DeliveryMethod:
    id: strawberry.ID = id_of("DeliveryMethod")
    carrier: Annotated["Carrier", strawberry.lazy("schema.types.delivery")] | None = resolved_by(
        fields.carrier, description="Whose service it is."
    )
    code: str = field("What operators call it.")
    name: str = field("The name that shoppers see.")
    is_active: bool = field("Whether it is offered.")
    crosses_borders: bool = field("Whether it delivers to other countries than the warehouse's.")
    rates: list[DeliveryRate] = field("Its rates, the nearest first; at most 100.")


@strawberry.type(description="Who brings parcels.")
class Carrier:
    id: strawberry.ID = id_of("Carrier")
    code: str = field("What operators call it.")
    name: str = field("The name that shoppers see.")
    is_active: bool = field("Whether it takes parcels.")
    countries: list[str] = field("ISO 3166 codes of the countries that it delivers to.")
    methods: list[DeliveryMethod] = resolved_by(fields.methods, description="Its services, oldest first.")


@strawberry.type(description="A carrier in a list.")
class CarrierEdge:
    node: Carrier = field("The carrier.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of carriers, oldest first.")
class CarrierConnection:
    edges: list[CarrierEdge] = field("The carriers of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="Which warehouse serves which zone by which method: computed from all the others.")
class DeliveryMatrix:
    version: int = field("Grows with each change.")
    computed_at: datetime = field("When it last changed.")
    lanes: int = resolved_by(
        queries.lanes, description="How many combinations are served; counted one by one when asked for."
    )


@strawberry.type(description="What operators see of delivery.")
class DeliveryOperations:
    zones: DeliveryZoneConnection = resolved_by(queries.zones, description="The zones, of one country or of all.")
    carriers: CarrierConnection = resolved_by(queries.carriers, description="The carriers, with methods and rates.")
    matrix: DeliveryMatrix = resolved_by(queries.matrix, description="How new the computed lanes are.")

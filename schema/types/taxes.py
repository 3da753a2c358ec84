"""Taxes in the graph, and what mutations of them answer."""

import strawberry

from resolvers.fields import paging
from resolvers.fields import taxes as fields
from schema.base import field, id_of, resolved_by
from schema.types.categories import Category
from schema.types.errors import UserError
from schema.types.paging import PageInfo


@strawberry.type(
    description="The tax on products of a class that go to a place. Of all rates of the class whose prefix the postal "
    "code begins with, that of the longest counts; a class without any there has the rate of the class `standard`."
)
class TaxRate:
    id: strawberry.ID = id_of("TaxRate")
    country: str = field("ISO 3166 code of the country.")
    postal_prefix: str = field("What postal codes begin with; empty for the whole country.")
    tax_class: str = field("The class of products.")
    name: str = field("The name that shoppers see.")
    rate_ppm: int = field("Parts per million: 8.875 % is 88750.")
    applies_to_delivery: bool = field(
        "Whether the price of delivery is taxed too; counts for the class `standard` only."
    )


@strawberry.type(description="A tax rate in a list.")
class TaxRateEdge:
    node: TaxRate = field("The rate.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of tax rates, by country, postal prefix and class.")
class TaxRateConnection:
    edges: list[TaxRateEdge] = field("The rates of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="The rate as it is now.")
class SaveTaxRatePayload:
    tax_rate: TaxRate | None = field("The rate; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The removal of a rate.")
class DeleteTaxRatePayload:
    deleted_id: strawberry.ID | None = field("The id of what was removed; null if nothing was.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The category whose products are in another class now.")
class SetCategoryTaxClassPayload:
    category: Category | None = resolved_by(
        fields.classified_category, description="The category; null if it was refused."
    )
    user_errors: list[UserError] = field("Why it was refused.")

"""What operators say of taxes."""

import strawberry


@strawberry.input(description="A tax rate to make or change.")
class SaveTaxRateInput:
    id: strawberry.ID | None = strawberry.field(default=None, description="The rate to change; a new one if not given.")
    country: str | None = strawberry.field(
        default=None, description="ISO 3166 code of the country; the store's own if not given."
    )
    postal_prefix: str = strawberry.field(
        default="", description="What postal codes begin with, up to 12 letters and digits; empty for all the country."
    )
    tax_class: str = strawberry.field(
        default="standard",
        description="The class of products: 1 to 40 letters, digits and hyphens; it begins with a letter.",
    )
    name: str = strawberry.field(description="The name that shoppers see, 1 to 200 characters.")
    rate_ppm: int = strawberry.field(description="Parts per million, 0 to 1,000,000: 8.875 % is 88750.")
    applies_to_delivery: bool = strawberry.field(
        default=False, description="Whether the price of delivery is taxed too; counts for the class `standard` only."
    )


@strawberry.input(description="A tax rate to remove.")
class DeleteTaxRateInput:
    id: strawberry.ID = strawberry.field(description="The rate.")


@strawberry.input(description="The tax class of a category and of all below that have no other.")
class SetCategoryTaxClassInput:
    category: strawberry.ID = strawberry.field(description="The category.")
    tax_class: str | None = strawberry.field(
        default=None, description="The class; that of the category above if not given."
    )

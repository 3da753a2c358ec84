"""What operators say of offers."""

import strawberry


@strawberry.input(description="How many units of an offer one customer may have.")
class SetPurchaseLimitInput:
    offer: strawberry.ID = strawberry.field(description="The offer.")
    most_per_customer: int | None = strawberry.field(
        default=None, description="Units at a time, 1 to 1,000,000; any number if not given."
    )

"""What operators say of promotions and coupons."""

from datetime import datetime

import strawberry

from schema.inputs.promotion_kinds import PromotionKind
from schema.scalars import BigInt


@strawberry.input(
    description="A promotion to make or change. It is as given here from then on; its uses, what it has given and its "
    "currency stay. Amounts are in minor units of its currency, which for a new one is the store's."
)
class SavePromotionInput:
    id: strawberry.ID | None = strawberry.field(
        default=None, description="The promotion to change; a new one if not given."
    )
    name: str = strawberry.field(description="The name that shoppers see, 1 to 200 characters.")
    kind: PromotionKind = strawberry.field(description="What it gives.")
    basis_points: int | None = strawberry.field(
        default=None,
        description="Hundredths of a percent off, 1 to 10,000: of each line (PERCENTAGE), or of the units that are "
        "given (BUY_X_GET_Y).",
    )
    amount_minor: BigInt | None = strawberry.field(
        default=None, description="The amount off, spread over the lines in scope (AMOUNT)."
    )
    buy_quantity: int | None = strawberry.field(
        default=None, description="Units to pay in full for each group, 1 to 1,000 (BUY_X_GET_Y)."
    )
    get_quantity: int | None = strawberry.field(
        default=None, description="Units of each group, the cheapest, that are given, 1 to 1,000 (BUY_X_GET_Y)."
    )
    minimum_minor: BigInt = strawberry.field(
        default=BigInt(0), description="What lines in scope must come to, before discounts."
    )
    categories: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Up to 100 categories in scope, with all below them."
    )
    brands: list[strawberry.ID] = strawberry.field(default_factory=list, description="Up to 100 brands in scope.")
    products: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Up to 100 products in scope. All, if nothing at all is named."
    )
    needs_coupon: bool = strawberry.field(default=False, description="Whether it applies with a coupon only.")
    is_combinable: bool = strawberry.field(default=True, description="Whether it applies together with others.")
    priority: int = strawberry.field(
        default=0, description="The highest applies first; of equals, the oldest. From -1,000 to 1,000."
    )
    starts_at: datetime | None = strawberry.field(default=None, description="Since when; always if not given.")
    ends_at: datetime | None = strawberry.field(default=None, description="Until when; forever if not given.")
    is_active: bool = strawberry.field(default=True, description="Whether it is in use.")
    most_uses: int | None = strawberry.field(
        default=None, description="How many orders may use it; any number if not given."
    )
    budget_minor: BigInt | None = strawberry.field(
        default=None, description="How much it may give; any amount if not given."
    )
    most_uses_per_customer: int | None = strawberry.field(
        default=None, description="How many orders of one customer may use it; guests may not then."
    )


@strawberry.input(description="A coupon to make or change.")
class SaveCouponInput:
    id: strawberry.ID | None = strawberry.field(
        default=None, description="The coupon to change; a new one if not given."
    )
    promotion: strawberry.ID = strawberry.field(description="What it opens; one that needs a coupon.")
    code: str = strawberry.field(
        description="The code as it is printed, 3 to 40 signs. Case, spaces and hyphens tell no codes apart."
    )
    is_active: bool = strawberry.field(default=True, description="Whether it can be used.")
    most_uses: int | None = strawberry.field(
        default=None, description="How many orders may use it; any number if not given."
    )


@strawberry.input(description="Coupons to make, with codes that nobody can guess.")
class CreateCouponsInput:
    promotion: strawberry.ID = strawberry.field(description="What they open; one that needs a coupon.")
    count: int = strawberry.field(description="How many, 1 to 100.")
    prefix: str = strawberry.field(default="", description="What all codes begin with, up to 20 signs.")
    most_uses: int | None = strawberry.field(default=1, description="How many orders may use each; any number if null.")

"""Promotions and coupons in the graph."""

from datetime import datetime
from typing import Annotated

import strawberry

from resolvers.fields import paging
from resolvers.fields import promotions as fields
from schema.base import field, id_of, resolved_by
from schema.inputs.promotion_kinds import PromotionKind
from schema.types.categories import Category
from schema.types.money import Money
from schema.types.paging import PageInfo
from schema.types.products import Product
from schema.types.sellers import Brand


@strawberry.type(description="A code that opens a promotion.")
class Coupon:
    id: strawberry.ID = id_of("Coupon")
    promotion: Annotated["Promotion", strawberry.lazy("schema.types.promotions")] | None = resolved_by(
        fields.promotion, description="What it opens."
    )
    code: str = field(
        "The code as it is printed; shoppers may type it in any case, with spaces and hyphens or without."
    )
    is_active: bool = field("Whether it can be used.")
    most_uses: int | None = field("How many orders may use it; null for any number.")
    uses: int = field("How many orders have used it.")


@strawberry.type(description="A coupon in a list.")
class CouponEdge:
    node: Coupon = field("The coupon.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of coupons, those that were used most first.")
class CouponConnection:
    edges: list[CouponEdge] = field("The coupons of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(
    description="A rule that takes something off all carts that fulfil it, or those that have one of its coupons."
)
class Promotion:
    id: strawberry.ID = id_of("Promotion")
    name: str = field("The name that shoppers see.")
    kind: PromotionKind = field("What it gives.")
    basis_points: int | None = field("Hundredths of a percent off; null for kinds without.")
    amount: Money | None = resolved_by(fields.amount, description="The amount off; null for kinds without.")
    buy_quantity: int | None = field("Units to pay in full for each group; null for kinds without.")
    get_quantity: int | None = field("Units of each group that are cheaper; null for kinds without.")
    minimum: Money = resolved_by(fields.minimum, description="What lines in scope must come to, before discounts.")
    categories: list[Category] = resolved_by(
        fields.categories, description="Categories in scope, with all below; at most 100."
    )
    brands: list[Brand] = resolved_by(fields.brands, description="Brands in scope; at most 100.")
    products: list[Product] = resolved_by(
        fields.products, description="Products in scope; at most 100. All, if nothing at all is named."
    )
    needs_coupon: bool = field("Whether it applies with a coupon only.")
    is_combinable: bool = field("Whether it applies together with others.")
    priority: int = field("The highest applies first; of equals, the oldest.")
    starts_at: datetime | None = field("Since when it applies; always if null.")
    ends_at: datetime | None = field("From when on it does not apply any more; never if null.")
    is_active: bool = field("Whether it is in use.")
    most_uses: int | None = field("How many orders may use it; null for any number.")
    uses: int = field("How many orders have used it.")
    budget: Money | None = resolved_by(fields.budget, description="How much it may give; null for any amount.")
    spent: Money = resolved_by(fields.spent, description="How much it has given.")
    most_uses_per_customer: int | None = field(
        "How many orders of one customer may use it; null for any number. Guests cannot use what has such a bound."
    )
    coupons: CouponConnection = resolved_by(fields.coupons, description="Its coupons.")


@strawberry.type(description="A promotion in a list.")
class PromotionEdge:
    node: Promotion = field("The promotion.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of promotions, newest first.")
class PromotionConnection:
    edges: list[PromotionEdge] = field("The promotions of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")

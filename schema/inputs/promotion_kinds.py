"""The kinds of promotions in the graph, where both carts and promotions import them from: described before used."""

from models.promotions import PromotionKind
from schema.describe import describe_enum

__all__ = ["PromotionKind"]

describe_enum(
    PromotionKind,
    name="PromotionKind",
    description="What a promotion gives.",
    meanings={
        PromotionKind.PERCENTAGE: "A share of the price of what is in scope.",
        PromotionKind.AMOUNT: "An amount off all that is in scope together.",
        PromotionKind.BUY_X_GET_Y: "Some of the units in scope for less, or for nothing.",
        PromotionKind.FREE_DELIVERY: "Delivery for nothing.",
    },
)

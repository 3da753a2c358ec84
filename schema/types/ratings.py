"""Ratings in the graph."""

import strawberry

from schema.base import field


@strawberry.type(description="What customers think of a product, summed up.")
class RatingSummary:
    count: int = field("How many have rated it.", attribute="review_count")
    average: float | None = field("Stars on average, 1 to 5. Null if nobody has rated it.")
    histogram: list[int] = field("How many gave one, two, three, four and five stars, in this order.")

"""What happens to orders, as subscribers hear of it."""

from datetime import datetime

import strawberry

from models.orders import OrderStatus
from resolvers.fields import events as fields
from schema.base import field, resolved_by
from schema.types.orders import Order


@strawberry.type(description="Something happened to an order. Each thing that happens arrives as an event of its own.")
class OrderUpdate:
    event_id: strawberry.ID = field(
        "Names this event, for `after` of a later subscription to the same, or for SSE's `Last-Event-ID`."
    )
    occurred_at: datetime = field("When it happened.")
    cause: str = field("Why, or by what, as in `Order.events`.")
    before: OrderStatus = field("Where the order was before.", attribute="order_before")
    status: OrderStatus = field("Where it was then: the same if it did not move.", attribute="order_status")
    version: int = field("The order's version then.", attribute="order_version")
    order: Order | None = resolved_by(
        fields.order, description="The order as of this event or later. Null if it is no longer to be seen."
    )

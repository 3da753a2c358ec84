"""Events in the graph, as subscribers get them."""

from datetime import datetime

import strawberry

from resolvers.fields import events as fields
from schema.base import field, resolved_by
from schema.types.inventory import Availability
from schema.types.products import Variant


@strawberry.type(
    description="The stock of a variant changed. Several changes at once may arrive as one event: it tells how things "
    "are, not how each came about."
)
class StockEvent:
    event_id: strawberry.ID = field(
        "Names this event, for `after` of a later subscription to the same variants, or for SSE's `Last-Event-ID`."
    )
    occurred_at: datetime = field("When the change was made.")
    variant: Variant | None = resolved_by(
        fields.variant, description="Whose stock it is. Null if it is no longer to be seen."
    )
    availability: Availability = field("How many can be bought, as of this event or later.")

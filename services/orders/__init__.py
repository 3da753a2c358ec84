"""Orders: what was bought, what happens to it and why, and what of that its buyer may change."""

from models.orders import FulfillmentStatus
from services.orders.changing import hold_by, lock, missing, move, note, place
from services.orders.creating import create
from services.orders.drafts import FulfillmentDraft, OrderDraft, OrderLineDraft
from services.orders.frozen import FrozenAddress, Invoice, invoice
from services.orders.fulfilling import Moved, move_fulfillment
from services.orders.letters import mail_job
from services.orders.numbers import is_key_of, read_number
from services.orders.partitions import PARTITION, make_partitions
from services.orders.problems import IllegalMove
from services.orders.queries import (
    find_event_pages,
    find_events,
    find_fulfillment_lines,
    find_fulfillments,
    find_lines,
    find_order,
    find_order_by_number,
    find_order_of_checkout,
    find_orders,
)
from services.orders.records import (
    FulfillmentLineRecord,
    FulfillmentRecord,
    OrderEventRecord,
    OrderLineRecord,
    OrderRecord,
)
from services.orders.states import (
    OrderAction,
    Policy,
    Who,
    available_actions,
    check_action,
    fulfillment_actions,
    has_left,
)

__all__ = [
    "PARTITION",
    "FrozenAddress",
    "FulfillmentDraft",
    "FulfillmentLineRecord",
    "FulfillmentRecord",
    "FulfillmentStatus",
    "IllegalMove",
    "Invoice",
    "Moved",
    "OrderAction",
    "OrderDraft",
    "OrderEventRecord",
    "OrderLineDraft",
    "OrderLineRecord",
    "OrderRecord",
    "Policy",
    "Who",
    "available_actions",
    "check_action",
    "create",
    "find_event_pages",
    "find_events",
    "find_fulfillment_lines",
    "find_fulfillments",
    "find_lines",
    "find_order",
    "find_order_by_number",
    "find_order_of_checkout",
    "find_orders",
    "fulfillment_actions",
    "has_left",
    "hold_by",
    "invoice",
    "is_key_of",
    "lock",
    "mail_job",
    "make_partitions",
    "missing",
    "move",
    "move_fulfillment",
    "note",
    "place",
    "read_number",
]

"""What people say of orders."""

from datetime import datetime

import strawberry

from models.orders import OrderStatus
from schema.describe import describe_enum
from services.orders import FulfillmentStatus, OrderAction

describe_enum(
    OrderStatus,
    name="OrderStatus",
    description="Where an order is in its life.",
    meanings={
        OrderStatus.CREATED: "It waits to be paid.",
        OrderStatus.PLACED: "It is paid, or will be at the door, and waits to be packed.",
        OrderStatus.PROCESSING: "Some of it is packed, or has left.",
        OrderStatus.SHIPPED: "All of it has left the warehouses.",
        OrderStatus.OUT_FOR_DELIVERY: "All of it is in the streets, or delivered.",
        OrderStatus.DELIVERED: "All of it has arrived.",
        OrderStatus.CANCELLED: "It was cancelled before it left; what was paid goes back.",
        OrderStatus.EXPIRED: "It was not paid in time.",
        OrderStatus.RETURN_REQUESTED: "Its buyer wants to send it back.",
        OrderStatus.RETURNED: "It has come back.",
        OrderStatus.REFUNDED: "It has come back, and so has the money.",
    },
)
describe_enum(
    FulfillmentStatus,
    name="FulfillmentStatus",
    description="Where a shipment is.",
    meanings={
        FulfillmentStatus.PENDING: "It waits to be packed.",
        FulfillmentStatus.PACKED: "It waits for the carrier.",
        FulfillmentStatus.SHIPPED: "The carrier has it.",
        FulfillmentStatus.OUT_FOR_DELIVERY: "It is in the streets.",
        FulfillmentStatus.DELIVERED: "It has arrived.",
        FulfillmentStatus.CANCELLED: "It was cancelled with its order.",
    },
)
describe_enum(
    OrderAction,
    name="OrderAction",
    description="What is done to an order or to a shipment.",
    meanings={
        OrderAction.PAY: "Pay it, or pay again: `retryPayment` of its checkout, while its units are held.",
        OrderAction.EXPIRE: "Give it up, since it was not paid in time.",
        OrderAction.REINSTATE: "Place it after all, since the money came late.",
        OrderAction.PACK: "Pack it.",
        OrderAction.SHIP: "Hand it to the carrier.",
        OrderAction.TAKE_OUT: "Take it into the streets.",
        OrderAction.DELIVER: "Bring it to the door.",
        OrderAction.CANCEL: "Cancel it: `cancelOrder`.",
        OrderAction.REQUEST_RETURN: "Ask to send it back.",
        OrderAction.REFUSE_RETURN: "Refuse to take it back.",
        OrderAction.TAKE_BACK: "Take it back.",
        OrderAction.REFUND: "Give the money back for what has come back.",
    },
)


@strawberry.input(description="Which of one's orders.")
class OrderFilterInput:
    status: list[OrderStatus] | None = strawberry.field(default=None, description="Only those in one of these.")
    placed_after: datetime | None = strawberry.field(default=None, description="Only those made then or later.")
    placed_before: datetime | None = strawberry.field(default=None, description="Only those made earlier.")


@strawberry.input(description="Which of all orders; those that meet all that is given.")
class OrderSearchInput:
    status: OrderStatus | None = strawberry.field(default=None, description="Only those that are here.")
    number: str | None = strawberry.field(default=None, description="Only the one with this number.")
    email: str | None = strawberry.field(default=None, description="Only those of this address, however it is spelled.")


@strawberry.input(description="What has happened to a shipment.")
class MoveFulfillmentInput:
    fulfillment: strawberry.ID = strawberry.field(description="The shipment.")
    status: FulfillmentStatus = strawberry.field(
        description="Where it is now: PACKED, SHIPPED, OUT_FOR_DELIVERY or DELIVERED, one after the other."
    )
    tracking_number: str | None = strawberry.field(
        default=None, description="The carrier's number, with SHIPPED alone: up to 64 letters, digits, hyphens, spaces."
    )

"""Mutations of orders that concern no money."""

import strawberry

from resolvers.mutations import orders
from schema.base import resolved_by
from schema.types.order_payloads import MoveFulfillmentPayload
from services.accounts.tokens import Role


@strawberry.type(description="What can be changed of orders.")
class OrderMutations:
    move_fulfillment: MoveFulfillmentPayload = resolved_by(
        orders.move_fulfillment,
        description="Say that a shipment was packed, has left, is in the streets or has arrived; its order follows. "
        "Saying what is so already changes nothing. Codes: NOT_FOUND, ILLEGAL_MOVE (an IllegalMoveError), "
        "BAD_TRACKING_NUMBER.",
        requires=Role.OPERATOR,
    )

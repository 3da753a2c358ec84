"""What mutations of orders answer, and how they are refused."""

import strawberry

from schema.base import field
from schema.types.errors import ERROR_TYPES, UserError, error_of
from schema.types.orders import Fulfillment, Order
from services.orders import IllegalMove


@strawberry.type(description="The order, or the shipment, cannot do that where it is.")
class IllegalMoveError(UserError):
    status: str = field("Where it is, in lower case.")
    is_type_of = error_of(IllegalMove)


ERROR_TYPES.append(IllegalMoveError)


@strawberry.type(description="A shipment and its order, as they are now.")
class MoveFulfillmentPayload:
    fulfillment: Fulfillment | None = field("The shipment; null if it was refused.")
    order: Order | None = field("Its order; null if it was refused.")
    user_errors: list[UserError] = field("Why it was refused.")

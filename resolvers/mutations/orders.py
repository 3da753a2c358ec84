"""Mutations of orders that concern no money; those that do are the checkout's."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import strawberry

from core.ids import decode_id_of
from core.problems import Problem
from resolvers.context import Info
from resolvers.mutation import commit
from schema.inputs.orders import MoveFulfillmentInput
from services import orders
from services.orders import FulfillmentRecord, FulfillmentStatus, OrderRecord


class MovedShipment(NamedTuple):
    """What the payload views."""

    fulfillment: FulfillmentRecord | None
    order: OrderRecord | None
    user_errors: Sequence[Problem]


async def move_fulfillment(
    info: Info, input: Annotated[MoveFulfillmentInput, strawberry.argument(description="What has happened.")]
) -> MovedShipment:
    outcome = await commit(
        info,
        orders.move_fulfillment,
        decode_id_of("Fulfillment", input.fulfillment),
        to=FulfillmentStatus(input.status),
        actor=info.context.principal.subject,
        tracking_number=input.tracking_number,
    )
    moved = outcome.result
    if moved is None:
        return MovedShipment(None, None, outcome.problems)
    return MovedShipment(moved.fulfillment, moved.order, ())

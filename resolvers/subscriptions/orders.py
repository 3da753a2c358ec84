"""Hearing of orders."""

from typing import Annotated

import strawberry

from core.ids import decode_id_of
from core.problems import BadInput
from resolvers.context import Info, require_account
from resolvers.queries.orders import AccessKey, accessible_order
from resolvers.subscriptions.starting import Resume, listen
from services.live import ORDER_CHANGED, Subscription, of_account


async def order_updated(
    info: Info,
    *,
    order: Annotated[strawberry.ID, strawberry.argument(description="The order.")],
    access_key: AccessKey = None,
    after: Resume = None,
) -> Subscription:
    """Events about one order; raises `BadInput` (NOT_FOUND) unless the caller may see it."""
    key = decode_id_of("Order", order)
    if await accessible_order(info, key, access_key) is None:
        raise BadInput("NOT_FOUND", "There is no such order.")
    return await listen(info, ORDER_CHANGED, [str(key)], after=after)


async def viewer_orders(info: Info, after: Resume = None) -> Subscription:
    """Events about all orders of the caller's account; raises `Denied`."""
    return await listen(info, ORDER_CHANGED, [of_account(require_account(info))], after=after)

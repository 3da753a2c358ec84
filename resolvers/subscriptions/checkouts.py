"""Hearing of checkouts."""

from typing import Annotated

import strawberry

from core.ids import decode_id_of
from core.problems import BadInput
from resolvers.context import Info
from resolvers.queries.checkouts import checkout as find
from resolvers.subscriptions.starting import Resume, listen
from services.live import CHECKOUT_CHANGED, Subscription


async def checkout_updated(
    info: Info,
    *,
    checkout: Annotated[strawberry.ID, strawberry.argument(description="The checkout.")],
    after: Resume = None,
) -> Subscription:
    """Events about one checkout; raises `BadInput` (NOT_FOUND) unless the caller may see it."""
    if await find(info, checkout) is None:
        raise BadInput("NOT_FOUND", "There is no such checkout.")
    return await listen(info, CHECKOUT_CHANGED, [str(decode_id_of("Checkout", checkout))], after=after)

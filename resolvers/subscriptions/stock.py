"""Hearing of stock."""

import asyncio
from typing import Annotated

import strawberry

from core.ids import decode_id_of
from core.problems import BadInput, Unavailable
from resolvers.context import Info
from resolvers.filters import bounded
from resolvers.visibility import visible_variant
from services.live import STOCK_CHANGED, EventId, Subscription

Resume = Annotated[
    strawberry.ID | None,
    strawberry.argument(
        description="Begin behind the event with this id rather than now, so that nothing is missed. An id that was "
        "never given is BAD_ID, one whose followers are no longer kept is EVENT_ID_EXPIRED."
    ),
]


async def stock_changed(
    info: Info,
    variants: Annotated[list[strawberry.ID], strawberry.argument(description="The variants, 1 to 100 of them.")],
    after: Resume = None,
) -> Subscription:
    """Events about these variants; raises `BadInput` (NOT_FOUND) for one that does not exist for the caller."""
    keys = list(dict.fromkeys(decode_id_of("Variant", id) for id in bounded("variants", variants)))
    if not keys:
        raise BadInput("BAD_INPUT", "Name at least one variant.")
    resumed = info.context.last_event_id or after
    event_id = None if resumed is None else EventId.decode(resumed)
    found = await asyncio.gather(*(visible_variant(info, key) for key in keys))
    if None in found:
        raise BadInput("NOT_FOUND", "One of these variants does not exist.")
    if info.context.hub is None:
        raise Unavailable("live", "This process serves no subscriptions.")
    return await info.context.hub.subscribe(STOCK_CHANGED, [str(key) for key in keys], after=event_id)

"""Hearing of stock."""

import asyncio
from typing import Annotated

import strawberry

from core.ids import decode_id_of
from core.problems import BadInput
from resolvers.context import Info
from resolvers.filters import bounded
from resolvers.subscriptions.starting import Resume, listen, resumed
from resolvers.visibility import visible_variant
from services.live import STOCK_CHANGED, Subscription


async def stock_changed(
    info: Info,
    variants: Annotated[list[strawberry.ID], strawberry.argument(description="The variants, 1 to 100 of them.")],
    after: Resume = None,
) -> Subscription:
    """Events about these variants; raises `BadInput` (NOT_FOUND) for one that does not exist for the caller."""
    keys = list(dict.fromkeys(decode_id_of("Variant", id) for id in bounded("variants", variants)))
    if not keys:
        raise BadInput("BAD_INPUT", "Name at least one variant.")
    resumed(info, after)  # what is wrong with it is said before anything is read
    found = await asyncio.gather(*(visible_variant(info, key) for key in keys))
    if None in found:
        raise BadInput("NOT_FOUND", "One of these variants does not exist.")
    return await listen(info, STOCK_CHANGED, [str(key) for key in keys], after=after)

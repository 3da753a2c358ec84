"""What all subscriptions share: where they begin, and the hub that feeds them."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from core.problems import Unavailable
from resolvers.context import Info
from services.live import EventId, Subscription

Resume = Annotated[
    strawberry.ID | None,
    strawberry.argument(
        description="Begin behind the event with this id rather than now, so that nothing is missed. An id that was "
        "never given is BAD_ID, one whose followers are no longer kept is EVENT_ID_EXPIRED."
    ),
]


def resumed(info: Info, after: str | None) -> EventId | None:
    """Behind which event to begin: as the transport says, else as the argument does. Raises `BadInput` (BAD_ID)."""
    given = info.context.last_event_id or after
    return None if given is None else EventId.decode(given)


async def listen(info: Info, type: str, keys: Sequence[str], *, after: str | None) -> Subscription:
    """The events about what the caller may hear of; raises `BadInput` and `Unavailable` as `Hub.subscribe` does."""
    if info.context.hub is None:
        raise Unavailable("live", "This process serves no subscriptions.")
    return await info.context.hub.subscribe(type, keys, after=resumed(info, after))

"""Messages that consumers of events could not handle, as operators see them."""

from datetime import datetime

import strawberry

from resolvers.fields import paging
from resolvers.queries import messages
from schema.base import field, id_of, resolved_by
from schema.types.errors import UserError
from schema.types.paging import PageInfo


@strawberry.type(description="A message that a consumer of events could not handle, kept until somebody decides.")
class ParkedMessage:
    id: strawberry.ID = id_of("ParkedMessage")
    consumer: str = field("The consumer that could not handle it.")
    message_id: strawberry.ID = field("The event's own id.")
    topic: str = field("The topic on which it came.")
    type: str | None = field("The type of the event; null if it could not be read.")
    key: str | None = field("What the event is about; null if it could not be read.")
    body: str = resolved_by(messages.body_text, description="What came, as text, cut at 10,000 bytes.")
    reason: str = field(
        "BAD_ENVELOPE: it is no event. NEWER_VERSION: this release does not understand it yet. WAITS: an earlier one "
        "with the same key is parked. FAILED: an error. All else is the code of the refusal."
    )
    error: str = field("The reason for people.")
    attempts: int = field("How often it was tried.")
    parked_at: datetime = field("When it was parked.")
    resolved_at: datetime | None = field("When it was replayed or discarded; null if it waits.")
    resolution: str | None = field("What was done, and by whom; null if it waits.")


@strawberry.type(description="A parked message in a list.")
class ParkedMessageEdge:
    node: ParkedMessage = field("The message.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of parked messages, oldest first.")
class ParkedMessageConnection:
    edges: list[ParkedMessageEdge] = field("The messages of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="The messages after they were tried again.")
class ReplayParkedMessagesPayload:
    messages: list[ParkedMessage] = field(
        "Those of the input that exist, oldest first; those that succeeded are resolved.", attribute="result"
    )
    user_errors: list[UserError] = field("Why some were not replayed; the others were.")


@strawberry.type(description="The messages that were given up.")
class DiscardParkedMessagesPayload:
    messages: list[ParkedMessage] | None = field(
        "All of the input, oldest first; null if none was.", attribute="result"
    )
    user_errors: list[UserError] = field("Why none was discarded.")

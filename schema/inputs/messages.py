"""What operators say of parked messages."""

import strawberry


@strawberry.input(description="Parked messages to be handled again.")
class ReplayParkedMessagesInput:
    ids: list[strawberry.ID] = strawberry.field(description="Up to 100 messages, in any order.")


@strawberry.input(description="Parked messages to give up.")
class DiscardParkedMessagesInput:
    ids: list[strawberry.ID] = strawberry.field(description="Up to 100 messages.")

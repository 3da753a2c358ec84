"""What shoppers say of notifications."""

import strawberry


@strawberry.input(description="What has been read.")
class MarkNotificationsReadInput:
    notifications: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Which, at most 100; all of the account if not given."
    )

"""Mutations of notifications."""

import strawberry

from resolvers.mutations import notifications
from schema.base import resolved_by
from schema.types.notifications import MarkNotificationsReadPayload
from services.accounts.tokens import SIGNED_IN


@strawberry.type(description="What can be changed of notifications.")
class NotificationMutations:
    mark_notifications_read: MarkNotificationsReadPayload = resolved_by(
        notifications.mark_notifications_read,
        description="Say that notifications were read. Codes: NOT_FOUND.",
        requires=SIGNED_IN,
    )

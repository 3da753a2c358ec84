"""Mutations of notifications."""

from typing import Annotated

import strawberry

from core.ids import decode_id_of
from resolvers.context import Info, require_account
from resolvers.filters import bounded
from resolvers.mutation import Outcome, commit
from schema.inputs.notifications import MarkNotificationsReadInput
from services import notifications


async def mark_notifications_read(
    info: Info, input: Annotated[MarkNotificationsReadInput, strawberry.argument(description="What was read.")]
) -> Outcome[int]:
    named = input.notifications
    return await commit(
        info,
        notifications.mark_read,
        account_id=require_account(info),
        ids=None if named is None else [decode_id_of("Notification", one) for one in bounded("notifications", named)],
    )

"""What accounts were told. Nobody sees another's."""

from collections.abc import Awaitable
from uuid import UUID

from core.paging import Page, binding, decode_id
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.paging import list_page
from resolvers.visibility import visible_variant
from services.accounts import AccountRecord
from services.catalog.records import VariantRecord
from services.notifications import NotificationRecord, list_notifications


def notifications(
    root: AccountRecord, info: Info, first: First = None, after: After = None
) -> Awaitable[Page[NotificationRecord]]:
    return list_page(
        info,
        binding("notifications", root.id),
        first=first,
        after=after,
        decode=decode_id,
        position=lambda row: [str(row.id)],
        read=lambda session, size, start: list_notifications(session, account_id=root.id, first=size, after=start),
    )


def unread(root: AccountRecord, info: Info) -> Awaitable[int]:
    return info.context.loaders.unread_by_account.load(root.id)


async def visible_notification(info: Info, key: UUID) -> NotificationRecord | None:
    """The notification, if it is of the caller's account."""
    found = await info.context.loaders.notification_by_id.load(key)
    return found if found is not None and found.account_id == info.context.principal.account_id else None


def variant(root: NotificationRecord, info: Info) -> Awaitable[VariantRecord | None]:
    return visible_variant(info, root.variant_id)

"""SQL reads of notifications; each is one statement."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from models.wishlists import Notification, NotificationKind
from services.notifications.records import NotificationRecord
from services.unit_of_work import ReadSession

_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))
_NOTIFICATIONS = sa.select(*(getattr(Notification, name) for name in NotificationRecord._fields))
_BY_ID = _NOTIFICATIONS.where(Notification.id == sa.any_(_IDS))
_UNREAD = (
    sa.select(Notification.account_id, sa.func.count())
    .where(Notification.account_id == sa.any_(_IDS), Notification.read_at.is_(None))
    .group_by(Notification.account_id)
)


async def find_notifications(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, NotificationRecord]:
    return {row.id: _record(row) for row in await session.execute(_BY_ID, {"ids": ids})}


async def list_notifications(
    session: ReadSession, *, account_id: UUID, first: int, after: UUID | None
) -> Sequence[NotificationRecord]:
    """An account's notifications, the newest first, older than `after`."""
    statement = (
        _NOTIFICATIONS.where(Notification.account_id == account_id).order_by(Notification.id.desc()).limit(first)
    )
    if after is not None:
        statement = statement.where(Notification.id < after)
    return [_record(row) for row in await session.execute(statement)]


async def count_unread(session: ReadSession, account_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    """How many notifications each account has not read; accounts without any are left out."""
    rows = await session.execute(_UNREAD, {"ids": account_ids})
    return {row[0]: row[1] for row in rows}


# Rows of SQLAlchemy are untyped.
def _record(row: sa.Row[tuple[object, ...]]) -> NotificationRecord:
    found = NotificationRecord._make(row)
    return found._replace(kind=NotificationKind(found.kind))

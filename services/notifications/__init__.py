"""Notifications: what accounts are told of, on their pages and by mail."""

from services.notifications.commands import delete_old, mark_read, notify
from services.notifications.mailing import mail_job
from services.notifications.queries import count_unread, find_notifications, list_notifications
from services.notifications.records import News, NotificationRecord

__all__ = [
    "News",
    "NotificationRecord",
    "count_unread",
    "delete_old",
    "find_notifications",
    "list_notifications",
    "mail_job",
    "mark_read",
    "notify",
]

"""Notifications in the graph: each is seen by its account alone."""

from datetime import datetime

import strawberry

from models.wishlists import NotificationKind
from resolvers.fields import paging
from resolvers.queries import notifications as queries
from schema.base import Node, field, id_of, resolved_by, view_of
from schema.describe import describe_enum
from schema.types.errors import UserError
from schema.types.money import Money
from schema.types.paging import PageInfo
from schema.types.products import Variant
from services.notifications import NotificationRecord

describe_enum(
    NotificationKind,
    name="NotificationKind",
    description="What an account is told of.",
    meanings={
        NotificationKind.BACK_IN_STOCK: "A variant can be bought again.",
        NotificationKind.PRICE_DROPPED: "A variant costs less.",
    },
)


@strawberry.type(description="Something that an account was told, because it had asked for it.")
class Notification(Node):
    id: strawberry.ID = id_of("Notification")
    kind: NotificationKind = field("What happened.")
    variant: Variant | None = resolved_by(
        queries.variant, description="To which variant. Null if it is out of the store."
    )
    price: Money | None = field("Of a price that dropped: what it cost then.")
    price_before: Money | None = field("Of a price that dropped: what it cost when the account heard of it before.")
    created_at: datetime = field("When it was told.")
    read_at: datetime | None = field("When the account said that it has read it; null before.")
    is_type_of = view_of(NotificationRecord)


@strawberry.type(description="A notification in a list.")
class NotificationEdge:
    node: Notification = field("The notification.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of notifications, newest first.")
class NotificationConnection:
    edges: list[NotificationEdge] = field("The notifications of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="What is unread still.")
class MarkNotificationsReadPayload:
    unread_notifications: int | None = field(
        "How many the account has not read; null if it was refused.", attribute="result"
    )
    user_errors: list[UserError] = field("Why it was refused.")

"""Loaders of wishlists and notifications. Whose they are is for the resolvers to check."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from loaders.batch import Batch, OptionalBatch
from loaders.pages import Pages
from services import notifications, wishlists
from services.catalog.slices import Position
from services.notifications import NotificationRecord
from services.unit_of_work import ReadSession
from services.wishlists import WishlistItemRecord, WishlistRecord


class WishlistById(OptionalBatch[UUID, WishlistRecord]):
    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, WishlistRecord]:
        return await wishlists.find_wishlists(session, keys)


class ItemCountByWishlist(Batch[UUID, int]):
    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, int]:
        return await wishlists.count_items(session, keys)

    def missing(self, key: UUID) -> int:
        return 0


class ItemsOfWishlist(Pages[WishlistItemRecord]):
    """Those added last first; `after` is (time, variant)."""

    async def fetch_pages(
        self, session: ReadSession, parents: Sequence[UUID], first: int, after: Position | None
    ) -> Mapping[UUID, Sequence[WishlistItemRecord]]:
        return await wishlists.find_item_pages(session, parents, first=first, after=after)


class NotificationById(OptionalBatch[UUID, NotificationRecord]):
    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, NotificationRecord]:
        return await notifications.find_notifications(session, keys)


class UnreadByAccount(Batch[UUID, int]):
    """How many notifications an account has not read."""

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, int]:
        return await notifications.count_unread(session, keys)

    def missing(self, key: UUID) -> int:
        return 0

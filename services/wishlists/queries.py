"""SQL reads of wishlists; each is one statement, for many keys where many are asked for."""

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from models.wishlists import Wishlist, WishlistItem
from services.catalog.slices import Position, Slices
from services.unit_of_work import ReadSession
from services.wishlists.records import WishlistItemRecord, WishlistRecord

SHARE_KEY = re.compile(r"[A-Za-z0-9_-]{32}")
WISHLIST_COLUMNS = tuple(getattr(Wishlist, name) for name in WishlistRecord._fields)
_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))
_WISHLISTS = sa.select(*WISHLIST_COLUMNS)
_BY_ID = _WISHLISTS.where(Wishlist.id == sa.any_(_IDS))
_COUNTS = (
    sa.select(WishlistItem.wishlist_id, sa.func.count())
    .where(WishlistItem.wishlist_id == sa.any_(_IDS))
    .group_by(WishlistItem.wishlist_id)
)
_ITEM_SLICES = Slices(
    *(getattr(WishlistItem, name) for name in WishlistItemRecord._fields),
    parent=WishlistItem.wishlist_id,
    order=(WishlistItem.added_at, WishlistItem.variant_id),
    descending=True,
)


async def find_wishlists(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, WishlistRecord]:
    return {row.id: WishlistRecord._make(row) for row in await session.execute(_BY_ID, {"ids": ids})}


async def find_shared(session: ReadSession, key: str) -> WishlistRecord | None:
    """The list that is shared by this key, whatever text that is."""
    if not SHARE_KEY.fullmatch(key):
        return None
    row = (await session.execute(_WISHLISTS.where(Wishlist.share_key == key))).one_or_none()
    return None if row is None else WishlistRecord._make(row)


async def list_wishlists(
    session: ReadSession, *, account_id: UUID, first: int, after: UUID | None
) -> Sequence[WishlistRecord]:
    """An account's lists, the newest first, older than `after`."""
    statement = _WISHLISTS.where(Wishlist.account_id == account_id).order_by(Wishlist.id.desc()).limit(first)
    if after is not None:
        statement = statement.where(Wishlist.id < after)
    return [WishlistRecord._make(row) for row in await session.execute(statement)]


async def count_items(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, int]:
    """How many items each list has; empty ones are left out."""
    rows = await session.execute(_COUNTS, {"ids": ids})
    return {row[0]: row[1] for row in rows}


async def find_item_pages(
    session: ReadSession, parents: Sequence[UUID], *, first: int, after: Position | None
) -> Mapping[UUID, list[WishlistItemRecord]]:
    """Up to `first` items of each list behind `after` (time, variant), those added last first."""
    found: dict[UUID, list[WishlistItemRecord]] = {}
    for row in await _ITEM_SLICES.fetch(session, parents, first, after):
        record = WishlistItemRecord._make(row)
        found.setdefault(record.wishlist_id, []).append(record)
    return found

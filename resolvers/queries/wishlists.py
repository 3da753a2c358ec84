"""Wishlists as their owners see them, and as those do who were given a link."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from core.paging import Page, binding, decode_id
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.paging import list_page, load_page
from resolvers.visibility import visible_variant
from services.accounts import AccountRecord
from services.catalog.records import VariantRecord
from services.catalog.slices import Position
from services.wishlists import WishlistItemRecord, WishlistRecord, find_shared, list_wishlists


def wishlists(
    root: AccountRecord, info: Info, first: First = None, after: After = None
) -> Awaitable[Page[WishlistRecord]]:
    return list_page(
        info,
        binding("wishlists", root.id),
        first=first,
        after=after,
        decode=decode_id,
        position=lambda row: [str(row.id)],
        read=lambda session, size, start: list_wishlists(session, account_id=root.id, first=size, after=start),
    )


async def visible_wishlist(info: Info, key: UUID) -> WishlistRecord | None:
    """The list, if it is of the caller's account."""
    found = await info.context.loaders.wishlist_by_id.load(key)
    return found if found is not None and found.account_id == info.context.principal.account_id else None


async def shared_wishlist(
    info: Info, key: Annotated[str, strawberry.argument(description="The `shareKey` of the list.")]
) -> WishlistRecord | None:
    async with info.context.database.read() as session:
        return await find_shared(session, key)


def item_count(root: WishlistRecord, info: Info) -> Awaitable[int]:
    return info.context.loaders.item_count_by_wishlist.load(root.id)


def _position(row: WishlistItemRecord) -> Position:
    return row.added_at, row.variant_id


def items(
    root: WishlistRecord, info: Info, first: First = None, after: After = None
) -> Awaitable[Page[WishlistItemRecord]]:
    loader = info.context.loaders.items_of_wishlist
    return load_page(loader, root.id, first=first, after=after, position=_position, by=datetime)


def variant(root: WishlistItemRecord, info: Info) -> Awaitable[VariantRecord | None]:
    return visible_variant(info, root.variant_id)

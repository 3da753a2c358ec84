"""Showing a wishlist to whoever has its link."""

import secrets
from uuid import UUID

from services.unit_of_work import UnitOfWork
from services.wishlists.lists import change, lock
from services.wishlists.records import WishlistRecord

_KEY_BYTES = 24  # 192 bits: nobody guesses one


async def share(unit: UnitOfWork, *, account_id: UUID, wishlist_id: UUID) -> WishlistRecord:
    """The list with a key by which it can be read. One that is shared keeps its key, so a repeat breaks no link.

    Raises `Rejected` (NOT_FOUND).
    """
    found = await lock(unit, account_id=account_id, wishlist_id=wishlist_id)
    if found.share_key is not None:
        return found
    key = secrets.token_urlsafe(_KEY_BYTES)
    return await change(unit, account_id=account_id, wishlist_id=wishlist_id, share_key=key)


async def unshare(unit: UnitOfWork, *, account_id: UUID, wishlist_id: UUID) -> WishlistRecord:
    """The list without a key: its links are dead for ever, since it gets a new one when it is shared again.

    Raises `Rejected` (NOT_FOUND).
    """
    return await change(unit, account_id=account_id, wishlist_id=wishlist_id, share_key=None)

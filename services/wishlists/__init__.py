"""Wishlists: what accounts would like to have, whom they show it, and what they want to hear of it."""

from services.wishlists.alerts import AlertWish, save_alerts
from services.wishlists.handlers import consumer
from services.wishlists.items import add_items, remove_items
from services.wishlists.lists import create, delete, rename
from services.wishlists.moving import put_in_cart
from services.wishlists.queries import (
    count_items,
    find_item_pages,
    find_shared,
    find_wishlists,
    list_wishlists,
)
from services.wishlists.records import WishlistItemRecord, WishlistRecord
from services.wishlists.sharing import share, unshare

__all__ = [
    "AlertWish",
    "WishlistItemRecord",
    "WishlistRecord",
    "add_items",
    "consumer",
    "count_items",
    "create",
    "delete",
    "find_item_pages",
    "find_shared",
    "find_wishlists",
    "list_wishlists",
    "put_in_cart",
    "remove_items",
    "rename",
    "save_alerts",
    "share",
    "unshare",
]

"""Wishlists in the graph: whole for their owner, without the owner's own for those who were given a link."""

from datetime import datetime

import strawberry

from resolvers.fields import paging
from resolvers.queries import wishlists as queries
from schema.base import Node, field, id_of, resolved_by, view_of
from schema.types.money import Money
from schema.types.paging import PageInfo
from schema.types.products import Variant
from services.wishlists import WishlistRecord

_VARIANT = "What is wished for. Null if it is out of the store."


@strawberry.type(description="A variant on a wishlist.")
class WishlistItem:
    variant: Variant | None = resolved_by(queries.variant, description=_VARIANT)
    added_at: datetime = field("When it was put on the list.")
    price_at_adding: Money | None = field("What it cost then. Null if nobody offered it.", attribute="price")
    has_stock_alert: bool = field(
        "Whether the list's owner is told when it is back in stock.", attribute="alerts_stock"
    )
    has_price_alert: bool = field("Whether the list's owner is told when it costs less.", attribute="alerts_price")


@strawberry.type(description="An item in a list.")
class WishlistItemEdge:
    node: WishlistItem = field("The item.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of items, those added last first.")
class WishlistItemConnection:
    edges: list[WishlistItemEdge] = field("The items of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="What somebody would like to have. Its owner alone sees it, unless it is shared.")
class Wishlist(Node):
    id: strawberry.ID = id_of("Wishlist")
    name: str = field("What its owner calls it.")
    share_key: str | None = field("By which anybody reads it as `sharedWishlist`. Null while it is private.")
    created_at: datetime = field("When it was made.")
    item_count: int = resolved_by(queries.item_count, description="How many items it has.")
    items: WishlistItemConnection = resolved_by(queries.items, description="Its items, those added last first.")
    is_type_of = view_of(WishlistRecord)


@strawberry.type(description="A wishlist in a list.")
class WishlistEdge:
    node: Wishlist = field("The wishlist.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of wishlists, newest first.")
class WishlistConnection:
    edges: list[WishlistEdge] = field("The wishlists of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="A variant on a wishlist of somebody else's.")
class SharedWishlistItem:
    variant: Variant | None = resolved_by(queries.variant, description=_VARIANT)
    added_at: datetime = field("When it was put on the list.")


@strawberry.type(description="An item in a list.")
class SharedWishlistItemEdge:
    node: SharedWishlistItem = field("The item.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of items, those added last first.")
class SharedWishlistItemConnection:
    edges: list[SharedWishlistItemEdge] = field("The items of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="A wishlist as its owner shows it to whoever has the link.")
class SharedWishlist:
    name: str = field("What its owner calls it.")
    item_count: int = resolved_by(queries.item_count, description="How many items it has.")
    items: SharedWishlistItemConnection = resolved_by(queries.items, description="Its items, those added last first.")

"""Mutations of wishlists."""

import strawberry

from resolvers.mutations import wishlists
from schema.base import resolved_by
from schema.types.wishlist_payloads import (
    AddWishlistItemsPayload,
    CreateWishlistPayload,
    DeleteWishlistPayload,
    MoveWishlistItemsToCartPayload,
    RemoveWishlistItemsPayload,
    RenameWishlistPayload,
    SaveWishlistAlertsPayload,
    ShareWishlistPayload,
    UnshareWishlistPayload,
)
from services.accounts.tokens import SIGNED_IN


@strawberry.type(description="What can be changed of wishlists.")
class WishlistMutations:
    create_wishlist: CreateWishlistPayload = resolved_by(
        wishlists.create_wishlist,
        description="Make a list, private and empty. Codes: BAD_NAME, TOO_MANY_WISHLISTS (an account has at most 50).",
        requires=SIGNED_IN,
    )
    rename_wishlist: RenameWishlistPayload = resolved_by(
        wishlists.rename_wishlist, description="Rename a list. Codes: NOT_FOUND, BAD_NAME.", requires=SIGNED_IN
    )
    delete_wishlist: DeleteWishlistPayload = resolved_by(
        wishlists.delete_wishlist,
        description="Delete a list with its items, its alerts and its link. Codes: NOT_FOUND.",
        requires=SIGNED_IN,
    )
    add_wishlist_items: AddWishlistItemsPayload = resolved_by(
        wishlists.add_wishlist_items,
        description="Put variants on a list, all or none; what is on it already stays as it is. Codes: NOT_FOUND, "
        "NOT_SOLD, TOO_MANY_ITEMS (a list has at most 500).",
        requires=SIGNED_IN,
    )
    remove_wishlist_items: RemoveWishlistItemsPayload = resolved_by(
        wishlists.remove_wishlist_items,
        description="Take variants off a list; what is not on it is no error. Codes: NOT_FOUND (the list).",
        requires=SIGNED_IN,
    )
    save_wishlist_alerts: SaveWishlistAlertsPayload = resolved_by(
        wishlists.save_wishlist_alerts,
        description="Say what to be told of items, as notifications and by mail: that they are back in stock, and that "
        "they cost less than when the alert was asked for, and than what was told since. Codes: NOT_FOUND.",
        requires=SIGNED_IN,
    )
    share_wishlist: ShareWishlistPayload = resolved_by(
        wishlists.share_wishlist,
        description="Let whoever has its `shareKey` read a list. A list that is shared keeps its key. "
        "Codes: NOT_FOUND.",
        requires=SIGNED_IN,
    )
    unshare_wishlist: UnshareWishlistPayload = resolved_by(
        wishlists.unshare_wishlist,
        description="Make a list private. Its key never works again: it gets another one when it is shared anew. "
        "Codes: NOT_FOUND.",
        requires=SIGNED_IN,
    )
    move_wishlist_items_to_cart: MoveWishlistItemsToCartPayload = resolved_by(
        wishlists.move_wishlist_items_to_cart,
        description="Put one unit of each item into the account's cart, all or none, and take them off the list. What "
        "the cart has already is not added again. Codes: NOT_FOUND, NOT_SOLD, OUT_OF_STOCK (an OutOfStockError), "
        "QUANTITY_LIMITED and CART_FULL (a LimitError).",
        requires=SIGNED_IN,
    )

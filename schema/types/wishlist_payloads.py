"""What mutations of wishlists answer."""

import strawberry

from schema.base import field
from schema.types.carts import Cart
from schema.types.errors import UserError
from schema.types.wishlists import Wishlist

_WISHLIST = "The list; null if it was refused."
_ERRORS = "Why it was refused."


@strawberry.type(description="The list that was made.")
class CreateWishlistPayload:
    wishlist: Wishlist | None = field(_WISHLIST, attribute="result")
    user_errors: list[UserError] = field(_ERRORS)


@strawberry.type(description="The list under its new name.")
class RenameWishlistPayload:
    wishlist: Wishlist | None = field(_WISHLIST, attribute="result")
    user_errors: list[UserError] = field(_ERRORS)


@strawberry.type(description="The removal of a list.")
class DeleteWishlistPayload:
    deleted_id: strawberry.ID | None = field("The id of what was removed; null if nothing was.", attribute="result")
    user_errors: list[UserError] = field(_ERRORS)


@strawberry.type(description="The list with its new items.")
class AddWishlistItemsPayload:
    wishlist: Wishlist | None = field(_WISHLIST, attribute="result")
    user_errors: list[UserError] = field(_ERRORS)


@strawberry.type(description="The list without the items.")
class RemoveWishlistItemsPayload:
    wishlist: Wishlist | None = field(_WISHLIST, attribute="result")
    user_errors: list[UserError] = field(_ERRORS)


@strawberry.type(description="The list with its alerts.")
class SaveWishlistAlertsPayload:
    wishlist: Wishlist | None = field(_WISHLIST, attribute="result")
    user_errors: list[UserError] = field(_ERRORS)


@strawberry.type(description="The list that can be read by its `shareKey`.")
class ShareWishlistPayload:
    wishlist: Wishlist | None = field(_WISHLIST, attribute="result")
    user_errors: list[UserError] = field(_ERRORS)


@strawberry.type(description="The list that is private.")
class UnshareWishlistPayload:
    wishlist: Wishlist | None = field(_WISHLIST, attribute="result")
    user_errors: list[UserError] = field(_ERRORS)


@strawberry.type(description="The cart with the items, and the list without them.")
class MoveWishlistItemsToCartPayload:
    cart: Cart | None = field("The cart; null if it was refused.")
    wishlist: Wishlist | None = field(_WISHLIST)
    user_errors: list[UserError] = field(_ERRORS)

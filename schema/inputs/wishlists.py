"""What shoppers say of wishlists."""

import strawberry

_WISHLIST = "The list."
_VARIANTS = "The variants, at most 100."


@strawberry.input(description="A new list.")
class CreateWishlistInput:
    name: str = strawberry.field(description="What to call it, 1 to 200 characters.")


@strawberry.input(description="Another name for a list.")
class RenameWishlistInput:
    wishlist: strawberry.ID = strawberry.field(description=_WISHLIST)
    name: str = strawberry.field(description="What to call it, 1 to 200 characters.")


@strawberry.input(description="A list to delete.")
class DeleteWishlistInput:
    wishlist: strawberry.ID = strawberry.field(description=_WISHLIST)


@strawberry.input(description="What to put on a list.")
class AddWishlistItemsInput:
    wishlist: strawberry.ID = strawberry.field(description=_WISHLIST)
    variants: list[strawberry.ID] = strawberry.field(description=_VARIANTS)


@strawberry.input(description="What to take off a list.")
class RemoveWishlistItemsInput:
    wishlist: strawberry.ID = strawberry.field(description=_WISHLIST)
    variants: list[strawberry.ID] = strawberry.field(description=_VARIANTS)


@strawberry.input(description="What to be told of an item.")
class WishlistAlertInput:
    variant: strawberry.ID = strawberry.field(description="The item's variant.")
    back_in_stock: bool | None = strawberry.field(
        default=None, description="Whether to be told when it is back in stock; as it was if not given."
    )
    price_drop: bool | None = strawberry.field(
        default=None, description="Whether to be told when it costs less than now; as it was if not given."
    )


@strawberry.input(description="What to be told of a list's items.")
class SaveWishlistAlertsInput:
    wishlist: strawberry.ID = strawberry.field(description=_WISHLIST)
    items: list[WishlistAlertInput] = strawberry.field(
        description="The alerts of at most 100 items; others stay as they are. Of two for one variant the last counts."
    )


@strawberry.input(description="A list to show to others.")
class ShareWishlistInput:
    wishlist: strawberry.ID = strawberry.field(description=_WISHLIST)


@strawberry.input(description="A list to show to nobody any more.")
class UnshareWishlistInput:
    wishlist: strawberry.ID = strawberry.field(description=_WISHLIST)


@strawberry.input(description="What to buy of a list.")
class MoveWishlistItemsToCartInput:
    wishlist: strawberry.ID = strawberry.field(description=_WISHLIST)
    variants: list[strawberry.ID] = strawberry.field(description=_VARIANTS)

"""Mutations of wishlists."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, NamedTuple, Protocol
from uuid import UUID

import strawberry

from core.ids import decode_id_of
from core.problems import Problem, Rejected
from resolvers.context import Info, require_account
from resolvers.filters import bounded
from resolvers.mutation import Outcome, commit, delete
from schema.inputs.wishlists import (
    AddWishlistItemsInput,
    CreateWishlistInput,
    DeleteWishlistInput,
    MoveWishlistItemsToCartInput,
    RemoveWishlistItemsInput,
    RenameWishlistInput,
    SaveWishlistAlertsInput,
    ShareWishlistInput,
    UnshareWishlistInput,
)
from services import wishlists
from services.cart import Cart
from services.wishlists import AlertWish, WishlistRecord


class _Naming(Protocol):
    """An input that names a list."""

    wishlist: strawberry.ID


class Moved(NamedTuple):
    """What the payload of a move to the cart views."""

    cart: Cart | None
    wishlist: WishlistRecord | None
    user_errors: Sequence[Problem]


async def create_wishlist(
    info: Info, input: Annotated[CreateWishlistInput, strawberry.argument(description="The list.")]
) -> Outcome[WishlistRecord]:
    return await commit(info, wishlists.create, account_id=require_account(info), name=input.name)


async def rename_wishlist(
    info: Info, input: Annotated[RenameWishlistInput, strawberry.argument(description="The name.")]
) -> Outcome[WishlistRecord]:
    account_id = require_account(info)
    return await commit(info, wishlists.rename, account_id=account_id, wishlist_id=_key(input), name=input.name)


async def delete_wishlist(
    info: Info, input: Annotated[DeleteWishlistInput, strawberry.argument(description="Which list.")]
) -> Outcome[str]:
    command = partial(wishlists.delete, account_id=require_account(info))
    return await delete(info, command, kind="Wishlist", id=input.wishlist)


async def add_wishlist_items(
    info: Info, input: Annotated[AddWishlistItemsInput, strawberry.argument(description="What to add.")]
) -> Outcome[WishlistRecord]:
    return await commit(
        info,
        wishlists.add_items,
        account_id=require_account(info),
        wishlist_id=_key(input),
        variant_ids=_variants(input.variants),
        currency=info.context.settings.catalog.currency,
    )


async def remove_wishlist_items(
    info: Info, input: Annotated[RemoveWishlistItemsInput, strawberry.argument(description="What to remove.")]
) -> Outcome[WishlistRecord]:
    return await commit(
        info,
        wishlists.remove_items,
        account_id=require_account(info),
        wishlist_id=_key(input),
        variant_ids=_variants(input.variants),
    )


async def save_wishlist_alerts(
    info: Info, input: Annotated[SaveWishlistAlertsInput, strawberry.argument(description="What to be told.")]
) -> Outcome[WishlistRecord]:
    return await commit(
        info,
        wishlists.save_alerts,
        account_id=require_account(info),
        wishlist_id=_key(input),
        wishes=[
            AlertWish(decode_id_of("Variant", one.variant), one.back_in_stock, one.price_drop)
            for one in bounded("items", input.items)
        ],
        currency=info.context.settings.catalog.currency,
    )


async def share_wishlist(
    info: Info, input: Annotated[ShareWishlistInput, strawberry.argument(description="Which list.")]
) -> Outcome[WishlistRecord]:
    return await commit(info, wishlists.share, account_id=require_account(info), wishlist_id=_key(input))


async def unshare_wishlist(
    info: Info, input: Annotated[UnshareWishlistInput, strawberry.argument(description="Which list.")]
) -> Outcome[WishlistRecord]:
    return await commit(info, wishlists.unshare, account_id=require_account(info), wishlist_id=_key(input))


async def move_wishlist_items_to_cart(
    info: Info, input: Annotated[MoveWishlistItemsToCartInput, strawberry.argument(description="What to buy.")]
) -> Moved:
    """The cart first, then the list: a crash in between leaves items in both, and doing it again adds none twice."""
    account_id, wishlist_id = require_account(info), _key(input)
    variant_ids = _variants(input.variants)
    try:
        cart = await wishlists.put_in_cart(
            info.context.shopping_carts(), account_id=account_id, wishlist_id=wishlist_id, variant_ids=variant_ids
        )
    except Rejected as refusal:
        return Moved(None, None, refusal.problems)
    left = await commit(
        info, wishlists.remove_items, account_id=account_id, wishlist_id=wishlist_id, variant_ids=variant_ids
    )
    return Moved(cart, left.result, left.problems)


def _key(input: _Naming) -> UUID:
    return decode_id_of("Wishlist", input.wishlist)


def _variants(given: Sequence[str]) -> Sequence[UUID]:
    return [decode_id_of("Variant", one) for one in bounded("variants", given)]

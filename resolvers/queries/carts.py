"""Carts by their ids, and the caller's own."""

from typing import Annotated

import strawberry

from core.ids import decode_id_of
from resolvers.context import Info
from services.cart import Cart, Shopper


def shopper_of(info: Info) -> Shopper:
    """The caller as carts know shoppers."""
    return Shopper(info.context.principal.account_id)


async def cart(
    info: Info,
    id: Annotated[
        strawberry.ID | None, strawberry.argument(description="The cart's id; the customer's own cart if not given.")
    ] = None,
) -> Cart | None:
    shopper = shopper_of(info)
    key = shopper.account_id if id is None else decode_id_of("Cart", id)
    return None if key is None else await info.context.loaders.cart_by_id.load(key, shopper)

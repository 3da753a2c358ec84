"""Mutations of carts. They commit in the store of carts, as a whole or not at all."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, NamedTuple, Protocol
from uuid import UUID

import strawberry
import structlog

from core.ids import decode_id_of
from core.problems import Problem, Rejected, Unavailable
from resolvers.context import Info, require_account
from resolvers.filters import bounded
from resolvers.mutation import Outcome
from resolvers.queries.carts import shopper_of
from schema.inputs.carts import (
    AcceptPriceChangesInput,
    AddCartLinesInput,
    ApplyCouponInput,
    MergeCartInput,
    MoveToCartInput,
    RemoveCartLinesInput,
    RemoveCouponInput,
    SaveForLaterInput,
    SetCartDestinationInput,
    UpdateCartLinesInput,
)
from services import cart as carts
from services.accounts.slowing import COUPON, NEW_CART
from services.cart import Cart, Carts, NewLine, Use, Wish
from services.cart.problems import MergeWaits
from services.cart.records import MergedLine

log = structlog.get_logger(__name__)


class _Naming(Protocol):
    """An input that names a cart."""

    cart: strawberry.ID | None
    version: str | None


class MergeOutcome(NamedTuple):
    """What the payload of a merge views."""

    cart: Cart | None
    report: Sequence[MergedLine] | None
    user_errors: Sequence[Problem]


async def add_cart_lines(
    info: Info, input: Annotated[AddCartLinesInput, strawberry.argument(description="What to add.")]
) -> Outcome[Cart]:
    added = [
        NewLine(
            Wish(
                decode_id_of("Variant", line.variant),
                None if line.offer is None else decode_id_of("Offer", line.offer),
            ),
            line.quantity,
        )
        for line in bounded("lines", input.lines)
    ]
    return await _change(info, input, lambda all, use: carts.add_lines(all, use, added))


async def update_cart_lines(
    info: Info, input: Annotated[UpdateCartLinesInput, strawberry.argument(description="What to change.")]
) -> Outcome[Cart]:
    wanted = [(decode_id_of("CartLine", one.line), one.quantity) for one in bounded("lines", input.lines)]
    return await _change(info, input, lambda all, use: carts.set_quantities(all, use, wanted))


async def remove_cart_lines(
    info: Info, input: Annotated[RemoveCartLinesInput, strawberry.argument(description="What to remove.")]
) -> Outcome[Cart]:
    ids = _lines(input.lines)
    return await _change(info, input, lambda all, use: carts.remove_lines(all, use, ids))


async def save_for_later(
    info: Info, input: Annotated[SaveForLaterInput, strawberry.argument(description="What to put aside.")]
) -> Outcome[Cart]:
    ids = _lines(input.lines)
    return await _change(info, input, lambda all, use: carts.set_saved(all, use, ids, saved=True))


async def move_to_cart(
    info: Info, input: Annotated[MoveToCartInput, strawberry.argument(description="What to buy after all.")]
) -> Outcome[Cart]:
    ids = _lines(input.lines)
    return await _change(info, input, lambda all, use: carts.set_saved(all, use, ids, saved=False))


async def accept_price_changes(
    info: Info, input: Annotated[AcceptPriceChangesInput, strawberry.argument(description="What to agree to.")]
) -> Outcome[Cart]:
    seen = None
    if input.prices is not None:
        seen = [(decode_id_of("CartLine", one.line), one.amount_minor) for one in bounded("prices", input.prices)]
    return await _change(info, input, lambda all, use: carts.accept_prices(all, use, seen))


async def set_cart_destination(
    info: Info, input: Annotated[SetCartDestinationInput, strawberry.argument(description="Where it goes to.")]
) -> Outcome[Cart]:
    country = info.context.settings.delivery.country if input.country is None else input.country
    return await _change(
        info,
        input,
        lambda all, use: carts.send_to(all, use, country=country, postal_code=input.postal_code),
    )


async def apply_coupon(
    info: Info, input: Annotated[ApplyCouponInput, strawberry.argument(description="Which coupon.")]
) -> Outcome[Cart]:
    async def apply(all: Carts, use: Use) -> Cart:
        await info.context.doorkeeper().attempt(COUPON)
        cart = await carts.apply_coupon(all, use, input.code)
        await info.context.doorkeeper().forget_address(COUPON)
        return cart

    return await _change(info, input, apply)


async def remove_coupon(
    info: Info, input: Annotated[RemoveCouponInput, strawberry.argument(description="Which coupon.")]
) -> Outcome[Cart]:
    return await _change(info, input, lambda all, use: carts.remove_coupon(all, use, input.code))


async def merge_cart(
    info: Info, input: Annotated[MergeCartInput, strawberry.argument(description="Which cart.")]
) -> MergeOutcome:
    return await merge_into_own(info, decode_id_of("Cart", input.cart), require_account(info))


async def merge_into_own(info: Info, guest_cart_id: UUID, account_id: UUID) -> MergeOutcome:
    """Merge a guest's cart into the account's. What was refused, or could not be done now, is part of the outcome."""
    try:
        merged = await carts.merge(info.context.shopping_carts(), guest_cart_id=guest_cart_id, account_id=account_id)
    except Rejected as refusal:
        return MergeOutcome(None, None, refusal.problems)
    except Unavailable as error:
        log.warning("merge_waits", part=error.part, reason=str(error)[:200])
        message = "The cart cannot be merged at the moment; `mergeCart` does it later."
        return MergeOutcome(None, None, [MergeWaits(message=message, path=("cart",))])
    info.context.renew_loaders()
    return MergeOutcome(merged.cart, merged.report, ())


async def _change(info: Info, input: _Naming, change: Callable[[Carts, Use], Awaitable[Cart]]) -> Outcome[Cart]:
    """Change the cart that the input names, as a whole or not at all."""
    use = Use(shopper_of(info), None if input.cart is None else decode_id_of("Cart", input.cart), input.version)
    try:
        if use.cart_id is None and use.shopper.account_id is None:
            await info.context.doorkeeper().attempt(NEW_CART)
        cart = await change(info.context.shopping_carts(), use)
    except Rejected as refusal:
        return Outcome(None, refusal.problems)
    info.context.renew_loaders()
    return Outcome(cart, ())


def _lines(given: Sequence[str]) -> Sequence[UUID]:
    return [decode_id_of("CartLine", one) for one in bounded("lines", given)]

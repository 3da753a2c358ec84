"""What shoppers say of carts."""

import strawberry

from schema.scalars import BigInt

_CART = "The cart. A customer's own if not given, or for a guest a new one."
_VERSION = "The version that the caller has seen: the mutation is refused with STALE_CART if the cart has another one."
_LINES = "The lines' ids, 1 to 100."


@strawberry.input(description="Units of a variant to add.")
class CartLineInput:
    variant: strawberry.ID = strawberry.field(description="The variant.")
    offer: strawberry.ID | None = strawberry.field(
        default=None, description="Whose offer of it; the one that the store shows if not given."
    )
    quantity: int = strawberry.field(default=1, description="How many.")


@strawberry.input(description="What to add to a cart.")
class AddCartLinesInput:
    cart: strawberry.ID | None = strawberry.field(default=None, description=_CART)
    version: str | None = strawberry.field(default=None, description=_VERSION)
    lines: list[CartLineInput] = strawberry.field(
        description="One to 100. What the cart has already is added to, at the price agreed to before."
    )


@strawberry.input(description="Another quantity of a line.")
class CartLineQuantityInput:
    line: strawberry.ID = strawberry.field(description="The line.")
    quantity: int = strawberry.field(description="How many it has then, at least 1: `removeCartLines` removes it.")


@strawberry.input(description="Other quantities of lines.")
class UpdateCartLinesInput:
    cart: strawberry.ID | None = strawberry.field(default=None, description=_CART)
    version: str | None = strawberry.field(default=None, description=_VERSION)
    lines: list[CartLineQuantityInput] = strawberry.field(description="One to 100, each line once.")


@strawberry.input(description="Lines to remove.")
class RemoveCartLinesInput:
    cart: strawberry.ID | None = strawberry.field(default=None, description=_CART)
    version: str | None = strawberry.field(default=None, description=_VERSION)
    lines: list[strawberry.ID] = strawberry.field(description=_LINES)


@strawberry.input(description="Lines to put aside.")
class SaveForLaterInput:
    cart: strawberry.ID | None = strawberry.field(default=None, description=_CART)
    version: str | None = strawberry.field(default=None, description=_VERSION)
    lines: list[strawberry.ID] = strawberry.field(description=_LINES)


@strawberry.input(description="Lines that were put aside and are to be bought after all.")
class MoveToCartInput:
    cart: strawberry.ID | None = strawberry.field(default=None, description=_CART)
    version: str | None = strawberry.field(default=None, description=_VERSION)
    lines: list[strawberry.ID] = strawberry.field(description=_LINES)


@strawberry.input(description="The price of a line that the shopper has seen.")
class AcceptedPriceInput:
    line: strawberry.ID = strawberry.field(description="The line.")
    amount_minor: BigInt = strawberry.field(description="Its `unitPrice` as it was shown, in minor units.")


@strawberry.input(description="Prices to agree to.")
class AcceptPriceChangesInput:
    cart: strawberry.ID | None = strawberry.field(default=None, description=_CART)
    version: str | None = strawberry.field(default=None, description=_VERSION)
    prices: list[AcceptedPriceInput] | None = strawberry.field(
        default=None,
        description="What was shown to the shopper, 1 to 100; a price that has changed since is refused. All lines at "
        "whatever they cost now if not given.",
    )


@strawberry.input(description="Where a cart goes to.")
class SetCartDestinationInput:
    cart: strawberry.ID | None = strawberry.field(default=None, description=_CART)
    version: str | None = strawberry.field(default=None, description=_VERSION)
    postal_code: str | None = strawberry.field(
        default=None, description="The postal code, in any spelling; none takes back what was said before."
    )
    country: str | None = strawberry.field(
        default=None, description="Its country, ISO 3166; the store's own if not given."
    )


@strawberry.input(description="A coupon for a cart.")
class ApplyCouponInput:
    cart: strawberry.ID | None = strawberry.field(default=None, description=_CART)
    version: str | None = strawberry.field(default=None, description=_VERSION)
    code: str = strawberry.field(description="The coupon's code, in any spelling.")


@strawberry.input(description="A coupon to take from a cart.")
class RemoveCouponInput:
    cart: strawberry.ID | None = strawberry.field(default=None, description=_CART)
    version: str | None = strawberry.field(default=None, description=_VERSION)
    code: str = strawberry.field(description="The coupon's code, in any spelling.")


@strawberry.input(description="A guest's cart that is to go into the customer's own.")
class MergeCartInput:
    cart: strawberry.ID = strawberry.field(description="The guest's cart.")

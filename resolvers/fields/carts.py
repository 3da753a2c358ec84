"""Fields of carts. What costs statements is read once for all of them, when the first field asks for it."""

from collections.abc import Awaitable, Sequence
from datetime import datetime, timedelta

from core.ids import encode_global_id
from core.money import Money
from resolvers.context import Info
from services.cart import Cart, PricedCart, PricedCartLine
from services.cart.priced import DeliveryEstimate, LineProblem, Parcel, Totals
from services.cart.records import CartCoupon, Destination, MergedLine
from services.catalog.records import OfferRecord, VariantRecord
from services.promotions import CouponRefusal, Discount


class ShownCoupon:
    """A coupon of a cart with what it takes off, or why it does not."""

    __slots__ = ("amount", "code", "refusal")

    def __init__(self, coupon: CartCoupon, priced: PricedCart) -> None:
        amounts = [one.amount_minor for one in priced.discounts if one.coupon_code == coupon.code]
        self.code = coupon.code
        self.amount = Money(sum(amounts), priced.currency)
        self.refusal: CouponRefusal | None = priced.refusals.get(coupon.code)


class ShownDiscount:
    """A discount of a cart, in the store's currency; of free delivery, what delivery would have cost."""

    __slots__ = ("amount", "coupon_code", "kind", "name")

    def __init__(self, discount: Discount, priced: PricedCart) -> None:
        amount = priced.totals.delivery_discount_minor if discount.is_free_delivery else discount.amount_minor
        self.name = discount.name
        self.kind = discount.kind
        self.coupon_code = discount.coupon_code
        self.amount = Money(amount, priced.currency)


def priced(info: Info, cart: Cart) -> Awaitable[PricedCart]:
    """What the cart costs now."""
    return info.context.loaders.price_of_cart.load(cart)


def cart_id(root: Cart) -> str:
    return encode_global_id("Cart", root.id)


def version(root: Cart) -> str:
    return str(root.version or "")


async def lines(root: Cart, info: Info) -> Sequence[PricedCartLine]:
    return (await priced(info, root)).lines


async def saved_for_later(root: Cart, info: Info) -> Sequence[PricedCartLine]:
    return (await priced(info, root)).saved


async def coupons(root: Cart, info: Info) -> Sequence[ShownCoupon]:
    found = await priced(info, root)
    return [ShownCoupon(coupon, found) for coupon in root.coupons]


async def discounts(root: Cart, info: Info) -> Sequence[ShownDiscount]:
    found = await priced(info, root)
    return [ShownDiscount(discount, found) for discount in found.discounts]


async def totals(root: Cart, info: Info) -> Totals:
    return (await priced(info, root)).totals


async def destination(root: Cart, info: Info) -> Destination | None:
    return (await priced(info, root)).cart.destination


async def delivery(root: Cart, info: Info) -> DeliveryEstimate | None:
    return (await priced(info, root)).delivery


async def is_ready(root: Cart, info: Info) -> bool:
    return (await priced(info, root)).is_ready


def units(root: Cart) -> int:
    return sum(line.quantity for line in root.active)


def line_id(root: PricedCartLine) -> str:
    return encode_global_id("CartLine", root.line.id)


def line_variant(root: PricedCartLine, info: Info) -> Awaitable[VariantRecord | None]:
    # As it is, also if it is sold no longer: its shopper has seen it.
    return info.context.loaders.variant_by_id.load(root.line.variant_id)


def line_offer(root: PricedCartLine, info: Info) -> Awaitable[OfferRecord | None]:
    return info.context.loaders.offer_by_id.load(root.line.offer_id)


async def alternative(root: LineProblem, info: Info) -> OfferRecord | None:
    return None if root.alternative_id is None else await info.context.loaders.offer_by_id.load(root.alternative_id)


def parcel_lines(root: Parcel) -> Sequence[str]:
    return [encode_global_id("CartLine", line_id) for line_id in root.line_ids]


def merged_variant(root: MergedLine, info: Info) -> Awaitable[VariantRecord | None]:
    return info.context.loaders.variant_by_id.load(root.variant_id)


def kept_until(root: Cart, info: Info) -> datetime | None:
    """The time to live begins anew with each use, and this is one."""
    days = info.context.settings.cart.kept_days
    return None if root.version is None else info.context.shopping_carts().clock() + timedelta(days=days)

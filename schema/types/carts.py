"""Carts in the graph."""

from datetime import datetime

import strawberry

from resolvers.fields import carts as fields
from schema.base import field, resolved_by
from schema.describe import describe_enum
from schema.inputs.promotion_kinds import PromotionKind
from schema.types.delivery import DeliveryOption
from schema.types.money import Money
from schema.types.offers import Offer
from schema.types.products import Variant
from services.cart.priced import LineProblemCode
from services.cart.records import MergeStatus
from services.promotions import CouponReason

describe_enum(
    LineProblemCode,
    name="CartProblemCode",
    description="What a shopper must know of a line.",
    meanings={
        LineProblemCode.PRICE_ROSE: "It costs more than was agreed to: `acceptPriceChanges` agrees.",
        LineProblemCode.PRICE_FELL: "It costs less than was agreed to. Keeps nothing from being bought.",
        LineProblemCode.OUT_OF_STOCK: "It is sold out.",
        LineProblemCode.QUANTITY_LIMITED: "So many cannot be had: too few are left, or one customer may not.",
        LineProblemCode.NOT_DELIVERABLE: "It cannot be delivered to the cart's destination.",
        LineProblemCode.OFFER_GONE: "The seller offers it no more.",
    },
)
describe_enum(
    CouponReason,
    name="CouponReason",
    description="Why a coupon takes nothing off.",
    meanings={
        CouponReason.UNKNOWN: "No coupon has the code.",
        CouponReason.NOT_ACTIVE: "The store has taken it out of use.",
        CouponReason.NOT_STARTED: "Its promotion starts later.",
        CouponReason.EXPIRED: "Its promotion is over.",
        CouponReason.USED_UP: "All its uses are made or held by others, or its budget is spent.",
        CouponReason.ALREADY_USED: "The customer has used it as often as one customer may.",
        CouponReason.NEEDS_SIGN_IN: "It is counted by customer: sign in.",
        CouponReason.MINIMUM_NOT_REACHED: "Lines in scope come to less than its minimum.",
        CouponReason.NOT_APPLICABLE: "It takes nothing off what is in the cart.",
        CouponReason.NOT_COMBINABLE: "Other discounts of the cart take more off, and do not go together with it.",
    },
)
describe_enum(
    MergeStatus,
    name="CartMergeStatus",
    description="What became of a line of a guest's cart.",
    meanings={
        MergeStatus.KEPT: "It is a line of the customer's cart now.",
        MergeStatus.SUMMED: "Its units were added to the customer's line of the same offer.",
        MergeStatus.CAPPED: "As `SUMMED` or `KEPT`, with fewer units than both carts had.",
        MergeStatus.DROPPED: "Its units are in no cart any more; `reason` says why.",
    },
)


@strawberry.type(description="Why a line cannot be bought as it is, or what has changed about it.")
class CartProblem:
    code: LineProblemCode = field("The reason for programs.")
    message: str = field("The reason for people.")
    is_blocking: bool = field("Whether it keeps the cart from being bought.")
    previous_price: Money | None = field("The price that was agreed to, of a changed price.", attribute="before")
    present_price: Money | None = field("The price now, of a changed price.", attribute="now")
    most_units: int | None = field("How many units can be had, where that is the problem.", attribute="most")
    alternative: Offer | None = resolved_by(
        fields.alternative, description="Another seller's offer of the same variant, where this one is gone."
    )


@strawberry.type(description="A tax, of one line or added up over a cart.")
class CartTax:
    name: str = field("The tax's name.")
    rate_ppm: int = field("The rate in parts per million: 88750 is 8.875 %.")
    taxable: Money = field("The amount that it is on.")
    amount: Money = field("The tax.")


@strawberry.type(description="Units of one offer in a cart.")
class CartLine:
    id: strawberry.ID = resolved_by(fields.line_id, description="Names the line in mutations of its cart.")
    variant: Variant | None = resolved_by(
        fields.line_variant, description="What it is, also if it is not sold any more. Null if it is gone altogether."
    )
    offer: Offer | None = resolved_by(fields.line_offer, description="Whose offer it is. Null if it is gone.")
    quantity: int = field("How many units.", attribute="line.quantity")
    added_at: datetime = field("When it was added.", attribute="line.added_at")
    is_saved_for_later: bool = field(
        "Whether it is put aside, and not bought with the cart.", attribute="line.is_saved"
    )
    accepted_price: Money = field("The unit price that the shopper has seen and agreed to.")
    unit_price: Money | None = field("The unit price now, at which it is counted. Null if it cannot be bought at all.")
    subtotal: Money = field("Quantity times unit price; nothing for what cannot be bought at all.")
    discount: Money = field("What promotions take off it.")
    total: Money = field("Subtotal less discount, before any tax that is added.")
    tax: CartTax | None = field("The tax on `total`; null while the destination or a rate is not known.")
    problems: list[CartProblem] = field("What the shopper must know of it.")


@strawberry.type(description="Why a coupon takes nothing off.")
class CouponRefusal:
    reason: CouponReason = field("The reason for programs.")
    message: str = field("The reason for people.")
    missing_minor: int | None = field("Minor units in scope that are missing to the promotion's minimum.")


@strawberry.type(description="A coupon that was applied to a cart.")
class CartCoupon:
    code: str = field("The code, in the form that all its spellings share.")
    amount: Money = field("What it takes off the lines now.")
    refusal: CouponRefusal | None = field("Why it takes nothing off; null if it does.")


@strawberry.type(description="What a promotion takes off a cart.")
class CartDiscount:
    name: str = field("The promotion's name.")
    kind: PromotionKind = field("What the promotion gives.")
    coupon_code: str | None = field("The coupon that opened it; null if it needs none.")
    amount: Money = field("What it takes off the lines, or off delivery if it makes that free.")


@strawberry.type(
    description="The parts of what a cart costs: lines - discount + delivery - deliveryDiscount + addedTax = total, to "
    "the last minor unit."
)
class CartTotals:
    lines: Money = field("All lines at present prices.")
    discount: Money = field("What promotions take off lines.")
    delivery: Money | None = field("An estimate of delivery; null, and counted as nothing, without a destination.")
    delivery_discount: Money = field("What promotions take off delivery.")
    added_tax: Money = field("Tax that comes on top of prices; nothing where prices include it.")
    included_tax: Money = field("Tax that is within the prices, where they include it.")
    taxes: list[CartTax] = field("Taxes by rate, delivery's included.")
    total: Money = field("What is to be paid, as far as it is known.")


@strawberry.type(description="Where a cart goes to.")
class CartDestination:
    country: str = field("ISO 3166 code of the country.")
    postal_code: str = field("The postal code, in upper case without spaces and hyphens.")


@strawberry.type(description="Lines that come the same way.")
class CartParcel:
    option: DeliveryOption = field("How they come.")
    lines: list[strawberry.ID] = resolved_by(fields.parcel_lines, description="The ids of the lines.")


@strawberry.type(description="The cheapest way to have a cart delivered, from what is in stock now.")
class CartDelivery:
    is_known: bool = field("Whether the destination's postal code exists.")
    price: Money = field("What it costs, paid once for each parcel.")
    parcels: list[CartParcel] = field("What comes together.")


@strawberry.type(description="That a cart was lost by the store, and put back.")
class CartRestoration:
    saved_at: datetime = field("When the copy was made; changes after that are lost, seconds at most.")
    restored_at: datetime = field("When it was put back.")


@strawberry.type(
    description="What a shopper means to buy. Whoever knows the id of a guest's cart may use it; a customer's is for "
    "that customer alone."
)
class Cart:
    id: strawberry.ID = resolved_by(fields.cart_id, description="Names the cart. A guest's is a secret of the guest's.")
    version: str = resolved_by(
        fields.version,
        description="Changes with each change of the cart. A mutation that is given it is refused if the cart has "
        "changed since.",
    )
    lines: list[CartLine] = resolved_by(fields.lines, description="What is to be bought, the first added first.")
    saved_for_later: list[CartLine] = resolved_by(fields.saved_for_later, description="What was put aside.")
    units: int = resolved_by(fields.units, description="Units of all lines that are to be bought.")
    coupons: list[CartCoupon] = resolved_by(fields.coupons, description="The coupons that were applied.")
    discounts: list[CartDiscount] = resolved_by(
        fields.discounts, description="What promotions take off, with and without coupons."
    )
    destination: CartDestination | None = resolved_by(
        fields.destination,
        description="Where it goes to: as `setCartDestination` said, else the customer's default address.",
    )
    delivery: CartDelivery | None = resolved_by(
        fields.delivery, description="An estimate of delivery. Null without a destination."
    )
    totals: CartTotals = resolved_by(fields.totals, description="What it costs, in parts that sum up.")
    is_ready_for_checkout: bool = resolved_by(
        fields.is_ready, description="Whether it has lines, and no problem of them is blocking."
    )
    restoration: CartRestoration | None = field("The last time that the store had lost it and put it back.")
    is_stale: bool = field("Whether this is a copy of some seconds ago, since carts cannot be reached at the moment.")
    kept_until: datetime | None = resolved_by(
        fields.kept_until, description="When the cart is over if nobody uses it until then. Null before it has a line."
    )


@strawberry.type(description="What became of one line of a guest's cart.")
class CartMergeLine:
    variant: Variant | None = resolved_by(fields.merged_variant, description="What it was. Null if it is gone.")
    status: MergeStatus = field("What became of it.")
    reason: str | None = field(
        "Why it was capped (QUANTITY_LIMITED, OUT_OF_STOCK) or dropped (OFFER_GONE, CART_FULL); null otherwise."
    )
    wanted: int = field("Units that both carts had of it together.")
    quantity: int = field("Units that the customer's cart has of it now.")
    is_saved_for_later: bool = field("Whether it was put aside for later.", attribute="is_saved")

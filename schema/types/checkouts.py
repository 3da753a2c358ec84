"""Checkouts in the graph."""

from datetime import datetime

import strawberry

from models.checkouts import CheckoutStatus
from resolvers.fields import checkouts as fields
from resolvers.fields import events
from schema.base import field, resolved_by
from schema.describe import describe_enum
from schema.inputs.payment_kinds import PaymentMethod, PaymentStatus
from schema.types.carts import CartDestination, CartDiscount, CartTax, CartTotals
from schema.types.delivery import DeliveryOption
from schema.types.inventory import Warehouse
from schema.types.money import Money
from schema.types.offers import Offer
from schema.types.orders import Order, OrderAddress
from schema.types.products import Variant
from schema.types.sellers import Seller
from services.accounts.tokens import Role

describe_enum(
    CheckoutStatus,
    name="CheckoutStatus",
    description="Where a checkout is.",
    meanings={
        CheckoutStatus.OPEN: "It can be changed and paid until `expiresAt`.",
        CheckoutStatus.PROCESSING: "It is being paid, and nobody has to do anything: ask again or subscribe.",
        CheckoutStatus.ACTION_REQUIRED: "The shopper's bank asks for something: go on with a payment's `clientSecret`.",
        CheckoutStatus.SUCCEEDED: "Its order is placed.",
        CheckoutStatus.FAILED: "It was not paid, and `retryPayment` can until `expiresAt`. `failureCode` says why.",
        CheckoutStatus.EXPIRED: "It is over, and all that it held or took is given back. `failureCode` says why.",
    },
)


@strawberry.type(description="Units of one offer that are being bought, at frozen amounts.")
class CheckoutLine:
    id: strawberry.ID = resolved_by(fields.line_id, description="The id of the cart's line.")
    variant: Variant | None = resolved_by(fields.line_variant, description="What it is. Null if it is gone altogether.")
    offer: Offer | None = resolved_by(fields.line_offer, description="Whose offer it is. Null if it is gone.")
    sku: str = field("The seller's name for it.")
    title: str = field("What it is called.")
    quantity: int = field("How many units.")
    unit_price: Money = field("The price of one.")
    subtotal: Money = field("Quantity times price.")
    discount: Money = field("What promotions take off it.")
    total: Money = field("Subtotal less discount, before any tax that is added.")
    tax: CartTax | None = field("The tax on `total`; null while the place or a rate is not known.")


@strawberry.type(description="Units of a line that come with a group.")
class DeliveryGroupLine:
    line: CheckoutLine = field("Of which line.")
    quantity: int = field("How many units.")


@strawberry.type(description="What comes as one parcel: from one warehouse, of one seller.")
class DeliveryGroup:
    id: strawberry.ID = resolved_by(fields.group_id, description="Names the group in `updateCheckout`.")
    seller: Seller | None = resolved_by(fields.group_seller, description="Who sells it. Null if they are gone.")
    warehouse: Warehouse | None = resolved_by(
        fields.group_warehouse, description="Where it comes from. Null if that is gone.", requires=Role.OPERATOR
    )
    options: list[DeliveryOption] = field(
        "How it can come, the cheapest first, each under a code that no other of the group has; none before the place "
        "is known."
    )
    chosen: DeliveryOption | None = field("How it will come: the cheapest way until another is chosen.")
    lines: list[DeliveryGroupLine] = resolved_by(fields.group_lines, description="What is in it.")


@strawberry.type(description="One part of paying: an order can have several, and one that was refused is one, too.")
class CheckoutPayment:
    method: PaymentMethod = field("With what.")
    amount: Money = field("How much.")
    refunded: Money = field("What of it went back, or is on its way.")
    status: PaymentStatus = field("Where it is.")
    client_secret: str | None = field("Lets the shopper's app go on where an action is required; null otherwise.")
    failure_code: str | None = field("Why it was refused, in the provider's words for programs.")
    failure_message: str | None = field("Why it was refused, for people.")
    created_at: datetime = field("When it was begun.")


@strawberry.type(
    description="A cart on its way to an order: prices are frozen and units are held until `expiresAt`. Whoever knows "
    "the id of a guest's may use it; a customer's is for that customer alone."
)
class Checkout:
    id: strawberry.ID = resolved_by(
        fields.checkout_id, description="Names the checkout. A guest's is a secret of the guest's."
    )
    status: CheckoutStatus = field("Where it is.")
    version: str = resolved_by(fields.version, description="Changes with each change of the checkout.")
    expires_at: datetime = field("Until when its units are held and it can be paid.")
    can_be_extended: bool = resolved_by(fields.can_be_extended, description="Whether `extendHold` would prolong it.")
    lines: list[CheckoutLine] = field("What is being bought, in the cart's order.", attribute="content.lines")
    groups: list[DeliveryGroup] = resolved_by(fields.groups, description="The parcels that it comes as.")
    discounts: list[CartDiscount] = resolved_by(fields.discounts, description="What promotions take off.")
    totals: CartTotals = field("What it costs, in parts that sum up.", attribute="content.totals")
    destination: CartDestination | None = field(
        "The place that delivery and taxes were computed for; null while nobody knows it.",
        attribute="content.destination",
    )
    email: str | None = field("Where letters about the order go. Needed to pay.")
    shipping_address: OrderAddress | None = field(
        "Where it goes to. Needed to pay.", attribute="content.shipping_address"
    )
    billing_address: OrderAddress | None = field(
        "Who is billed, if that is another address.", attribute="content.billing_address"
    )
    payments: list[CheckoutPayment] = resolved_by(fields.payments, description="How it was paid, the oldest first.")
    order: Order | None = resolved_by(fields.order, description="The order that it has made; null before it was paid.")
    failure_code: str | None = field(
        "Why it has failed or is over: a code of the payment provider, PAYMENT_REFUSED, PAYMENT_NOT_MADE, "
        "OUT_OF_STOCK, EXPIRED, CANCELLED, or REPLACED by another checkout of the cart."
    )


@strawberry.type(description="A checkout has changed. Of changes that come fast, the last one may stand for all.")
class CheckoutUpdate:
    event_id: strawberry.ID = field(
        "Names this event, for `after` of a later subscription to the same, or for SSE's `Last-Event-ID`."
    )
    occurred_at: datetime = field("When it happened.")
    checkout: Checkout | None = resolved_by(
        events.checkout, description="The checkout as of this event or later. Null if it is no longer to be seen."
    )

"""What shoppers say of checkouts."""

import strawberry

from schema.inputs.payment_kinds import PaymentMethod
from schema.scalars import BigInt

_CHECKOUT = "The checkout."
_KEY = "A new key for each new intention; the same key never does it twice. 1 to 200 characters."
_KEPT = "Where it goes to, as one of the customer's addresses: instead of `shippingAddress`."
_BILLED = "Who is billed, if that is another address."
_VERSION = (
    "The version that the caller has seen: the mutation is refused with STALE_CHECKOUT if the checkout has another one."
)


@strawberry.input(description="An address to send to, or to bill.")
class AddressInput:
    recipient: str = strawberry.field(description="Who receives, up to 200 characters.")
    company: str | None = strawberry.field(default=None, description="Where they work.")
    line1: str = strawberry.field(description="Street and number, up to 200 characters.")
    line2: str | None = strawberry.field(default=None, description="What else it takes to find the door.")
    city: str = strawberry.field(description="The town, up to 200 characters.")
    region: str | None = strawberry.field(default=None, description="State, province or county.")
    postal_code: str = strawberry.field(description="The postal code.")
    country: str = strawberry.field(description="The country, ISO 3166.")
    phone: str | None = strawberry.field(default=None, description="What the carrier may call.")


@strawberry.input(description="A cart to be bought.")
class CreateCheckoutInput:
    cart: strawberry.ID | None = strawberry.field(default=None, description="The cart; a customer's own if not given.")
    version: str | None = strawberry.field(
        default=None,
        description="The cart's version that the caller has seen: STALE_CART if it has another one.",
    )
    email: str | None = strawberry.field(
        default=None, description="Where letters about the order go; to the customer's own address if not given."
    )
    shipping_address: AddressInput | None = strawberry.field(
        default=None,
        description="Where it goes to: units are held where that place is served from, as if it was said afterwards.",
    )
    address: strawberry.ID | None = strawberry.field(default=None, description=_KEPT)
    billing_address: AddressInput | None = strawberry.field(default=None, description=_BILLED)
    idempotency_key: str = strawberry.field(description=_KEY)


@strawberry.input(description="How a group is to come.")
class DeliveryChoiceInput:
    group: strawberry.ID = strawberry.field(description="The group.")
    option: str = strawberry.field(description="The code of one of its options.")


@strawberry.input(description="Who gets it, where it goes to, and how it comes. What is not given stays.")
class UpdateCheckoutInput:
    checkout: strawberry.ID = strawberry.field(description=_CHECKOUT)
    version: str | None = strawberry.field(default=None, description=_VERSION)
    email: str | None = strawberry.field(default=None, description="Where letters about the order go.")
    shipping_address: AddressInput | None = strawberry.field(default=None, description="Where it goes to.")
    address: strawberry.ID | None = strawberry.field(default=None, description=_KEPT)
    billing_address: AddressInput | None = strawberry.field(default=None, description=_BILLED)
    delivery: list[DeliveryChoiceInput] = strawberry.field(
        default_factory=list, description="Other options of groups, up to 100; the cheapest is chosen where none is."
    )


@strawberry.input(description="A checkout that needs more time.")
class ExtendHoldInput:
    checkout: strawberry.ID = strawberry.field(description=_CHECKOUT)
    idempotency_key: str = strawberry.field(description=_KEY)


@strawberry.input(description="A part of what is paid, and with what.")
class TenderInput:
    method: PaymentMethod = strawberry.field(description="With what.")
    amount_minor: BigInt | None = strawberry.field(
        default=None, description="How much, in minor units. One tender may leave it out and pays the rest."
    )
    card: str | None = strawberry.field(
        default=None, description="The provider's reference of a card, as its form in the app gave it, or a saved one."
    )
    gift_card_code: str | None = strawberry.field(default=None, description="The code of a gift card.")
    save_card: bool = strawberry.field(default=False, description="Keep the card for the customer's next time.")
    return_url: str | None = strawberry.field(
        default=None, description="Where the shopper comes back to from a bank's page."
    )


@strawberry.input(description="A checkout to be paid.")
class CompleteCheckoutInput:
    checkout: strawberry.ID = strawberry.field(description=_CHECKOUT)
    version: str | None = strawberry.field(default=None, description=_VERSION)
    tenders: list[TenderInput] = strawberry.field(
        description="Up to 10, which come to the total; none where there is nothing to pay."
    )
    idempotency_key: str = strawberry.field(description=_KEY)


@strawberry.input(description="Another way to pay a checkout whose payment was refused, or waits for its shopper.")
class RetryPaymentInput:
    checkout: strawberry.ID = strawberry.field(description=_CHECKOUT)
    version: str | None = strawberry.field(default=None, description=_VERSION)
    tenders: list[TenderInput] = strawberry.field(
        description="Up to 10, which come to the total; what was tried before does not count."
    )
    idempotency_key: str = strawberry.field(description=_KEY)


@strawberry.input(description="An order that is not wanted any more.")
class CancelOrderInput:
    order: strawberry.ID = strawberry.field(description="The order.")
    access_key: str | None = strawberry.field(
        default=None, description="The key from the letter that confirmed the order: for who has not signed in."
    )
    reason: str | None = strawberry.field(default=None, description="Why, for the store: up to 500 characters.")
    idempotency_key: str = strawberry.field(description=_KEY)

"""What mutations of checkouts answer, and how they are refused."""

from datetime import datetime

import strawberry

from resolvers.fields import checkout_errors as fields
from schema.base import field, resolved_by
from schema.types.checkouts import Checkout
from schema.types.errors import ERROR_TYPES, UserError, error_of
from schema.types.money import Money
from schema.types.orders import Order
from services.checkout.problems import (
    CheckoutExpired,
    CheckoutInProgress,
    CheckoutNotOpen,
    PriceNotAccepted,
    StaleCheckout,
    TendersDoNotSum,
)


@strawberry.type(description="The checkout has changed since the version that was given.")
class StaleCheckoutError(UserError):
    version: str = field("The version that it has now.")
    is_type_of = error_of(StaleCheckout)


@strawberry.type(description="The time of the checkout is over.")
class CheckoutExpiredError(UserError):
    expired_at: datetime = field("Since when.")
    is_type_of = error_of(CheckoutExpired)


@strawberry.type(description="The checkout is where this cannot be done to it.")
class CheckoutNotOpenError(UserError):
    status: str = field("Where it is, as its `status` has it.")
    is_type_of = error_of(CheckoutNotOpen)


@strawberry.type(description="Another checkout of the cart is being paid.")
class CheckoutInProgressError(UserError):
    checkout: strawberry.ID = resolved_by(fields.checkout_in_progress, description="The id of that checkout.")
    is_type_of = error_of(CheckoutInProgress)


@strawberry.type(description="A line costs more than was agreed to.")
class PriceNotAcceptedError(UserError):
    line: strawberry.ID = resolved_by(fields.line, description="The cart's line: `acceptPriceChanges` agrees.")
    previous_price: Money = field("The price that was agreed to.", attribute="before")
    present_price: Money = field("The price now.", attribute="now")
    is_type_of = error_of(PriceNotAccepted)


@strawberry.type(description="Tenders do not come to what is to be paid.")
class TendersDoNotSumError(UserError):
    total: Money = field("What is to be paid.")
    given: Money = field("What the tenders come to.")
    is_type_of = error_of(TendersDoNotSum)


ERROR_TYPES.extend(
    (
        StaleCheckoutError,
        CheckoutExpiredError,
        CheckoutNotOpenError,
        CheckoutInProgressError,
        PriceNotAcceptedError,
        TendersDoNotSumError,
    )
)


@strawberry.type(description="The new checkout.")
class CreateCheckoutPayload:
    checkout: Checkout | None = field("The checkout; null if none was made.", attribute="result")
    user_errors: list[UserError] = field("Why none was made.")


@strawberry.type(description="The checkout with what was changed.")
class UpdateCheckoutPayload:
    checkout: Checkout | None = field("The checkout; null if nothing was changed.", attribute="result")
    user_errors: list[UserError] = field("Why nothing was changed.")


@strawberry.type(description="The checkout with more time.")
class ExtendHoldPayload:
    checkout: Checkout | None = field("The checkout; null if it was not prolonged.", attribute="result")
    user_errors: list[UserError] = field("Why it was not prolonged.")


@strawberry.type(description="The checkout as paying has left it: its `status` says how far that has come.")
class CompleteCheckoutPayload:
    checkout: Checkout | None = field("The checkout; null if paying was not begun.", attribute="result")
    user_errors: list[UserError] = field("Why paying was not begun.")


@strawberry.type(description="The checkout as paying has left it: its `status` says how far that has come.")
class RetryPaymentPayload:
    checkout: Checkout | None = field("The checkout; null if paying was not begun.", attribute="result")
    user_errors: list[UserError] = field("Why paying was not begun.")


@strawberry.type(description="The order that was cancelled.")
class CancelOrderPayload:
    order: Order | None = field("The order; null if it was not cancelled.", attribute="result")
    user_errors: list[UserError] = field("Why it was not cancelled.")

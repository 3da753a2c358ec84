"""Mutations of checkouts, and of orders where money is concerned."""

import strawberry

from resolvers.mutations import checkouts
from schema.base import resolved_by
from schema.rates import RateLimit
from schema.types.checkout_payloads import (
    CancelOrderPayload,
    CompleteCheckoutPayload,
    CreateCheckoutPayload,
    ExtendHoldPayload,
    RetryPaymentPayload,
    UpdateCheckoutPayload,
)

_KEY = "BAD_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_REUSED."
_CHECKOUT = "CHECKOUT_NOT_FOUND, CHECKOUT_EXPIRED, CHECKOUT_NOT_OPEN, "
_COUPONS = (
    "COUPON_UNKNOWN, COUPON_NOT_ACTIVE, COUPON_NOT_STARTED, COUPON_EXPIRED, COUPON_USED_UP, COUPON_ALREADY_USED, "
    "COUPON_NEEDS_SIGN_IN, COUPON_NOT_APPLICABLE, "
)
_TENDERS = (
    "EMAIL_NEEDED, ADDRESS_NEEDED, TENDERS_DO_NOT_SUM, BAD_TENDER, BAD_AMOUNT, CARD_NEEDED, BAD_CARD, ACCOUNT_NEEDED, "
    "GIFT_CARD_UNKNOWN, GIFT_CARD_EXPIRED, GIFT_CARD_CURRENCY, GIFT_CARD_TOO_LOW and STORE_CREDIT_TOO_LOW (with what "
    "is missing), OUT_OF_STOCK (the hold was ended by the store), PROMOTION_ENDED, "
)

# Stolen cards are tried out by paying, so few attempts are let through, of one caller and for one checkout.
_PAYMENT_RATES = (
    RateLimit(most=10, seconds=600, guarded=True),
    RateLimit(most=10, seconds=3600, guarded=True, by="checkout"),
)


@strawberry.type(description="What can be done to buy a cart.")
class CheckoutMutations:
    create_checkout: CreateCheckoutPayload = resolved_by(
        checkouts.create_checkout,
        description="Freeze a cart's prices and hold its units for some minutes. A checkout that the cart has, and "
        "that nobody is just paying, is over then. Where an address is given, units are held where that place is "
        "served from. Codes: CART_NOT_FOUND, CART_ENDED, STALE_CART, CART_EMPTY, "
        "PRICE_NOT_ACCEPTED (a PriceNotAcceptedError for each line), OUT_OF_STOCK (an OutOfStockError), "
        "QUANTITY_LIMITED, NOT_DELIVERABLE, OFFER_GONE, NOT_SOLD, TOO_MANY_LINES, BAD_EMAIL, BAD_ADDRESS, BAD_COUNTRY, "
        "BAD_POSTAL_CODE, NOT_FOUND, POSTAL_CODE_UNKNOWN, CHECKOUT_IN_PROGRESS, " + _COUPONS + _KEY,
        cost=100,
        rates=(RateLimit(most=20, seconds=300, guarded=True),),
    )
    update_checkout: UpdateCheckoutPayload = resolved_by(
        checkouts.update_checkout,
        description="Say who gets it, where it goes to and how it comes, before it is paid. Another place makes other "
        "groups. Codes: "
        + _CHECKOUT
        + "STALE_CHECKOUT, BAD_EMAIL, BAD_ADDRESS, BAD_COUNTRY, BAD_POSTAL_CODE, NOT_FOUND, POSTAL_CODE_UNKNOWN, "
        "NOT_DELIVERABLE, OUT_OF_STOCK, DELIVERY_CHOICE_GONE.",
    )
    extend_hold: ExtendHoldPayload = resolved_by(
        checkouts.extend_hold,
        description="Hold the units for as long again, once. Codes: " + _CHECKOUT + "ALREADY_EXTENDED, " + _KEY,
    )
    complete_checkout: CompleteCheckoutPayload = resolved_by(
        checkouts.complete_checkout,
        description="Pay a checkout. A key that comes again gets the checkout as it is then, and nothing is paid "
        "twice. That a card was refused is no error here: the checkout's `status` and `failureCode` say it. Codes: "
        + _CHECKOUT
        + "STALE_CHECKOUT, CART_CHANGED, "
        + _TENDERS
        + _COUPONS
        + _KEY,
        cost=100,
        rates=_PAYMENT_RATES,
    )
    retry_payment: RetryPaymentPayload = resolved_by(
        checkouts.retry_payment,
        description="Pay a checkout with something else, after a refusal, or instead of going on with what the bank "
        "asks for. Codes: " + _CHECKOUT + "STALE_CHECKOUT, " + _TENDERS + _COUPONS + _KEY,
        cost=100,
        rates=_PAYMENT_RATES,
    )
    cancel_order: CancelOrderPayload = resolved_by(
        checkouts.cancel_order,
        description="Cancel an order that nobody has packed yet, and have all money back. Operators can until "
        "something has left. Codes: BAD_REASON, NOT_FOUND, ILLEGAL_MOVE (an IllegalMoveError), " + _KEY,
    )

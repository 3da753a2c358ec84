"""Stripe's test cards, by the names that Stripe gives them; `localstripe` knows three, and one reason to refuse."""

from typing import Any, NamedTuple

from localstripe.errors import UserError
from localstripe.resources import Charge, PaymentIntent, PaymentMethod

_ACCEPTED = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_visa_debit": "4000056655665556",
    "pm_card_threeDSecure2Required": "4000000000003220",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_authenticationRequiredChargeDeclined": "4000008400001629",
}


class Decline(NamedTuple):
    """Why a card is refused; `decline_code` is the bank's own word."""

    number: str
    code: str
    decline_code: str | None
    message: str


_DECLINED = "Your card was declined."
_DECLINES = {
    "pm_card_visa_chargeDeclined": Decline("4000000000000002", "card_declined", "generic_decline", _DECLINED),
    "pm_card_chargeDeclined": Decline("4000000000000002", "card_declined", "generic_decline", _DECLINED),
    "pm_card_chargeCustomerFail": Decline("4000000000000341", "card_declined", "generic_decline", _DECLINED),
    "pm_card_visa_chargeDeclinedInsufficientFunds": Decline(
        "4000000000009995", "card_declined", "insufficient_funds", "Your card has insufficient funds."
    ),
    "pm_card_visa_chargeDeclinedLostCard": Decline("4000000000009987", "card_declined", "lost_card", _DECLINED),
    "pm_card_visa_chargeDeclinedStolenCard": Decline("4000000000009979", "card_declined", "stolen_card", _DECLINED),
    "pm_card_visa_chargeDeclinedVelocityLimitExceeded": Decline(
        "4000000000006975", "card_declined", "card_velocity_exceeded", "Your card was declined for too many requests."
    ),
    "pm_card_chargeDeclinedFraudulent": Decline("4100000000000019", "card_declined", "fraudulent", _DECLINED),
    "pm_card_chargeDeclinedExpiredCard": Decline("4000000000000069", "expired_card", None, "Your card has expired."),
    "pm_card_chargeDeclinedIncorrectCvc": Decline(
        "4000000000000127", "incorrect_cvc", None, "Your card's security code is incorrect."
    ),
    "pm_card_chargeDeclinedProcessingError": Decline(
        "4000000000000119", "processing_error", None, "An error occurred while processing your card."
    ),
}
_BY_NUMBER = {decline.number: decline for decline in _DECLINES.values()}
# After the shopper has shown who it is, the bank refuses all the same.
_BY_NUMBER |= {
    number: Decline(number, "card_declined", "generic_decline", _DECLINED)
    for number in ("4000008260003178", "4000008400001629")
}


def add_test_cards() -> None:
    """Teach `localstripe` the cards."""
    PaymentMethod._try_get_canonical_test_article = staticmethod(_named_card)
    PaymentMethod._charging_is_declined = lambda card: _decline_of(card) is not None
    Charge._set_auth_failure = _fail
    PaymentIntent.last_payment_error = property(_last_error)
    PaymentIntent._report_failure = _report_failure


# Objects of `localstripe`, which has no types, are Any from here on.
def _named_card(name: str) -> Any:
    """A new card for a name of Stripe's; None for a name that is none."""
    decline = _DECLINES.get(name)
    number = _ACCEPTED.get(name) if decline is None else decline.number
    if number is None:
        return None
    card = PaymentMethod(type="card", card={"number": number, "exp_month": "12", "exp_year": "2034", "cvc": "123"})
    if number.startswith("5"):
        card.card["brand"] = "mastercard"
    return card


def _decline_of(card: Any) -> Decline | None:
    return _BY_NUMBER.get(getattr(card, "_card_number", ""))


def _fail(charge: Any) -> None:
    decline = _decline_of(PaymentMethod._api_retrieve(charge.payment_method))
    assert decline is not None
    charge.status = "failed"
    charge.failure_code = decline.code
    charge.failure_message = decline.message
    charge._decline_code = decline.decline_code


def _last_error(intent: Any) -> Any:
    if intent._authentication_failed:
        return {
            "type": "invalid_request_error",
            "code": "payment_intent_authentication_failure",
            "message": "The provided PaymentMethod has failed authentication.",
        }
    charge = intent.latest_charge
    if charge is None or charge.status != "failed":
        return None
    return {
        "type": "card_error",
        "charge": charge.id,
        "code": charge.failure_code,
        "decline_code": getattr(charge, "_decline_code", None),
        "message": charge.failure_message,
    }


def _report_failure(intent: Any) -> None:
    """As Stripe answers a refused card: with the intent, which may be tried again."""
    intent._report_async_failure()
    told = _last_error(intent)
    error = UserError(402, told["message"], {**told, "payment_intent": intent._export()})
    error.body["error"]["type"] = "card_error"
    raise error

"""Parameters and rules of intents, lists and refunds that `localstripe` lacks and the shop relies on."""

import sys
from collections.abc import Mapping
from typing import Any

from localstripe.errors import UserError
from localstripe.resources import Charge, Customer, List, PaymentIntent, PaymentMethod, Refund, StripeObject, store

# What Stripe takes and what makes no difference here: cards only, and no bank's page to come back from.
_IGNORED = ("allowed_payment_method_types", "automatic_payment_methods", "return_url", "description")

_create_intent = PaymentIntent._api_create.__func__
_create_refund = Refund._api_create.__func__
_make_refund = Refund.__init__
_list_all_refunds = Refund._api_list_all.__func__
_on_success = PaymentIntent._on_success


def add_parameters() -> None:
    """Teach `localstripe` the parameters and rules."""
    PaymentIntent._api_create = classmethod(_create)
    PaymentIntent._api_list_all = classmethod(_list)
    PaymentIntent._on_success = _succeed
    PaymentIntent.amount_received = property(lambda intent: intent.amount if intent.status == "succeeded" else 0)
    Charge.refunds = property(_refunds_of)
    Refund.__init__ = _note_refund
    Refund._api_create = classmethod(_refund)
    Refund._api_list_all = classmethod(_list_refunds)


# Objects and parameters of `localstripe`, which has no types, are Any from here on.
def _create(
    cls: Any,
    /,
    *,
    setup_future_usage: str | None = None,
    customer: str | None = None,
    payment_method: str,
    **given: Any,
) -> Any:
    """Make an intent with one card, which is made first if it is named as a test card."""
    parameters = {name: value for name, value in given.items() if name not in _IGNORED}
    card = PaymentMethod._api_retrieve(payment_method)
    if card.customer not in (None, customer):
        message = "The customer does not have a payment method with this ID."
        raise UserError(400, message, {"code": "resource_missing", "param": "payment_method"})
    if customer is not None:
        Customer._api_retrieve(customer)
        parameters["customer"] = customer
    # `localstripe` confirms within its constructor's caller, so what is kept for later is kept with the card.
    card._kept_for = customer if setup_future_usage else None
    return _create_intent(cls, payment_method=card.id, **parameters)


def _succeed(intent: Any) -> None:
    """The card is the customer's from now on, if that was asked for."""
    card = PaymentMethod._api_retrieve(intent.payment_method)
    kept_for = getattr(card, "_kept_for", None)
    if kept_for is not None:
        card.customer = kept_for
    _on_success(intent)


def _list(
    cls: Any,
    url: str,
    /,
    *,
    created: Mapping[str, str] | None = None,
    customer: str | None = None,
    limit: str | None = None,
    starting_after: str | None = None,
) -> Any:
    """Intents, newest first."""
    since, until = int((created or {}).get("gte", 0)), int((created or {}).get("lte", sys.maxsize))
    found = List(url, limit=limit, starting_after=starting_after)
    found._list = [
        one
        for one in reversed(list(store.values()))
        if isinstance(one, PaymentIntent) and since <= one.created <= until and customer in (None, one.customer)
    ]
    return found


def _list_refunds(cls: Any, url: str, /, **given: Any) -> Any:
    """Refunds, of an intent also if nothing was charged for it: none then."""
    if "payment_intent" in given and PaymentIntent._api_retrieve(given["payment_intent"]).latest_charge is None:
        return List(url, limit=given.get("limit"))
    return _list_all_refunds(cls, url, **given)


def _refunds_of(charge: Any) -> Any:
    """The refunds of a charge, newest first, without a look at all there are: each intent that is shown asks for them
    several times."""
    if not hasattr(charge, "_refunds"):
        charge._refunds = _list_all_refunds(Refund, "", charge=charge.id)._list
    found = List(f"/v1/charges/{charge.id}/refunds")
    found._list = charge._refunds
    return found


def _refund(cls: Any, /, **given: Any) -> Any:
    """No more goes back than came."""
    given.pop("reason", None)
    intent: StripeObject | None = None
    if "payment_intent" in given:
        intent = PaymentIntent._api_retrieve(given["payment_intent"])
        charge = intent.latest_charge
        if charge is None or intent.status != "succeeded":
            message = "This PaymentIntent does not have a successful charge to refund."
            raise UserError(400, message, {"code": "charge_not_refundable"})
        left = charge.amount - charge.amount_refunded
        if left == 0:
            raise UserError(400, "The charge has already been refunded.", {"code": "charge_already_refunded"})
        if int(given.get("amount", left)) > left:
            message = f"Refund amount is greater than unrefunded amount on charge ({left})."
            raise UserError(400, message, {"code": "amount_too_large"})
        given.setdefault("amount", left)
    return _create_refund(cls, **given)


def _note_refund(refund: Any, /, *positional: Any, **given: Any) -> None:
    """A refund is made, perhaps by a capture of less than was charged."""
    _make_refund(refund, *positional, **given)
    charge = Charge._api_retrieve(refund.charge)
    charge._refunds = [refund, *(one for one in charge.refunds._list if one is not refund)]

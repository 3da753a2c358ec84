"""What refusals of checkouts name, as ids of the graph."""

from core.ids import encode_global_id
from services.checkout.problems import CheckoutInProgress, PriceNotAccepted


def checkout_in_progress(root: CheckoutInProgress) -> str:
    return encode_global_id("Checkout", root.checkout_id)


def line(root: PriceNotAccepted) -> str:
    return encode_global_id("CartLine", root.line_id)

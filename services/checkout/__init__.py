"""Checkout: carts become orders. Units are held, payments are made, and one place decides what comes of them."""

from services.checkout.addresses import Addresses, GivenAddress
from services.checkout.cancelling import Cancellation, cancel_order
from services.checkout.complete import complete
from services.checkout.create import create
from services.checkout.due import check_due, end_due, hear_notices, refund_due, settle_due
from services.checkout.extend import can_be_extended, extend
from services.checkout.paying import Payment
from services.checkout.queries import find_checkouts
from services.checkout.records import CheckoutRecord, FrozenLine, Group, Piece
from services.checkout.retry import retry
from services.checkout.settling import lock_order, settle
from services.checkout.tenders import MOST_TENDERS, TenderDraft
from services.checkout.till import Till, may_use
from services.checkout.update import Changes, update

__all__ = [
    "MOST_TENDERS",
    "Addresses",
    "Cancellation",
    "Changes",
    "CheckoutRecord",
    "FrozenLine",
    "GivenAddress",
    "Group",
    "Payment",
    "Piece",
    "TenderDraft",
    "Till",
    "can_be_extended",
    "cancel_order",
    "check_due",
    "complete",
    "create",
    "end_due",
    "extend",
    "find_checkouts",
    "hear_notices",
    "lock_order",
    "may_use",
    "refund_due",
    "retry",
    "settle",
    "settle_due",
    "update",
]

"""Prolonging the time of a checkout, for who is still looking for a card."""

from uuid import UUID

from core.problems import Rejected
from models.checkouts import CheckoutStatus
from services import idempotency
from services.cart import Shopper
from services.checkout.problems import CheckoutExpired
from services.checkout.queries import change
from services.checkout.records import CheckoutRecord
from services.checkout.till import Till, check_open, lock_own
from services.idempotency import Attempt
from services.inventory import reservations
from services.inventory.reservations.problems import AlreadyExtended, HoldExpired, ReservationEnded
from services.unit_of_work import UnitOfWork


async def extend(unit: UnitOfWork, till: Till, id: UUID, shopper: Shopper, *, attempt: Attempt) -> CheckoutRecord:
    """Let the checkout and its hold last as long again, as often as the store allows; once for each key.

    Raises `Rejected`: CHECKOUT_NOT_FOUND, CHECKOUT_EXPIRED, CHECKOUT_NOT_OPEN, ALREADY_EXTENDED.
    """
    before = await idempotency.claim(unit, attempt)
    locked = await lock_own(unit, id, shopper)
    checkout = locked.checkout
    if before is not None:
        return checkout
    check_open(locked, CheckoutStatus.OPEN, CheckoutStatus.FAILED, CheckoutStatus.ACTION_REQUIRED)
    if not can_be_extended(checkout, till):
        message = "The time of this checkout was prolonged before, and can be no further."
        raise Rejected(AlreadyExtended(message=message, path=("checkout",)))
    await _extend_hold(unit, checkout, till)
    expires_at = checkout.expires_at + till.hold
    extended = await change(
        unit, checkout, expires_at=expires_at, check_at=expires_at, checks=0, extensions=checkout.extensions + 1
    )
    await idempotency.record(unit, attempt, {"checkout": id})
    return extended


def can_be_extended(checkout: CheckoutRecord, till: Till) -> bool:
    """Whether the store allows once more; its units may be held anew, so the checkout counts and not the hold."""
    return checkout.extensions < till.settings.inventory.most_extensions


async def _extend_hold(unit: UnitOfWork, checkout: CheckoutRecord, till: Till) -> None:
    assert checkout.reservation_id is not None, "what is open holds units"
    most = till.settings.inventory.most_extensions
    try:
        await reservations.extend(unit, reservation_id=checkout.reservation_id, hold=till.hold, most_extensions=most)
    except Rejected as refusal:
        if any(isinstance(one, HoldExpired | ReservationEnded) for one in refusal.problems):
            message = "The units of this checkout are held no longer. Begin another from the cart."
            expired = CheckoutExpired(message=message, path=("checkout",), expired_at=checkout.expires_at)
            raise Rejected(expired) from refusal
        raise

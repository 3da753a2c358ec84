"""Paying again with something else, after a refusal or instead of going on: `retryPayment`, while the hold lives."""

from core.money import Money
from models.checkouts import CheckoutStatus
from services import idempotency, payments
from services.cart import Shopper
from services.checkout.paying import Payment, charge, finish, open_customer, start
from services.checkout.records import CheckoutRecord
from services.checkout.stopping import stop_open
from services.checkout.tenders import spread
from services.checkout.till import Till, check_version
from services.idempotency import Attempt


async def retry(till: Till, shopper: Shopper, wanted: Payment, *, attempt: Attempt) -> CheckoutRecord:
    """Pay the order of a checkout with other tenders, once for each key. A payment that waits for its shopper is
    cancelled first; one that has succeeded meanwhile is the answer.

    Tenders that could never pay stop nothing. Raises `Rejected`: CHECKOUT_NOT_FOUND, CHECKOUT_EXPIRED,
    CHECKOUT_NOT_OPEN, STALE_CHECKOUT, and what `paying.start` raises; `Unavailable` where the provider has to be asked
    first and does not answer.
    """
    async with till.database.read() as session:
        before = await idempotency.find(session, attempt)
    checkout = await till.get(wanted.checkout_id, shopper)
    if before is not None:
        return checkout
    await open_customer(till, shopper, wanted.tenders, checkout.email)
    if checkout.status is CheckoutStatus.ACTION_REQUIRED and checkout.order_id is not None:
        await _refuse_bad(till, checkout, wanted)
        await stop_open(till, checkout.order_id)
        checkout = await till.get(wanted.checkout_id, shopper)
        if checkout.status is CheckoutStatus.SUCCEEDED:
            return await finish(till, checkout)
        # Stopping has changed the checkout, after the version was compared.
        wanted = wanted._replace(version=None)
    attempts = await start(till, shopper, wanted, attempt=attempt, allowed=(CheckoutStatus.FAILED,))
    charged = await charge(till, attempts)
    return await finish(till, charged or await till.get(wanted.checkout_id, shopper))


async def _refuse_bad(till: Till, checkout: CheckoutRecord, wanted: Payment) -> None:
    """Raises `Rejected` as `paying.start` would, but for balances, of which a part may come back first."""
    check_version(checkout, wanted.version)
    tenders = spread(Money(checkout.total_minor, checkout.currency), wanted.tenders)
    async with till.database.unit() as unit:
        await payments.refuse_bad(unit, tenders, account_id=checkout.account_id)

"""Paying a checkout, in phases: each transaction is short, and none is open while the provider is asked.

1. one transaction makes the order, takes what is ours to take, and writes down what is to be charged;
2. the provider is called, outside of any transaction, under a key that the attempt makes;
3. one transaction records what it said and settles the order.

What was reached is in the rows, so a worker goes on from wherever a process has died.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import structlog

from core.money import Money
from core.problems import Problem, Rejected, Unavailable
from models.checkouts import CheckoutStatus
from models.payments import PaymentMethod
from services import idempotency, orders, payments, promotions
from services.cart import Shopper
from services.checkout.clearing import clear
from services.checkout.content import encode
from services.checkout.holding import keep_hold
from services.checkout.points import Point, reached
from services.checkout.problems import AddressNeeded, EmailNeeded
from services.checkout.queries import Locked, change
from services.checkout.quoting import redeemable
from services.checkout.records import CheckoutRecord
from services.checkout.settling import learn, settle_order
from services.checkout.tenders import TenderDraft, spread
from services.checkout.till import Till, check_open, check_version, lock_own
from services.idempotency import Attempt
from services.orders import OrderDraft, OrderLineDraft
from services.payments import AttemptRecord
from services.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)


class Payment(NamedTuple):
    """Which checkout is to be paid, with what. `version` is the one that the shopper has seen."""

    checkout_id: UUID
    tenders: Sequence[TenderDraft]
    version: str | None = None


async def open_customer(till: Till, shopper: Shopper, tenders: Sequence[TenderDraft], email: str | None) -> None:
    """Make the account known to the provider where a card is kept for it; a call, so before any transaction."""
    if shopper.account_id is not None and any(one.method is PaymentMethod.CARD for one in tenders):
        await payments.open_customer(till.database, till.provider, account_id=shopper.account_id, email=email)


async def start(
    till: Till,
    shopper: Shopper,
    wanted: Payment,
    *,
    attempt: Attempt,
    allowed: Sequence[CheckoutStatus],
) -> Sequence[AttemptRecord]:
    """The first phase, of a checkout in one of the allowed statuses: the order, and an attempt for each tender.

    Where the provider need not be asked, the order is settled at once. Nothing if the key was used before. Raises
    `Rejected`: CHECKOUT_NOT_FOUND, CHECKOUT_EXPIRED, CHECKOUT_NOT_OPEN, STALE_CHECKOUT, ADDRESS_NEEDED, EMAIL_NEEDED,
    TENDERS_DO_NOT_SUM, BAD_TENDER, OUT_OF_STOCK, and those of `payments.begin` and of `promotions.redeem`.
    """
    async with till.database.unit() as unit:
        if await idempotency.claim(unit, attempt, answer={"checkout": wanted.checkout_id}) is not None:
            return ()
        reached(Point.COMPLETE_CLAIMED)
        locked = await lock_own(unit, wanted.checkout_id, shopper)
        check_open(locked, *allowed)
        check_version(locked.checkout, wanted.version)
        order_id, attempts = await _begin(unit, till, locked, wanted.tenders)
        if not any(one.is_open for one in attempts):
            await settle_order(unit, order_id, settings=till.settings)
    reached(Point.COMPLETE_BEGUN)
    return attempts


async def _begin(
    unit: UnitOfWork, till: Till, locked: Locked, tenders: Sequence[TenderDraft]
) -> tuple[UUID, Sequence[AttemptRecord]]:
    checkout = locked.checkout
    refuse_incomplete(checkout)
    parts = spread(Money(checkout.total_minor, checkout.currency), tenders)
    order = await orders.create(unit, _draft(checkout))
    reached(Point.COMPLETE_ORDERED)
    attempts: Sequence[AttemptRecord] = ()
    if parts:
        attempts = await payments.begin(
            unit,
            order_id=order.id,
            account_id=checkout.account_id,
            tenders=parts,
            provider=till.provider.name,
            first_at=locked.at if checkout.order_id is None else None,
        )
    if checkout.content.discounts:
        await promotions.redeem(
            unit,
            order_id=order.id,
            cart_id=checkout.cart_id,
            account_id=checkout.account_id,
            discounts=redeemable(checkout.content),
        )
    begun = await change(unit, checkout, status=CheckoutStatus.PROCESSING, order_id=order.id, failure_code=None)
    await keep_hold(unit, begun, hold=checkout.expires_at - locked.at, settings=till.settings)
    return order.id, attempts


async def charge(till: Till, attempts: Sequence[AttemptRecord]) -> CheckoutRecord | None:
    """The second and the third phase for each card that was not charged yet; the checkout after the last of them, if
    there was one. A provider that does not answer is asked again by a worker; the checkout stays PROCESSING until
    then."""
    checkout = None
    for attempt in attempts:
        if attempt.method is not PaymentMethod.CARD or not attempt.is_open:
            continue
        async with till.database.read() as session:
            if not await payments.may_be_charged(session, attempt.id):
                # This process was stopped for so long that others may have given the call up: a worker settles it.
                log.warning("payment_too_late", attempt=str(attempt.id))
                continue
        try:
            intent = await payments.pay_card(till.provider, attempt)
        except Unavailable as error:
            log.warning("payment_unanswered", attempt=str(attempt.id), reason=str(error)[:200])
            continue
        reached(Point.COMPLETE_CALLED)
        async with till.database.unit() as unit:
            checkout = await learn(unit, attempt, intent, settings=till.settings)
    return checkout


async def finish(till: Till, checkout: CheckoutRecord) -> CheckoutRecord:
    """Take what was bought out of the cart, unless that was done; where carts cannot be reached, it is done soon."""
    if checkout.status is CheckoutStatus.SUCCEEDED and checkout.check_at is not None:
        reached(Point.COMPLETE_SETTLED)
        try:
            await clear(till.carts, checkout)
        except Unavailable as error:
            log.warning("cart_not_cleared", checkout=str(checkout.id), reason=str(error)[:200])
    return checkout


def refuse_incomplete(checkout: CheckoutRecord) -> None:
    """Raises `Rejected`: EMAIL_NEEDED, ADDRESS_NEEDED."""
    problems: list[Problem] = []
    if checkout.email is None:
        problems.append(EmailNeeded(message="Say where the confirmation goes to.", path=("checkout", "email")))
    if checkout.content.shipping_address is None:
        message = "Say where the order goes to."
        problems.append(AddressNeeded(message=message, path=("checkout", "shippingAddress")))
    if problems:
        raise Rejected(*problems)


def _draft(checkout: CheckoutRecord) -> OrderDraft:
    content, totals = checkout.content, checkout.content.totals
    return OrderDraft(
        checkout_id=checkout.id,
        account_id=checkout.account_id,
        email=checkout.email or "",
        reservation_id=checkout.reservation_id,
        currency=checkout.currency,
        lines=[
            OrderLineDraft(
                variant_id=line.variant_id,
                offer_id=line.offer_id,
                seller_id=line.seller_id,
                sku=line.sku,
                title=line.title,
                quantity=line.quantity,
                unit_minor=line.unit_minor,
                discount_minor=line.discount_minor,
                tax_minor=0 if line.tax is None else line.tax.amount_minor,
            )
            for line in content.lines
        ],
        discount_minor=totals.discount_minor,
        delivery_minor=(totals.delivery_minor or 0) - totals.delivery_discount_minor,
        added_tax_minor=totals.added_tax_minor,
        included_tax_minor=totals.included_tax_minor,
        total_minor=totals.total_minor,
        content=encode(content),
    )

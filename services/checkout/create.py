"""From a cart to a checkout: prices are frozen, units are held, parcels are made of what is held."""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from core.problems import Rejected
from models.checkouts import CheckoutStatus
from services import idempotency, promotions
from services.accounts import email_key
from services.cart import Cart, PricedCart, Use
from services.cart.pricing import Pricing
from services.checkout.addresses import Addresses
from services.checkout.clearing import clear_waiting
from services.checkout.content import encode
from services.checkout.ending import REPLACED, end
from services.checkout.freezing import Frozen, freeze
from services.checkout.places import refuse_unreachable
from services.checkout.points import Point, reached
from services.checkout.problems import CheckoutInProgress
from services.checkout.queries import (
    find_checkout,
    find_live_of_cart,
    find_merged_carts,
    insert,
    lock_live_of_cart,
)
from services.checkout.quoting import quote
from services.checkout.readiness import blocking
from services.checkout.records import CheckoutRecord, Content
from services.checkout.till import GRACE, Till
from services.idempotency import Attempt
from services.inventory import reservations
from services.inventory.reservations import Claim, Granted, Wanted
from services.inventory.reservations.claims import LONGEST_HOLD
from services.promotions import Discount
from services.unit_of_work import ReadSession, UnitOfWork

_AS_KNOWN = Addresses()


async def create(
    till: Till, use: Use, *, email: str | None, attempt: Attempt, addresses: Addresses = _AS_KNOWN
) -> CheckoutRecord:
    """A checkout of the cart that `use` names. One that the cart had, and that nobody is just paying, is over.

    Where addresses are given, units are held where that place is served from, as `update` would. Raises `Rejected`:
    those of `Carts.get`, CART_EMPTY, PRICE_NOT_ACCEPTED, OUT_OF_STOCK, QUANTITY_LIMITED, NOT_DELIVERABLE, OFFER_GONE,
    BAD_EMAIL, CHECKOUT_IN_PROGRESS, those of `freeze`, of `reservations.reserve` and of `promotions.hold_coupon`.
    """
    spelled = None if email is None else email_key(email).spelling
    async with till.database.read() as session:
        before = await idempotency.find(session, attempt)
        if before is not None:
            return await _found(session, before)
        account_id = use.shopper.account_id
        merged = () if account_id is None else await find_merged_carts(session, account_id)
    use = use.named()
    await clear_waiting(till.carts, [*merged, *(() if use.cart_id is None else (use.cart_id,))])
    cart = await till.carts.get(use)
    for guest_cart_id in {*merged, *cart.merges}:
        await _let_go_of_merged(till, guest_cart_id)
    previous = await _find_previous(till, cart)
    look = await till.carts.look(cart)
    held = () if previous is None else {line.variant_id for line in previous.content.lines}
    if problems := blocking(look, held):
        raise Rejected(*problems)
    frozen = await freeze(till, look, use.shopper, email=spelled, addresses=addresses)
    async with till.database.unit() as unit:
        # All bits are random: a guest's checkout is whoever's that knows its id.
        id = UUID(bytes=secrets.token_bytes(16))
        before = await idempotency.claim(unit, attempt, answer={"checkout": id})
        if before is not None:
            return await _found(unit.session, before)
        made = await _make(unit, till, id, look.priced, frozen)
    reached(Point.CREATE_COMMITTED)
    return made


async def _let_go_of_merged(till: Till, guest_cart_id: UUID) -> None:
    """End the checkout of a guest's cart that has gone into this one: its shopper is the same, and would compete with
    himself for the units, or buy them twice.

    Raises `Rejected` (CHECKOUT_IN_PROGRESS).
    """
    async with till.database.unit() as unit:
        locked = await lock_live_of_cart(unit, guest_cart_id)
        if locked is not None:
            _refuse_paying(locked.checkout)
            await end(unit, locked.checkout, why=REPLACED, actor=till.actor)


async def _find_previous(till: Till, cart: Cart) -> CheckoutRecord | None:
    """The checkout that the cart has. What a refused payment of it has used of promotions is the cart's again, so that
    the next one is not dearer by that."""
    async with till.database.read() as session:
        previous = await find_live_of_cart(session, cart.id)
    if previous is None or previous.status is not CheckoutStatus.FAILED or not previous.content.discounts:
        return previous
    async with till.database.unit() as unit:
        locked = await lock_live_of_cart(unit, cart.id)
        if locked is None or locked.checkout.status is not CheckoutStatus.FAILED or locked.checkout.order_id is None:
            return previous
        await promotions.give_back(unit, order_id=locked.checkout.order_id)
        # A coupon that has ended meanwhile is shown as such by the look at the cart.
        with suppress(Rejected):
            await _hold_coupons(unit, till, cart, locked.checkout.content.discounts, previous.currency)
    return previous


# What was kept of the first answer is JSON, hence Any.
async def _found(session: ReadSession, before: Mapping[str, Any]) -> CheckoutRecord:
    found = await find_checkout(session, UUID(before["checkout"]))
    if found is None:
        raise AssertionError("A key outlives its checkout.")
    return found


async def _make(unit: UnitOfWork, till: Till, id: UUID, priced: PricedCart, frozen: Frozen) -> CheckoutRecord:
    """Hold the units and write the checkout, instead of the one that the cart has."""
    cart, settings = priced.cart, till.settings
    previous = await _take_over(unit, cart.id, actor=till.actor)
    # Before any level: whoever redeems or gives back has promotions first, too.
    await _hold_coupons(unit, till, cart, priced.discounts, priced.currency)
    granted = await reservations.exchange(
        unit,
        reservation_id=None if previous is None else previous.reservation_id,
        claim=_claim(priced, frozen, till),
        actor=till.actor,
        low_stock_units=settings.inventory.low_stock_units,
    )
    reached(Point.CREATE_HELD)
    content = await quote(unit.session, frozen.content, granted.allocations, pricing=Pricing.of(settings))
    refuse_unreachable(content, *frozen.path)
    return await insert(unit, {"id": id, **_values(priced, frozen, granted, content)})


async def _hold_coupons(unit: UnitOfWork, till: Till, cart: Cart, discounts: Sequence[Discount], currency: str) -> None:
    """Keep the uses of coupons for as long as a checkout can last, in the order in which promotions are locked.

    Raises `Rejected` as `promotions.hold_coupon`.
    """
    inventory = till.settings.inventory
    for discount in sorted(discounts, key=lambda one: one.promotion_id):
        if discount.coupon_code is not None:
            await promotions.hold_coupon(
                unit,
                cart_id=cart.id,
                account_id=cart.account_id,
                code=discount.coupon_code,
                currency=currency,
                minutes=inventory.hold_minutes * (1 + inventory.most_extensions),
            )


async def _take_over(unit: UnitOfWork, cart_id: UUID, *, actor: str | None) -> CheckoutRecord | None:
    """End the checkout that the cart has, but for its units, which the next one may take.

    Raises `Rejected` (CHECKOUT_IN_PROGRESS).
    """
    locked = await lock_live_of_cart(unit, cart_id)
    if locked is None:
        return None
    _refuse_paying(locked.checkout)
    return await end(unit, locked.checkout, why=REPLACED, actor=actor, keeps_units=True)


def _refuse_paying(checkout: CheckoutRecord) -> None:
    """Raises `Rejected` (CHECKOUT_IN_PROGRESS)."""
    if checkout.is_paying:
        message = "This cart is just being paid for. Go on there, or cancel that order."
        raise Rejected(CheckoutInProgress(message=message, path=("cart",), checkout_id=checkout.id))


def _claim(priced: PricedCart, frozen: Frozen, till: Till) -> Claim:
    return Claim(
        wanted=[Wanted(line.line.variant_id, line.line.quantity) for line in priced.lines],
        hold=min(till.hold + GRACE, LONGEST_HOLD),
        ranking=frozen.ranking,
        reference=f"cart:{priced.cart.id}",
        actor=till.actor,
    )


def _values(priced: PricedCart, frozen: Frozen, granted: Granted, content: Content) -> Mapping[str, object]:
    expires_at = granted.reservation.expires_at - GRACE
    return {
        "cart_id": priced.cart.id,
        "cart_version": str(priced.cart.version or ""),
        "account_id": priced.cart.account_id,
        "email": frozen.email,
        "status": CheckoutStatus.OPEN,
        "currency": priced.currency,
        "total_minor": content.totals.total_minor,
        "content": encode(content),
        "reservation_id": granted.reservation.id,
        "expires_at": expires_at,
        "check_at": expires_at,
    }

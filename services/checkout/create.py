"""From a cart to a checkout: prices are frozen, units are held, parcels are made of what is held."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from core.problems import Rejected
from core.settings import Settings
from models.checkouts import CheckoutStatus
from services import idempotency, promotions
from services.accounts import email_key
from services.accounts.addresses import AddressDraft
from services.accounts.queries import find_accounts, find_default_addresses
from services.accounts.records import AddressRecord
from services.cart import Cart, PricedCart, Use
from services.cart.carts import Look
from services.cart.pricing import Pricing
from services.catalog.sold import SoldRecord, find_sold
from services.checkout.clearing import clear_waiting
from services.checkout.content import encode
from services.checkout.ending import REPLACED, end
from services.checkout.places import place_of, refuse_unreachable
from services.checkout.points import Point, reached
from services.checkout.problems import CheckoutInProgress
from services.checkout.queries import (
    find_checkout,
    find_live_carts_of_merges,
    find_live_of_cart,
    insert,
    lock_live_of_cart,
)
from services.checkout.quoting import quote
from services.checkout.readiness import blocking
from services.checkout.records import CheckoutRecord, Content, FrozenLine
from services.checkout.till import GRACE, Till
from services.delivery import find_place
from services.idempotency import Attempt
from services.inventory import reservations
from services.inventory.reservations import Claim, Granted, Wanted
from services.inventory.reservations.claims import LONGEST_HOLD
from services.unit_of_work import ReadSession, UnitOfWork


class Known(NamedTuple):
    """What the store knows of who buys and of what is bought. `ranking` are the warehouses that serve the place, the
    nearest first; None while no place is known."""

    sold: Mapping[UUID, SoldRecord]
    ranking: Sequence[UUID] | None
    email: str | None
    address: AddressDraft | None


async def create(till: Till, use: Use, *, email: str | None, attempt: Attempt) -> CheckoutRecord:
    """A checkout of the cart that `use` names. One that the cart had, and that nobody is just paying, is over.

    Raises `Rejected`: those of `Carts.get`, CART_EMPTY, PRICE_NOT_ACCEPTED, OUT_OF_STOCK, QUANTITY_LIMITED,
    NOT_DELIVERABLE, OFFER_GONE, BAD_EMAIL, CHECKOUT_IN_PROGRESS, and those of `reservations.reserve` and
    `promotions.hold_coupon`.
    """
    spelled = None if email is None else email_key(email).spelling
    async with till.database.read() as session:
        before = await idempotency.find(session, attempt)
        if before is not None:
            return await _found(session, before)
    use = use.named()
    if use.cart_id is not None:
        await clear_waiting(till.carts, use.cart_id)
    cart = await till.carts.get(use)
    await _let_go_of_merged(till, cart)
    look = await till.carts.look(cart)
    if problems := blocking(look, await _held(till, look.priced.cart.id)):
        raise Rejected(*problems)
    known = await _know(till, look.priced, spelled)
    async with till.database.unit() as unit:
        before = await idempotency.claim(unit, attempt)
        if before is not None:
            return await _found(unit.session, before)
        made = await _make(unit, till, look, known)
        await idempotency.record(unit, attempt, {"checkout": made.id})
    reached(Point.CREATE_COMMITTED)
    return made


async def _let_go_of_merged(till: Till, cart: Cart) -> None:
    """End the checkouts of guests' carts that have gone into this one: their shopper is the same, would compete with
    himself for the units, and buy the same twice. Raises `Rejected` (CHECKOUT_IN_PROGRESS)."""
    if cart.account_id is None:
        return
    async with till.database.read() as session:
        merged = await find_live_carts_of_merges(session, cart.account_id)
    for guest_cart_id in merged:
        async with till.database.unit() as unit:
            await _take_over(unit, guest_cart_id, actor=till.actor, keeps_units=False)


async def _held(till: Till, cart_id: UUID) -> Collection[UUID]:
    """The variants of which the cart's present checkout holds units."""
    async with till.database.read() as session:
        before = await find_live_of_cart(session, cart_id)
    return () if before is None else {line.variant_id for line in before.content.lines}


# What was kept of the first answer is JSON, hence Any.
async def _found(session: ReadSession, before: Mapping[str, Any]) -> CheckoutRecord:
    found = await find_checkout(session, UUID(before["checkout"]))
    if found is None:
        raise AssertionError("A key outlives its checkout.")
    return found


async def _know(till: Till, priced: PricedCart, email: str | None) -> Known:
    cart, ranking, address = priced.cart, None, None
    async with till.database.read() as session:
        sold = await find_sold(session, [line.line.offer_id for line in priced.lines])
        if cart.destination is not None:
            place = await find_place(session, country=cart.destination.country, code=cart.destination.postal_code)
            ranking = [] if place is None else place.warehouse_ids
        if cart.account_id is not None:
            account = (await find_accounts(session, [cart.account_id])).get(cart.account_id)
            email = email or (None if account is None else account.email)
            default = (await find_default_addresses(session, [cart.account_id])).get(cart.account_id)
            address = _draft(default) if default is not None and cart.destination == place_of(default) else None
    return Known(sold, ranking, email, address)


def _draft(address: AddressRecord) -> AddressDraft:
    return AddressDraft(**{name: getattr(address, name) for name in AddressDraft._fields})


async def _make(unit: UnitOfWork, till: Till, look: Look, known: Known) -> CheckoutRecord:
    """Hold the units and write the checkout, instead of the one that the cart has."""
    cart, settings = look.priced.cart, till.settings
    previous = await _take_over(unit, cart.id, actor=till.actor, keeps_units=True)
    granted = await reservations.exchange(
        unit,
        reservation_id=None if previous is None else previous.reservation_id,
        claim=_claim(look.priced, known, till),
        actor=till.actor,
        low_stock_units=settings.inventory.low_stock_units,
    )
    reached(Point.CREATE_HELD)
    for discount in look.priced.discounts:
        if discount.coupon_code is not None:
            await promotions.hold_coupon(
                unit,
                cart_id=cart.id,
                account_id=cart.account_id,
                code=discount.coupon_code,
                currency=look.priced.currency,
                minutes=settings.inventory.hold_minutes * (1 + settings.inventory.most_extensions),
            )
    content = await quote(
        unit.session,
        _freeze(look, known, settings),
        granted.allocations,
        pricing=Pricing.of(settings),
    )
    refuse_unreachable(content)
    return await insert(unit, _values(look.priced, known, granted, content))


async def _take_over(unit: UnitOfWork, cart_id: UUID, *, actor: str | None, keeps_units: bool) -> CheckoutRecord | None:
    """End the checkout that the cart has; it may keep its units, which the next one then takes.

    Raises `Rejected` (CHECKOUT_IN_PROGRESS).
    """
    locked = await lock_live_of_cart(unit, cart_id)
    if locked is None:
        return None
    if locked.checkout.is_paying:
        message = "This cart is just being paid for. Go on there, or cancel that order."
        raise Rejected(CheckoutInProgress(message=message, path=("cart",), checkout_id=locked.checkout.id))
    return await end(unit, locked.checkout, why=REPLACED, actor=actor, keeps_units=keeps_units)


def _claim(priced: PricedCart, known: Known, till: Till) -> Claim:
    return Claim(
        wanted=[Wanted(line.line.variant_id, line.line.quantity) for line in priced.lines],
        hold=min(till.hold + GRACE, LONGEST_HOLD),
        ranking=known.ranking,
        reference=f"cart:{priced.cart.id}",
        actor=till.actor,
    )


def _freeze(look: Look, known: Known, settings: Settings) -> Content:
    priced, offers = look.priced, look.moment.facts.by_offer
    lines = []
    for line in priced.lines:
        offer, sold = offers[line.line.offer_id], known.sold[line.line.offer_id]
        lines.append(
            FrozenLine(
                line_id=line.line.id,
                variant_id=offer.variant_id,
                offer_id=offer.offer_id,
                seller_id=sold.seller_id,
                category_id=offer.category_ids[-1],
                sku=sold.sku,
                title=sold.title,
                quantity=line.line.quantity,
                unit_minor=offer.price_minor,
                discount_minor=line.discount_minor,
                tax=line.tax,
                currency=priced.currency,
            )
        )
    return Content(
        lines=lines,
        totals=priced.totals,
        prices_include_tax=settings.catalog.prices_include_tax,
        discounts=priced.discounts,
        destination=priced.cart.destination,
        shipping_address=known.address,
    )


def _values(priced: PricedCart, known: Known, granted: Granted, content: Content) -> Mapping[str, object]:
    expires_at = granted.reservation.expires_at - GRACE
    return {
        # All bits are random: a guest's checkout is whoever's that knows its id.
        "id": UUID(bytes=secrets.token_bytes(16)),
        "cart_id": priced.cart.id,
        "cart_version": str(priced.cart.version or ""),
        "account_id": priced.cart.account_id,
        "email": known.email,
        "status": CheckoutStatus.OPEN,
        "currency": priced.currency,
        "total_minor": content.totals.total_minor,
        "content": encode(content),
        "reservation_id": granted.reservation.id,
        "expires_at": expires_at,
        "check_at": expires_at,
    }

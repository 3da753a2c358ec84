"""Changing a checkout before it is paid: who gets it, where it goes to, and how it comes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from core.problems import Problem, Rejected
from models.checkouts import CheckoutStatus
from services.accounts import email_key
from services.cart import Shopper
from services.cart.pricing import Pricing
from services.checkout.addresses import Addresses, GivenAddress, rank, with_addresses
from services.checkout.content import encode
from services.checkout.places import refuse_unreachable
from services.checkout.problems import DeliveryChoiceGone
from services.checkout.queries import Locked, change
from services.checkout.quoting import find_taxes, price, quote
from services.checkout.records import CheckoutRecord, Content
from services.checkout.till import GRACE, Till, check_open, check_version, lock_own
from services.inventory import reservations
from services.inventory.reservations import AllocationRecord, Claim, Wanted
from services.unit_of_work import UnitOfWork


class Changes(NamedTuple):
    """What is to be other than it is; None leaves it. `choices` are options by their groups, in the input's order."""

    email: str | None = None
    shipping: GivenAddress | None = None
    billing: GivenAddress | None = None
    choices: Sequence[tuple[UUID, str]] = ()


async def update(
    unit: UnitOfWork, till: Till, id: UUID, shopper: Shopper, changes: Changes, *, version: str | None = None
) -> CheckoutRecord:
    """The checkout with these changes. Another place makes other groups, and may hold units of other warehouses.

    Raises `Rejected`: CHECKOUT_NOT_FOUND, CHECKOUT_EXPIRED, CHECKOUT_NOT_OPEN, STALE_CHECKOUT, BAD_EMAIL, BAD_ADDRESS,
    BAD_COUNTRY, BAD_POSTAL_CODE, NOT_FOUND, POSTAL_CODE_UNKNOWN, NOT_DELIVERABLE, OUT_OF_STOCK, DELIVERY_CHOICE_GONE.
    """
    locked = await lock_own(unit, id, shopper)
    check_open(locked, CheckoutStatus.OPEN)
    check_version(locked.checkout, version)
    email = locked.checkout.email if changes.email is None else email_key(changes.email).spelling
    addresses = Addresses(changes.shipping, changes.billing)
    content = await with_addresses(unit.session, locked.checkout.content, addresses, shopper)
    reservation_id = locked.checkout.reservation_id
    if content.destination != locked.checkout.content.destination:
        reservation_id, content = await _send_elsewhere(unit, till, locked, content)
    if changes.choices:
        content = await _choose(unit, till, content, changes.choices)
    return await change(
        unit,
        locked.checkout,
        email=email,
        content=encode(content),
        total_minor=content.totals.total_minor,
        reservation_id=reservation_id,
    )


async def _send_elsewhere(
    unit: UnitOfWork, till: Till, locked: Locked, content: Content
) -> tuple[UUID | None, Content]:
    """Hold units where the new place is served from, for as long as before, and quote them."""
    checkout, settings, destination = locked.checkout, till.settings, content.destination
    assert destination is not None, "another place is a place"
    ranking = await rank(unit.session, destination)
    granted = await reservations.exchange(
        unit,
        reservation_id=checkout.reservation_id,
        claim=Claim(
            wanted=[Wanted(line.variant_id, line.quantity) for line in content.lines],
            hold=max(checkout.expires_at - locked.at + GRACE, timedelta(seconds=1)),
            ranking=ranking,
            reference=f"cart:{checkout.cart_id}",
            actor=till.actor,
        ),
        actor=till.actor,
        low_stock_units=settings.inventory.low_stock_units,
    )
    quoted = await _quote(unit, till, content, granted.allocations)
    refuse_unreachable(quoted, "shippingAddress")
    return granted.reservation.id, quoted


async def _quote(unit: UnitOfWork, till: Till, content: Content, allocations: Sequence[AllocationRecord]) -> Content:
    return await quote(unit.session, content, allocations, pricing=Pricing.of(till.settings))


async def _choose(unit: UnitOfWork, till: Till, content: Content, choices: Sequence[tuple[UUID, str]]) -> Content:
    """The content with other options chosen, and the totals that follow. Raises `Rejected` (DELIVERY_CHOICE_GONE)."""
    offered = {one.key: {option.code for option in one.options} for one in content.groups}
    gone: list[Problem] = [
        DeliveryChoiceGone(message="This is not, or no longer, offered.", path=("delivery", str(place)))
        for place, (key, code) in enumerate(choices)
        if code not in offered.get(key, ())
    ]
    if gone:
        raise Rejected(*gone)
    chosen = dict(choices)
    groups = [one._replace(chosen_code=chosen.get(one.key, one.chosen_code)) for one in content.groups]
    taxes = await find_taxes(unit.session, content)
    return price(replace(content, groups=groups), taxes, Pricing.of(till.settings))

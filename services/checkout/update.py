"""Changing a checkout before it is paid: who gets it, where it goes to, and how it comes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from core.problems import NotFound, Problem, Rejected
from models.checkouts import CheckoutStatus
from services.accounts import email_key
from services.accounts.addresses import AddressDraft, check_address, normalize_address
from services.accounts.queries import find_addresses
from services.cart import Shopper
from services.cart.pricing import Pricing
from services.cart.records import Destination
from services.checkout.content import encode
from services.checkout.places import place_of, refuse_unreachable
from services.checkout.problems import DeliveryChoiceGone
from services.checkout.queries import Locked, change
from services.checkout.quoting import find_taxes, price, quote
from services.checkout.records import CheckoutRecord, Content
from services.checkout.till import GRACE, Till, check_open, check_version, lock_own
from services.delivery import find_place
from services.delivery.problems import NotDeliverable, PostalCodeUnknown
from services.inventory import reservations
from services.inventory.reservations import AllocationRecord, Claim, Wanted
from services.unit_of_work import UnitOfWork


class GivenAddress(NamedTuple):
    """An address as it is written, or one that the account has."""

    draft: AddressDraft | None = None
    id: UUID | None = None


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
    content = await _with_addresses(unit, locked.checkout.content, changes, shopper)
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


async def _with_addresses(unit: UnitOfWork, content: Content, changes: Changes, shopper: Shopper) -> Content:
    given = {"shippingAddress": changes.shipping, "billingAddress": changes.billing}
    kept = await _find_kept(unit, shopper, {name: one.id for name, one in given.items() if one and one.id})
    drafts = {name: kept.get(name) or one.draft for name, one in given.items() if one is not None}
    problems: list[Problem] = [
        replace(problem, path=(name, *problem.path))
        for name, draft in drafts.items()
        if draft is not None
        for problem in check_address(draft)
    ]
    if problems:
        raise Rejected(*problems)
    normal = {name: normalize_address(draft) for name, draft in drafts.items() if draft is not None}
    shipping = normal.get("shippingAddress", content.shipping_address)
    return replace(
        content,
        shipping_address=shipping,
        billing_address=normal.get("billingAddress", content.billing_address),
        destination=content.destination if shipping is None else place_of(shipping),
    )


async def _find_kept(unit: UnitOfWork, shopper: Shopper, ids: Mapping[str, UUID]) -> Mapping[str, AddressDraft]:
    """The account's own addresses with these ids. Raises `Rejected` (NOT_FOUND) where one is not the shopper's."""
    if not ids:
        return {}
    found = await find_addresses(unit.session, list(ids.values()))
    own = {key: one for key, one in found.items() if one.account_id == shopper.account_id}
    missing: list[Problem] = [
        NotFound(message="There is no such address.", path=(name,), kind="Address")
        for name, key in ids.items()
        if key not in own
    ]
    if missing:
        raise Rejected(*missing)
    fields = AddressDraft._fields
    return {name: AddressDraft(**{field: getattr(own[key], field) for field in fields}) for name, key in ids.items()}


async def _send_elsewhere(
    unit: UnitOfWork, till: Till, locked: Locked, content: Content
) -> tuple[UUID | None, Content]:
    """Hold units where the new place is served from, for as long as before, and quote them."""
    checkout, settings, destination = locked.checkout, till.settings, content.destination
    assert destination is not None, "another place is a place"
    ranking = await _rank(unit, destination)
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


async def _rank(unit: UnitOfWork, destination: Destination) -> Sequence[UUID]:
    """The warehouses that serve a place. Raises `Rejected`: POSTAL_CODE_UNKNOWN, NOT_DELIVERABLE."""
    session = unit.session
    place = await find_place(session, country=destination.country, code=destination.postal_code)
    path = ("shippingAddress", "postalCode")
    if place is None:
        raise Rejected(PostalCodeUnknown(message="There is no such postal code in this country.", path=path))
    if not place.warehouse_ids:
        raise Rejected(NotDeliverable(message="No warehouse delivers to this postal code.", path=path))
    return place.warehouse_ids


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

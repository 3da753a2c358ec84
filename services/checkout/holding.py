"""Units of a checkout whose hold has ended by itself, or by an operator: held again if they can still be had."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from core.settings import Settings
from models.reservations import ReservationStatus
from services import orders
from services.cart.pricing import Pricing
from services.checkout.content import encode
from services.checkout.queries import change
from services.checkout.quoting import quote
from services.checkout.records import CheckoutRecord, Content
from services.delivery import find_place
from services.inventory import reservations
from services.inventory.reservations import AllocationRecord, Claim, ReservationRecord, Wanted
from services.unit_of_work import UnitOfWork


class Hold(NamedTuple):
    """A checkout and the reservation, locked, that holds its units or has taken them."""

    checkout: CheckoutRecord
    reservation: ReservationRecord


async def keep_hold(unit: UnitOfWork, checkout: CheckoutRecord, *, hold: timedelta, settings: Settings) -> Hold:
    """The checkout with its units held: as they are, or anew for `hold`, from where they came before if they can.

    What was agreed to stays: prices, options and totals. Raises `Rejected` (OUT_OF_STOCK).
    """
    assert checkout.reservation_id is not None, "what is to be paid holds units"
    # Locked, so that a hold which is past its time is not ended by itself between this look and what relies on it.
    found, _ = await reservations.lock(unit, checkout.reservation_id)
    if found.status in (ReservationStatus.HELD, ReservationStatus.CONFIRMED):
        return Hold(checkout, found)
    claim = Claim(
        wanted=[Wanted(line.variant_id, line.quantity) for line in checkout.content.lines],
        hold=max(hold, timedelta(seconds=1)),
        ranking=await _rank(unit, checkout.content),
        reference=f"cart:{checkout.cart_id}",
    )
    # A refusal lets go of the levels that it has locked: whoever gives back then has other locks to take before those.
    async with unit.session.begin_nested():
        granted = await reservations.reserve(unit, claim, low_stock_units=settings.inventory.low_stock_units)
    if checkout.order_id is not None:
        await orders.hold_by(unit, checkout.order_id, granted.reservation.id)
    content = await _regroup(unit, checkout.content, granted.allocations, settings)
    changed = await change(unit, checkout, reservation_id=granted.reservation.id, content=encode(content))
    return Hold(changed, granted.reservation)


async def _rank(unit: UnitOfWork, content: Content) -> Sequence[UUID] | None:
    """The warehouses of before, then the others that serve the place."""
    before = [one.warehouse_id for one in content.groups]
    if content.destination is None:
        return None
    session = unit.session
    place = await find_place(session, country=content.destination.country, code=content.destination.postal_code)
    return list(dict.fromkeys([*before, *(() if place is None else place.warehouse_ids)]))


async def _regroup(
    unit: UnitOfWork, content: Content, allocations: Sequence[AllocationRecord], settings: Settings
) -> Content:
    """The groups that follow from where the units are now. Delivery costs the shopper what it did, and a group from
    another warehouse comes by the method that was chosen, if that is offered from there."""
    fallback = next((one.chosen for one in content.groups if one.chosen is not None), None)
    session = unit.session
    quoted = await quote(session, content, allocations, pricing=Pricing.of(settings))
    groups = []
    for one in quoted.groups:
        codes = {option.code for option in one.options}
        if fallback is not None and not one.options:
            groups.append(one._replace(options=[fallback], chosen_code=fallback.code))
        elif fallback is not None and fallback.code in codes and one.key not in {old.key for old in content.groups}:
            groups.append(one._replace(chosen_code=fallback.code))
        else:
            groups.append(one)
    return replace(content, groups=groups)

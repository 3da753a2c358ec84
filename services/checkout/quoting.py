"""From what is held to what it costs to bring it: delivery groups, their options, taxes and the totals.

The rules of money are the cart's own (`services.cart.pricing`), so a cart and its checkout agree to the last unit.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from services.cart.pricing import Pricing, sum_up, tax_line
from services.checkout.records import Content, FrozenLine, Group, Piece
from services.delivery.places import PlaceKey
from services.delivery.records import OptionRecord
from services.delivery.ways import find_ways
from services.inventory.reservations import AllocationRecord
from services.promotions import Discount
from services.taxes import TaxTable, find_tax_table
from services.unit_of_work import ReadSession


async def quote(
    session: ReadSession, content: Content, allocations: Sequence[AllocationRecord], *, pricing: Pricing
) -> Content:
    """The content with groups by these allocations, and with taxes and totals for its destination. Two statements.

    A group that was there keeps what was chosen for it, if that is still offered; others get the cheapest option.
    """
    groups = group(content.lines, allocations)
    chosen = {one.key: one.chosen_code for one in content.groups}
    ways: Mapping[UUID, Sequence[OptionRecord]] = {}
    taxes = None
    if content.destination is not None:
        place = PlaceKey(*content.destination)
        warehouses = sorted({one.warehouse_id for one in groups})
        ways = await find_ways(session, place, warehouses, currency=pricing.currency)
        taxes = await find_taxes(session, content)
    offered = [offer(one, ways.get(one.warehouse_id, ()), chosen.get(one.key)) for one in groups]
    return price(replace(content, groups=offered), taxes, pricing)


async def find_taxes(session: ReadSession, content: Content) -> TaxTable | None:
    """The taxes at the content's destination; None while that is not known."""
    if content.destination is None:
        return None
    country, postal_code = content.destination
    categories = sorted({line.category_id for line in content.lines})
    return await find_tax_table(session, country=country, postal_code=postal_code, category_ids=categories)


def group(lines: Sequence[FrozenLine], allocations: Sequence[AllocationRecord]) -> Sequence[Group]:
    """The lines' units by warehouse and seller. Lines of one variant take its allocations one after the other."""
    shelves: dict[UUID, deque[tuple[UUID, int]]] = {}
    for one in allocations:
        shelves.setdefault(one.variant_id, deque()).append((one.warehouse_id, one.quantity))
    pieces: dict[tuple[UUID, UUID], list[Piece]] = {}
    for position, line in enumerate(lines):
        left, shelf = line.quantity, shelves[line.variant_id]
        while left:
            warehouse_id, there = shelf.popleft()
            units = min(left, there)
            left -= units
            pieces.setdefault((warehouse_id, line.seller_id), []).append(Piece(position, units))
            if there > units:
                shelf.appendleft((warehouse_id, there - units))
    return [Group(*key, found) for key, found in pieces.items()]


def offer(parcel: Group, ways: Sequence[OptionRecord], chosen: str | None) -> Group:
    """The group with its options, each under a code of its own, and one of them chosen if there are any."""
    options: list[OptionRecord] = []
    for way in ways:
        taken = {one.code for one in options}
        # Codes are a carrier's own, and two carriers may have the same.
        options.append(way._replace(code=f"{way.code}-{len(options) + 1}") if way.code in taken else way)
    codes = [one.code for one in options]
    if chosen not in codes:
        chosen = codes[0] if codes else None
    return parcel._replace(options=options, chosen_code=chosen)


def price(content: Content, taxes: TaxTable | None, pricing: Pricing) -> Content:
    """The content with the taxes of each line, and totals of all lines and chosen options. Pure."""
    lines = [line._replace(tax=tax_line(line.category_id, line.total_minor, taxes, pricing)) for line in content.lines]
    totals = sum_up(
        lines,
        delivery_minor=delivery_price(content.groups),
        is_free=content.is_free_delivery,
        taxes=taxes,
        pricing=pricing,
    )
    return replace(content, lines=lines, totals=totals)


def delivery_price(groups: Sequence[Group]) -> int | None:
    """What the chosen options come to; None while any group has none."""
    chosen = [one.chosen for one in groups]
    if not chosen or None in chosen:
        return None
    return sum(one.price.amount_minor for one in chosen if one is not None)


def redeemable(content: Content) -> Sequence[Discount]:
    """The discounts as `promotions.redeem` counts them: free delivery with what the delivery would have cost."""
    left = content.totals.delivery_discount_minor
    discounts = []
    for one in content.discounts:
        added = left if one.is_free_delivery else 0
        left -= added
        discounts.append(one._replace(amount_minor=one.amount_minor + added))
    return discounts

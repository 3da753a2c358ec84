"""From a cart and what the store knows at one moment to what it costs. Pure; all amounts are whole minor units.

The order is fixed: lines at present prices, discounts, delivery and what is taken off it, then tax on what is left of
each line. Each amount is rounded once, by the rule of `core.rounding`, and the total is the sum of what is shown.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

from core.money import Money
from core.settings import Settings
from services.cart.facts import Facts, OfferFacts
from services.cart.priced import (
    DeliveryEstimate,
    LineProblem,
    LineProblemCode,
    LineTax,
    Parcel,
    PricedCart,
    PricedCartLine,
    Totals,
)
from services.cart.records import Cart, CartLine
from services.delivery.options import DeliveryRecord
from services.delivery.records import OptionRecord
from services.promotions import Offered, PricedLine, apply
from services.taxes import TaxTable, tax_of


class Moment(NamedTuple):
    """All that the store knows when a cart is priced. `deliveries` are by line; None where there is no destination.
    `is_place_known`: the destination's postal code exists."""

    facts: Facts
    offered: Offered
    taxes: TaxTable | None
    deliveries: Mapping[UUID, DeliveryRecord] | None
    is_place_known: bool = True


class Pricing(NamedTuple):
    """What the store's settings say of prices."""

    currency: str
    prices_include_tax: bool
    most_units_per_line: int

    @staticmethod
    def of(settings: Settings) -> "Pricing":
        """Those of the store."""
        catalog = settings.catalog
        return Pricing(catalog.currency, catalog.prices_include_tax, settings.cart.most_units_per_line)


class Countable(Protocol):
    """A line as `sum_up` looks at it."""

    @property
    def subtotal_minor(self) -> int: ...

    @property
    def discount_minor(self) -> int: ...

    @property
    def tax(self) -> LineTax | None: ...


def price(cart: Cart, moment: Moment, pricing: Pricing) -> PricedCart:
    """The cart at this moment's prices."""
    facts = moment.facts
    counted = [(line, offer) for line in cart.active if (offer := sold(line, facts)) is not None]
    estimate = _estimate(moment, pricing.currency)
    lines = [
        PricedLine(line.id, offer.product_id, offer.brand_id, offer.category_ids, line.quantity, offer.price_minor)
        for line, offer in counted
    ]
    applied = apply(
        lines, moment.offered, account_id=cart.account_id, has_delivery=estimate is None or bool(estimate.parcels)
    )
    off: dict[UUID, int] = defaultdict(int)
    for discount in applied.discounts:
        for key, amount in discount.by_line.items():
            off[key] += amount
    shares = _shares([line for line, _ in counted], facts)
    rows = _Lines(moment, estimate, off, shares, pricing)
    priced = [rows.price(line) for line in cart.active]
    is_free = any(discount.is_free_delivery for discount in applied.discounts)
    return PricedCart(
        cart=cart,
        currency=pricing.currency,
        lines=priced,
        saved=[_saved(line, facts) for line in cart.saved],
        discounts=applied.discounts,
        refusals={refusal.code: refusal for refusal in applied.refusals},
        delivery=estimate,
        totals=sum_up(
            priced,
            delivery_minor=None if estimate is None else estimate.price_minor,
            is_free=is_free,
            taxes=moment.taxes,
            pricing=pricing,
        ),
    )


def tax_line(category_id: UUID, amount_minor: int, taxes: TaxTable | None, pricing: Pricing) -> LineTax | None:
    """The tax on what is left of a line after discounts; None while the place or a rate is not known."""
    rate = None if taxes is None else taxes.rate_of(category_id)
    if rate is None:
        return None
    tax = tax_of(amount_minor, rate.rate_ppm, included=pricing.prices_include_tax)
    return LineTax(rate.name, rate.rate_ppm, amount_minor, tax, pricing.currency)


def sum_up(
    lines: Sequence[Countable],
    *,
    delivery_minor: int | None,
    is_free: bool,
    taxes: TaxTable | None,
    pricing: Pricing,
) -> Totals:
    """The totals of lines and of what their delivery costs, if that is known; `is_free`: a promotion takes that off."""
    delivery_off = (delivery_minor or 0) if is_free else 0
    parts = [line.tax for line in lines if line.tax is not None]
    rate = None if taxes is None else taxes.delivery
    if rate is not None and delivery_minor is not None:
        taxable = delivery_minor - delivery_off
        tax = tax_of(taxable, rate.rate_ppm, included=pricing.prices_include_tax)
        parts.append(LineTax(rate.name, rate.rate_ppm, taxable, tax, pricing.currency))
    tax = sum(part.amount_minor for part in parts)
    return Totals(
        lines_minor=sum(line.subtotal_minor for line in lines),
        discount_minor=sum(line.discount_minor for line in lines),
        delivery_minor=delivery_minor,
        delivery_discount_minor=delivery_off,
        added_tax_minor=0 if pricing.prices_include_tax else tax,
        included_tax_minor=tax if pricing.prices_include_tax else 0,
        taxes=_by_rate(parts, pricing.currency),
        currency=pricing.currency,
    )


def sold(line: CartLine, facts: Facts) -> OfferFacts | None:
    """What is known of a line's offer, if it can be bought."""
    offer = facts.by_offer.get(line.offer_id)
    return offer if offer is not None and offer.is_sold else None


def _estimate(moment: Moment, currency: str) -> DeliveryEstimate | None:
    deliveries = moment.deliveries
    if deliveries is None:
        return None
    groups: dict[tuple[UUID, tuple[UUID, ...]], tuple[OptionRecord, list[UUID]]] = {}
    for line_id, record in deliveries.items():
        if (option := record.cheapest) is not None:
            groups.setdefault((option.method_id, tuple(option.warehouse_ids)), (option, []))[1].append(line_id)
    return DeliveryEstimate(
        is_known=moment.is_place_known,
        parcels=[Parcel(option, line_ids) for option, line_ids in groups.values()],
        unreachable=frozenset(line_id for line_id, record in deliveries.items() if not record.is_deliverable),
        currency=currency,
    )


def _shares(lines: Sequence[CartLine], facts: Facts) -> Mapping[UUID, int]:
    """How many units each line can have: lines of one variant share its stock, the first added first."""
    left = {offer.variant_id: max(offer.available, 0) for offer in facts.by_offer.values()}
    shares = {}
    for line in lines:
        shares[line.id] = min(line.quantity, left.get(line.variant_id, 0))
        left[line.variant_id] = left.get(line.variant_id, 0) - shares[line.id]
    return shares


class _Lines(NamedTuple):
    """Prices the lines to be bought. `off` are discounts and `shares` the units that can be had, by line."""

    moment: Moment
    estimate: DeliveryEstimate | None
    off: Mapping[UUID, int]
    shares: Mapping[UUID, int]
    pricing: Pricing

    def price(self, line: CartLine) -> PricedCartLine:
        offer = sold(line, self.moment.facts)
        if offer is None:
            return PricedCartLine(line, None, 0, 0, None, [_gone(line, self.moment.facts)])
        subtotal, off, share = offer.price_minor * line.quantity, self.off.get(line.id, 0), self.shares[line.id]
        problems = [*_price_problems(line, offer), *_quantity_problems(line, offer, share, self.pricing)]
        # What is sold out is nowhere to be delivered from; one problem is enough.
        if share and self.estimate is not None and line.id in self.estimate.unreachable:
            message = "This cannot be delivered to the place of the cart."
            problems.append(LineProblem(LineProblemCode.NOT_DELIVERABLE, message))
        tax = tax_line(offer.category_ids[-1], subtotal - off, self.moment.taxes, self.pricing)
        return PricedCartLine(line, offer.price_minor, subtotal, off, tax, problems)


def _saved(line: CartLine, facts: Facts) -> PricedCartLine:
    """A line for later: it costs nothing yet, and its problems keep nothing from being bought."""
    offer = sold(line, facts)
    problems = [_gone(line, facts)] if offer is None else _price_problems(line, offer)
    if offer is not None and offer.available <= 0:
        problems.append(LineProblem(LineProblemCode.OUT_OF_STOCK, "This is sold out.", most=0))
    problems = [problem._replace(is_for_later=True) for problem in problems]
    if offer is None:
        return PricedCartLine(line, None, 0, 0, None, problems)
    return PricedCartLine(line, offer.price_minor, offer.price_minor * line.quantity, 0, None, problems)


def _gone(line: CartLine, facts: Facts) -> LineProblem:
    alternative = facts.buy_boxes.get(line.variant_id) if facts.variants.get(line.variant_id) else None
    message = "This offer is no longer there." if alternative is None else "This offer is gone, but there is another."
    return LineProblem(LineProblemCode.OFFER_GONE, message, alternative_id=alternative)


def _price_problems(line: CartLine, offer: OfferFacts) -> list[LineProblem]:
    if line.price_minor == offer.price_minor:
        return []
    before, now = Money(line.price_minor, line.currency), Money(offer.price_minor, offer.currency)
    if offer.price_minor > line.price_minor:
        message = "The price has risen; accept it to buy this."
        return [LineProblem(LineProblemCode.PRICE_ROSE, message, before, now)]
    return [LineProblem(LineProblemCode.PRICE_FELL, "The price has fallen.", before, now)]


def _quantity_problems(line: CartLine, offer: OfferFacts, share: int, pricing: Pricing) -> list[LineProblem]:
    if share == 0:
        return [LineProblem(LineProblemCode.OUT_OF_STOCK, "This is sold out.", most=0)]
    limit = min(share, offer.most_per_customer or share, pricing.most_units_per_line)
    if line.quantity <= limit:
        return []
    return [LineProblem(LineProblemCode.QUANTITY_LIMITED, f"Only {limit} of this can be had.", most=limit)]


def _by_rate(parts: Sequence[LineTax], currency: str) -> Sequence[LineTax]:
    """The taxes of all lines and of delivery, added up by rate; the highest rate first."""
    rates: dict[tuple[str, int], tuple[int, int]] = {}
    for part in parts:
        taxable, amount = rates.get((part.name, part.rate_ppm), (0, 0))
        rates[part.name, part.rate_ppm] = (taxable + part.taxable_minor, amount + part.amount_minor)
    added = [LineTax(name, ppm, taxable, amount, currency) for (name, ppm), (taxable, amount) in rates.items()]
    return sorted(added, key=lambda one: (-one.rate_ppm, one.name))

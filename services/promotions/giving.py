"""What one promotion takes off lines of which earlier ones have left something. Pure integers, rounded by one rule."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from core.rounding import distribute, share
from models.promotions import PromotionKind
from services.promotions.records import PricedLine, PromotionRecord

_WHOLE = 10_000  # basis points
# Prices of units that differ do so by 1 / (quantity * quantity) at least, and no line has as many as 2^32 units.
_FINE_BITS = 64


class Rest(NamedTuple):
    """A line, and what is left of its price."""

    line: PricedLine
    left_minor: int


def in_scope(promotion: PromotionRecord, rests: Sequence[Rest]) -> Sequence[Rest]:
    """The lines in one of the promotion's categories, brands or products; all, if it names none."""
    categories, brands, products = map(frozenset, (promotion.category_ids, promotion.brand_ids, promotion.product_ids))
    if not (categories or brands or products):
        return rests
    return [
        rest
        for rest in rests
        if rest.line.product_id in products
        or rest.line.brand_id in brands
        or not categories.isdisjoint(rest.line.category_ids)
    ]


def take_off(promotion: PromotionRecord, rests: Sequence[Rest]) -> Mapping[UUID, int]:
    """What the promotion takes off each line in its scope; lines that get nothing are left out."""
    if promotion.kind is PromotionKind.PERCENTAGE:
        parts = [share(rest.left_minor, promotion.basis_points or 0, _WHOLE) for rest in rests]
    elif promotion.kind is PromotionKind.AMOUNT:
        weights = [rest.left_minor for rest in rests]
        parts = distribute(min(promotion.amount_minor or 0, sum(weights)), weights)
    elif promotion.kind is PromotionKind.BUY_X_GET_Y:
        return _take_off_units(promotion, rests)
    else:
        return {}
    return {rest.line.key: part for rest, part in zip(rests, parts, strict=True) if part}


def _take_off_units(promotion: PromotionRecord, rests: Sequence[Rest]) -> Mapping[UUID, int]:
    """All units in a row, the dearest first, make groups of X + Y; the last Y of each full group are given.

    What a unit costs is its part of what is left of its line. The units of a line stand beside each other, so that a
    line of any quantity is counted at once.
    """
    dearest_first = sorted(rests, key=lambda rest: (-_unit_price(rest), rest.line.key))
    given, start = {}, 0
    most = sum(rest.line.quantity for rest in rests)
    for rest in dearest_first:
        end = start + rest.line.quantity
        units = _given_before(promotion, end, most) - _given_before(promotion, start, most)
        part = share(rest.left_minor * units, promotion.basis_points or 0, rest.line.quantity * _WHOLE)
        if part:
            given[rest.line.key] = part
        start = end
    return given


def _unit_price(rest: Rest) -> int:
    """What is left of one unit's price, to compare by: so fine that two of them are equal only if the prices are."""
    return (rest.left_minor << _FINE_BITS) // rest.line.quantity


def _given_before(promotion: PromotionRecord, place: int, most: int) -> int:
    """How many units before a place in a row of `most` are given; a group that is not full gives none."""
    bought, given = promotion.buy_quantity or 0, promotion.get_quantity or 0
    size = bought + given
    full, rest = divmod(min(place, most - most % size), size)
    return full * given + max(0, rest - bought)

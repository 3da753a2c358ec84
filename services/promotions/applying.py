"""Which promotions apply to a cart, in which order, and what each takes off. Pure: values in, values out.

Promotions apply one after the other, the highest priority first, then the oldest, each to what the earlier ones have
left of each line. One that is not combinable applies alone: of all ways to apply, that which takes most off is chosen.
Lines are taken in the order of their keys, so that the order in which a cart lists them changes nothing.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from models.promotions import PromotionKind
from services.promotions.eligibility import MESSAGES, against_coupon, against_promotion, has_budget
from services.promotions.giving import Rest, in_scope, take_off
from services.promotions.records import (
    Applied,
    CouponReason,
    CouponRefusal,
    Discount,
    Offered,
    PricedLine,
    PromotionRecord,
)


class _Candidate(NamedTuple):
    """A promotion that may be used, by the code if it needs one."""

    promotion: PromotionRecord
    code: str | None


class _Tried(NamedTuple):
    """What one way of applying gives, and why codes gave nothing in it."""

    discounts: Sequence[Discount]
    refusals: Mapping[str, CouponRefusal]

    @property
    def worth(self) -> tuple[int, bool]:
        """The larger is better for the customer; free delivery, whose price is not known here, decides a draw."""
        return sum(one.amount_minor for one in self.discounts), any(one.is_free_delivery for one in self.discounts)


def apply(lines: Sequence[PricedLine], offered: Offered, *, account_id: UUID | None, has_delivery: bool) -> Applied:
    """What is taken off `lines`, and why codes of the cart take nothing off.

    Keys of lines and codes are unique. `has_delivery`: whether there may be a price of delivery to take off; true while
    nobody knows it. Of equal ways to apply, that of the combinable promotions is chosen, then the highest priority.
    """
    candidates, refusals = _candidates(offered, account_id)
    rests = [Rest(line, line.subtotal_minor) for line in sorted(lines, key=lambda line: line.key)]
    combinable = [one for one in candidates if one.promotion.is_combinable]
    ways = [combinable, *([one] for one in candidates if not one.promotion.is_combinable)]
    tried = [_try(way, rests, offered.currency, has_delivery=has_delivery) for way in ways]
    best = max(tried, key=lambda one: one.worth)
    for one in tried:
        refusals |= one.refusals
        if one is not best:
            codes = [discount.coupon_code for discount in one.discounts if discount.coupon_code is not None]
            refusals |= {code: refusal(code, CouponReason.NOT_COMBINABLE) for code in codes}
    return Applied(best.discounts, [refusals[one.code] for one in offered.coupons if one.code in refusals])


def refusal(code: str, reason: CouponReason, missing_minor: int | None = None) -> CouponRefusal:
    """A refusal with the sentence that belongs to its reason."""
    return CouponRefusal(code, reason, MESSAGES[reason], missing_minor)


def _candidates(offered: Offered, account_id: UUID | None) -> tuple[list[_Candidate], dict[str, CouponRefusal]]:
    """What may be used, in the order in which it applies; a promotion is used once, however many codes open it."""
    found: dict[UUID, _Candidate] = {}
    refusals: dict[str, CouponRefusal] = {}
    for one in offered.coupons:
        reason = against_coupon(one, account_id=account_id, now=offered.now)
        if reason is None and one.promotion is not None and one.promotion.id not in found:
            found[one.promotion.id] = _Candidate(one.promotion, one.code)
        else:
            refusals[one.code] = refusal(one.code, reason or CouponReason.NOT_COMBINABLE)
    for promotion, customer_uses in offered.automatic:
        reason = against_promotion(
            promotion, customer_uses=customer_uses, held_by_others=0, account_id=account_id, now=offered.now
        )
        if reason is None:
            found.setdefault(promotion.id, _Candidate(promotion, None))
    return sorted(found.values(), key=lambda one: (-one.promotion.priority, one.promotion.id)), refusals


def _try(way: Sequence[_Candidate], rests: Sequence[Rest], currency: str, *, has_delivery: bool) -> _Tried:
    """Apply promotions one after the other. Once one has freed delivery, none is left for others to free."""
    left = {rest.line.key: rest.left_minor for rest in rests}
    discounts, refusals = [], {}
    for promotion, code in way:
        now_left = [Rest(rest.line, left[rest.line.key]) for rest in in_scope(promotion, rests)]
        given = _give(promotion, code, now_left, currency, has_delivery=has_delivery)
        if isinstance(given, Discount):
            discounts.append(given)
            has_delivery = has_delivery and not given.is_free_delivery
            for key, amount in given.by_line.items():
                left[key] -= amount
        elif code is not None:
            refusals[code] = refusal(code, *given)
    return _Tried(discounts, refusals)


def _give(
    promotion: PromotionRecord, code: str | None, rests: Sequence[Rest], currency: str, *, has_delivery: bool
) -> Discount | tuple[CouponReason, int | None]:
    """What one promotion takes off the lines in its scope; or why it does not, and what is missing."""
    if promotion.currency != currency or not rests:
        return CouponReason.NOT_APPLICABLE, None
    missing = promotion.minimum_minor - sum(rest.line.subtotal_minor for rest in rests)
    if missing > 0:
        return CouponReason.MINIMUM_NOT_REACHED, missing
    by_line = take_off(promotion, rests)
    amount = sum(by_line.values())
    is_free_delivery = promotion.kind is PromotionKind.FREE_DELIVERY and has_delivery
    if not amount and not is_free_delivery:
        return CouponReason.NOT_APPLICABLE, None
    if not has_budget(promotion, amount):
        return CouponReason.USED_UP, None
    return Discount(promotion.id, promotion.name, promotion.kind, code, amount, by_line, is_free_delivery)

"""How using and changing promotions can fail in ways that are expected."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from core.problems import Problem
from services.promotions.records import CouponReason


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponRefused(Problem):
    """A coupon cannot be used; each `CouponReason` has a class, whose code is COUPON_ and the reason."""

    reason: ClassVar[CouponReason]
    coupon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponUnknown(CouponRefused):
    """No coupon has the code."""

    code: ClassVar[str] = "COUPON_UNKNOWN"
    reason: ClassVar[CouponReason] = CouponReason.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponNotActive(CouponRefused):
    """Operators have taken the coupon or its promotion out of use."""

    code: ClassVar[str] = "COUPON_NOT_ACTIVE"
    reason: ClassVar[CouponReason] = CouponReason.NOT_ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponNotStarted(CouponRefused):
    """The promotion starts later."""

    code: ClassVar[str] = "COUPON_NOT_STARTED"
    reason: ClassVar[CouponReason] = CouponReason.NOT_STARTED


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponExpired(CouponRefused):
    """The promotion is over."""

    code: ClassVar[str] = "COUPON_EXPIRED"
    reason: ClassVar[CouponReason] = CouponReason.EXPIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponUsedUp(CouponRefused):
    """Orders have made, or other carts hold, all uses; or the promotion's budget does not suffice."""

    code: ClassVar[str] = "COUPON_USED_UP"
    reason: ClassVar[CouponReason] = CouponReason.USED_UP


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponAlreadyUsed(CouponRefused):
    """The customer has made all uses that one customer may."""

    code: ClassVar[str] = "COUPON_ALREADY_USED"
    reason: ClassVar[CouponReason] = CouponReason.ALREADY_USED


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponNeedsSignIn(CouponRefused):
    """Uses are counted by customer, and the caller is a guest."""

    code: ClassVar[str] = "COUPON_NEEDS_SIGN_IN"
    reason: ClassVar[CouponReason] = CouponReason.NEEDS_SIGN_IN


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponMinimumNotReached(CouponRefused):
    """The lines in the promotion's scope come to less than its minimum."""

    code: ClassVar[str] = "COUPON_MINIMUM_NOT_REACHED"
    reason: ClassVar[CouponReason] = CouponReason.MINIMUM_NOT_REACHED


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponNotApplicable(CouponRefused):
    """The promotion takes nothing off these lines, or is in another currency."""

    code: ClassVar[str] = "COUPON_NOT_APPLICABLE"
    reason: ClassVar[CouponReason] = CouponReason.NOT_APPLICABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponNotCombinable(CouponRefused):
    """Other discounts of the cart take more off, and do not go together with this one."""

    code: ClassVar[str] = "COUPON_NOT_COMBINABLE"
    reason: ClassVar[CouponReason] = CouponReason.NOT_COMBINABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionEnded(Problem):
    """A promotion without coupon that was counted on has ended, or its uses or its budget are gone."""

    code: ClassVar[str] = "PROMOTION_ENDED"
    promotion_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class BadDiscount(Problem):
    """A number that says how much a promotion gives is missing, out of bounds, or of another kind of promotion."""

    code: ClassVar[str] = "BAD_DISCOUNT"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadPriority(Problem):
    """A priority is from -1,000 to 1,000."""

    code: ClassVar[str] = "BAD_PRIORITY"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadWindow(Problem):
    """A promotion ends after it has started."""

    code: ClassVar[str] = "BAD_WINDOW"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLimit(Problem):
    """A bound is a number that none can be, or below what has been used or spent already."""

    code: ClassVar[str] = "BAD_LIMIT"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCouponCode(Problem):
    """A code has 3 to 40 signs that can be seen, and a prefix up to 20; spaces and hyphens do not count."""

    code: ClassVar[str] = "BAD_COUPON_CODE"


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponCodeTaken(Problem):
    """Another coupon has the code, perhaps in another spelling."""

    code: ClassVar[str] = "COUPON_CODE_TAKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsNoCoupon(Problem):
    """The promotion applies without coupon, so none can open it."""

    code: ClassVar[str] = "PROMOTION_NEEDS_NO_COUPON"


@dataclass(frozen=True, slots=True, kw_only=True)
class HasCoupons(Problem):
    """A promotion that has coupons cannot be made to apply without."""

    code: ClassVar[str] = "PROMOTION_HAS_COUPONS"


COUPON_PROBLEMS: Mapping[CouponReason, type[CouponRefused]] = {
    one.reason: one
    for one in (
        CouponUnknown,
        CouponNotActive,
        CouponNotStarted,
        CouponExpired,
        CouponUsedUp,
        CouponAlreadyUsed,
        CouponNeedsSignIn,
        CouponMinimumNotReached,
        CouponNotApplicable,
        CouponNotCombinable,
    )
}

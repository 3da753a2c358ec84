"""What operators say of a promotion, and what is wrong with it. Values in, problems out."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from core.names import LONGEST_NAME, BadName, is_readable
from core.problems import Problem
from models.promotions import PromotionKind
from services.promotions.codes import LONGEST_CODE, SHORTEST_CODE, code_key
from services.promotions.problems import BadCouponCode, BadDiscount, BadLimit, BadPriority, BadWindow

LARGEST_MINOR = 10**12
MOST_USES = 10**9
MOST_UNITS = 1_000
HIGHEST_PRIORITY = 1_000
MOST_COUPONS = 100
LONGEST_PREFIX = 20
_ALL = 10_000  # basis points


class PromotionDraft(NamedTuple):
    """As `models.promotions.Promotion` explains it; amounts are in the promotion's currency."""

    name: str
    kind: PromotionKind
    basis_points: int | None = None
    amount_minor: int | None = None
    buy_quantity: int | None = None
    get_quantity: int | None = None
    minimum_minor: int = 0
    category_ids: Sequence[UUID] = ()
    brand_ids: Sequence[UUID] = ()
    product_ids: Sequence[UUID] = ()
    needs_coupon: bool = False
    is_combinable: bool = True
    priority: int = 0
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_active: bool = True
    most_uses: int | None = None
    budget_minor: int | None = None
    most_uses_per_customer: int | None = None


class _Part(NamedTuple):
    """A number that some kinds of promotion have and others have not."""

    path: str
    value: int | None
    most: int
    kinds: Sequence[PromotionKind]


def check_promotion(draft: PromotionDraft) -> list[Problem]:
    """All that is wrong with a promotion by itself."""
    problems: list[Problem] = []
    if not is_readable(draft.name, most=LONGEST_NAME):
        message = f"A name has 1 to {LONGEST_NAME} characters that can be printed."
        problems.append(BadName(message=message, path=("name",)))
    problems += _check_discount(draft)
    if abs(draft.priority) > HIGHEST_PRIORITY:
        message = f"A priority is from -{HIGHEST_PRIORITY:,} to {HIGHEST_PRIORITY:,}."
        problems.append(BadPriority(message=message, path=("priority",)))
    if draft.starts_at is not None and draft.ends_at is not None and draft.starts_at >= draft.ends_at:
        problems.append(BadWindow(message="A promotion ends after it has started.", path=("endsAt",)))
    problems += check_limit("minimumMinor", draft.minimum_minor, least=0, most=LARGEST_MINOR)
    problems += check_limit("mostUses", draft.most_uses, least=1, most=MOST_USES)
    problems += check_limit("budgetMinor", draft.budget_minor, least=1, most=LARGEST_MINOR)
    problems += check_limit("mostUsesPerCustomer", draft.most_uses_per_customer, least=1, most=MOST_USES)
    return problems


def check_limit(path: str, value: int | None, *, least: int, most: int) -> list[Problem]:
    """Whether a bound, if there is one, is a number that can be one."""
    if value is None or least <= value <= most:
        return []
    return [BadLimit(message=f"This is from {least:,} to {most:,}.", path=(path,))]


def check_code(code: str) -> list[Problem]:
    """What is wrong with a coupon's code."""
    if code_key(code):
        return []
    message = f"A code has {SHORTEST_CODE} to {LONGEST_CODE} signs that can be seen; spaces and hyphens do not count."
    return [BadCouponCode(message=message, path=("code",))]


def check_batch(count: int, prefix: str) -> list[Problem]:
    """What is wrong with codes that are to be made."""
    problems = check_limit("count", count, least=1, most=MOST_COUPONS)
    # Three more signs make of any prefix that is allowed a code that is allowed.
    if prefix and (len(prefix) > LONGEST_PREFIX or not code_key(prefix + "000")):
        message = f"A prefix has up to {LONGEST_PREFIX} signs that can be seen."
        problems.append(BadCouponCode(message=message, path=("prefix",)))
    return problems


def _check_discount(draft: PromotionDraft) -> Iterable[Problem]:
    """Each kind has its own numbers, all of them and no others."""
    kinds = PromotionKind
    parts = (
        _Part("basisPoints", draft.basis_points, _ALL, (kinds.PERCENTAGE, kinds.BUY_X_GET_Y)),
        _Part("amountMinor", draft.amount_minor, LARGEST_MINOR, (kinds.AMOUNT,)),
        _Part("buyQuantity", draft.buy_quantity, MOST_UNITS, (kinds.BUY_X_GET_Y,)),
        _Part("getQuantity", draft.get_quantity, MOST_UNITS, (kinds.BUY_X_GET_Y,)),
    )
    for part in parts:
        if draft.kind not in part.kinds:
            if part.value is not None:
                yield BadDiscount(message=f"A promotion of the kind {draft.kind.name} has none.", path=(part.path,))
        elif part.value is None or not 1 <= part.value <= part.most:
            message = f"A promotion of the kind {draft.kind.name} has one, from 1 to {part.most:,}."
            yield BadDiscount(message=message, path=(part.path,))

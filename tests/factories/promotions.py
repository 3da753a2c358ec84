"""Promotions, lines and coupons for tests, as values and as rows."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from models.promotions import Coupon, Promotion, PromotionKind
from services.promotions import (
    CouponRecord,
    Offered,
    OfferedCoupon,
    OfferedPromotion,
    PricedLine,
    PromotionRecord,
    code_key,
)
from services.unit_of_work import Database

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
CUSTOMER = UUID(int=77)
_NOTHING = PromotionRecord(
    id=UUID(int=0),
    name="Ten off",
    kind=PromotionKind.PERCENTAGE,
    basis_points=None,
    amount_minor=None,
    currency="USD",
    buy_quantity=None,
    get_quantity=None,
    minimum_minor=0,
    category_ids=(),
    brand_ids=(),
    product_ids=(),
    needs_coupon=False,
    is_combinable=True,
    priority=0,
    starts_at=None,
    ends_at=None,
    is_active=True,
    most_uses=None,
    uses=0,
    budget_minor=None,
    spent_minor=0,
    most_uses_per_customer=None,
)
_KINDS: dict[PromotionKind, dict[str, object]] = {
    PromotionKind.PERCENTAGE: {"basis_points": 1_000},
    PromotionKind.AMOUNT: {"amount_minor": 500},
    PromotionKind.BUY_X_GET_Y: {"basis_points": 10_000, "buy_quantity": 2, "get_quantity": 1},
    PromotionKind.FREE_DELIVERY: {},
}


def promotion(kind: PromotionKind = PromotionKind.PERCENTAGE, **changes: object) -> PromotionRecord:
    """A promotion that runs: 10 percent, 5.00 off, three for two, or free delivery; newer than those made before."""
    fields = {"id": new_id(), "kind": kind, **_KINDS[kind], **changes}
    return _NOTHING._replace(**fields)  # type: ignore[arg-type]  # tests give any field by name


def line(unit_minor: int = 1_000, quantity: int = 1, **changes: object) -> PricedLine:
    """A line of a product of its own, in no category."""
    return PricedLine(new_id(), new_id(), None, (), quantity, unit_minor)._replace(
        **changes  # type: ignore[arg-type]  # as above
    )


def coupon(code: str, opens: PromotionRecord, *, most_uses: int | None = None, uses: int = 0) -> OfferedCoupon:
    """A code in a cart that opens a promotion."""
    return OfferedCoupon(code, CouponRecord(new_id(), opens.id, code, True, most_uses, uses), opens)


def offered(*offers: PromotionRecord | OfferedPromotion | OfferedCoupon) -> Offered:
    """What there is for a cart; promotions by themselves need no coupon."""
    automatic = [OfferedPromotion(one) for one in offers if isinstance(one, PromotionRecord)]
    automatic += [one for one in offers if isinstance(one, OfferedPromotion)]
    return Offered(automatic, [one for one in offers if isinstance(one, OfferedCoupon)], NOW, "USD")


async def save_promotion(database: Database, kind: PromotionKind = PromotionKind.PERCENTAGE, **changes: object) -> UUID:
    """A row as `promotion` makes it; its id."""
    record = promotion(kind, **changes)
    async with database.unit() as unit:
        await unit.session.execute(sa.insert(Promotion).values(**record._asdict()))
    return record.id


async def save_coupon(database: Database, code: str, promotion_id: UUID, **changes: object) -> UUID:
    """A coupon's row; its id."""
    values = {"id": new_id(), "promotion_id": promotion_id, "code": code, "code_key": code_key(code), **changes}
    async with database.unit() as unit:
        await unit.session.execute(sa.insert(Coupon).values(**values))
    return UUID(str(values["id"]))

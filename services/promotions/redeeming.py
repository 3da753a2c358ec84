"""Uses of promotions by orders: made when an order is placed, given back when it is none after all.

Both lock the promotions concerned, in the order of their ids, before they count anything; holds are counted under the
same locks.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.problems import Problem, Rejected
from core.recordset import as_recordset
from models.promotions import CouponHold, PromotionUse
from services.promotions.eligibility import against_coupon, against_promotion, has_budget
from services.promotions.holding import coupon_problem
from services.promotions.problems import PromotionEnded
from services.promotions.queries import find_named
from services.promotions.records import CouponReason, Discount, Offered, OfferedCoupon, PromotionRecord
from services.unit_of_work import UnitOfWork


async def redeem(
    unit: UnitOfWork, *, order_id: UUID, cart_id: UUID, account_id: UUID | None, discounts: Sequence[Discount]
) -> None:
    """Count the use of each discount, and end the holds that the cart had for them; all or none, once per order.

    The amount of free delivery is what its delivery would have cost, so that budgets count it. Discounts were agreed
    to: that their time has ended since, or that they were switched off, does not matter, only that some are left.
    Raises `Rejected` with all that is used up or deleted: COUPON_* as `hold_coupon`, and PROMOTION_ENDED.
    """
    await _lock(unit, [one.promotion_id for one in discounts])
    if await _find_used(unit, order_id):
        return
    offered = await find_named(
        unit.session,
        cart_id=cart_id,
        account_id=account_id,
        coupon_codes=[one.coupon_code for one in discounts if one.coupon_code is not None],
        promotion_ids=[one.promotion_id for one in discounts if one.coupon_code is None],
    )
    if problems := [*_problems(discounts, offered, account_id)]:
        raise Rejected(*problems)
    await _write(unit, order_id, account_id, discounts, offered)
    coupons = [one.coupon.id for one in offered.coupons if one.coupon is not None]
    await unit.session.execute(
        sa.delete(CouponHold).where(CouponHold.cart_id == cart_id, CouponHold.coupon_id.in_(coupons))
    )


async def give_back(unit: UnitOfWork, *, order_id: UUID) -> None:
    """Undo the uses of an order that will not be; a repeat does nothing."""
    await _lock(unit, await _find_used(unit, order_id))
    await unit.session.execute(_GIVE_BACK, {"order": order_id})


async def _lock(unit: UnitOfWork, promotion_ids: Sequence[UUID]) -> None:
    await unit.session.execute(_LOCK, {"ids": list(promotion_ids)})


async def _find_used(unit: UnitOfWork, order_id: UUID) -> Sequence[UUID]:
    """The promotions that an order has used."""
    statement = sa.select(PromotionUse.promotion_id).where(PromotionUse.order_id == order_id)
    return (await unit.session.scalars(statement)).all()


def _problems(discounts: Sequence[Discount], offered: Offered, account_id: UUID | None) -> Iterable[Problem]:
    """What keeps discounts from being given, of all of them."""
    automatic = {one.promotion.id: one for one in offered.automatic}
    coupons = {one.code: one for one in offered.coupons}
    for discount in discounts:
        if discount.coupon_code is not None:
            reason = _against(discount, coupons[discount.coupon_code], account_id, offered.now)
            if reason is not None:
                yield coupon_problem(discount.coupon_code, reason, "coupons")
            continue
        one = automatic.get(discount.promotion_id)
        if (
            one is None
            or not has_budget(one.promotion, discount.amount_minor)
            or against_promotion(
                _agreed(one.promotion),
                customer_uses=one.customer_uses,
                held_by_others=0,
                account_id=account_id,
                now=offered.now,
            )
        ):
            message = f"{discount.name} has ended."
            yield PromotionEnded(message=message, promotion_id=discount.promotion_id)


def _against(discount: Discount, found: OfferedCoupon, account_id: UUID | None, now: datetime) -> CouponReason | None:
    """Why the coupon of a discount cannot be used any more."""
    if found.coupon is None or found.promotion is None or found.promotion.id != discount.promotion_id:
        # Operators may give a code to another promotion.
        return CouponReason.UNKNOWN
    agreed = found._replace(coupon=found.coupon._replace(is_active=True), promotion=_agreed(found.promotion))
    reason = against_coupon(agreed, account_id=account_id, now=now)
    if reason is None and not has_budget(found.promotion, discount.amount_minor):
        return CouponReason.USED_UP
    return reason


def _agreed(promotion: PromotionRecord) -> PromotionRecord:
    """The promotion as if it ran, as it did when its discount was agreed to."""
    return promotion._replace(is_active=True, starts_at=None, ends_at=None)


async def _write(
    unit: UnitOfWork, order_id: UUID, account_id: UUID | None, discounts: Sequence[Discount], offered: Offered
) -> None:
    coupon_ids = {one.code: one.coupon.id for one in offered.coupons if one.coupon is not None}
    rows = [
        {
            "id": new_id(),
            "promotion_id": one.promotion_id,
            "coupon_id": None if one.coupon_code is None else coupon_ids[one.coupon_code],
            "amount_minor": one.amount_minor,
        }
        for one in discounts
    ]
    values = {"order": order_id, "account": account_id, "rows": as_recordset(rows)}
    await unit.session.execute(_REDEEM, values)


_LOCK = sa.text("SELECT FROM promotion WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE").bindparams(
    sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))
)
_REDEEM = sa.text(
    """
    WITH used AS (
        INSERT INTO promotion_use (id, promotion_id, coupon_id, order_id, account_id, amount_minor)
        SELECT id, promotion_id, coupon_id, :order, :account, amount_minor
        FROM json_to_recordset(CAST(:rows AS json))
            AS d(id uuid, promotion_id uuid, coupon_id uuid, amount_minor bigint)
        RETURNING promotion_id, coupon_id, amount_minor
    ), counted AS (
        UPDATE promotion p SET uses = p.uses + 1, spent_minor = p.spent_minor + used.amount_minor
        FROM used WHERE p.id = used.promotion_id
    )
    UPDATE coupon c SET uses = c.uses + 1 FROM used WHERE c.id = used.coupon_id
    """
).bindparams(sa.bindparam("order", type_=sa.Uuid()), sa.bindparam("account", type_=sa.Uuid()))
_GIVE_BACK = sa.text(
    """
    WITH gone AS (
        DELETE FROM promotion_use WHERE order_id = :order RETURNING promotion_id, coupon_id, amount_minor
    ), counted AS (
        UPDATE promotion p SET uses = p.uses - 1, spent_minor = p.spent_minor - gone.amount_minor
        FROM gone WHERE p.id = gone.promotion_id
    )
    UPDATE coupon c SET uses = c.uses - 1 FROM gone WHERE c.id = gone.coupon_id
    """
)

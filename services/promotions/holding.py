"""Uses of coupons that are kept for carts for a while.

Uses are counted under the lock of the promotion, so that carts which want the last one come one after the other. Where
nothing bounds the uses, nobody waits for anybody.
"""

from uuid import UUID

import sqlalchemy as sa

from core.problems import Rejected
from models.promotions import Coupon, CouponHold
from services.promotions.codes import code_key
from services.promotions.eligibility import MESSAGES, against_coupon
from services.promotions.problems import COUPON_PROBLEMS, CouponRefused
from services.promotions.queries import find_named
from services.promotions.records import CouponReason, CouponRecord
from services.unit_of_work import UnitOfWork


async def hold_coupon(
    unit: UnitOfWork, *, cart_id: UUID, account_id: UUID | None, code: str, currency: str, minutes: int
) -> CouponRecord:
    """Keep a use of a coupon for a cart from now on for some minutes; a cart that has one keeps it for longer.

    What is in the cart does not matter here. Raises `Rejected`: COUPON_UNKNOWN, COUPON_NOT_ACTIVE, COUPON_NOT_STARTED,
    COUPON_EXPIRED, COUPON_USED_UP, COUPON_ALREADY_USED, COUPON_NEEDS_SIGN_IN, COUPON_NOT_APPLICABLE (another currency).
    """
    await unit.session.execute(_LOCK_BOUNDED, {"key": code_key(code)})
    # A statement of its own, so that it sees what was committed while this one waited.
    offered = await find_named(
        unit.session, cart_id=cart_id, account_id=account_id, coupon_codes=[code], promotion_ids=[]
    )
    (found,) = offered.coupons
    reason = against_coupon(found, account_id=account_id, now=offered.now)
    if found.coupon is None or found.promotion is None or reason is not None:
        raise Rejected(coupon_problem(code, reason or CouponReason.UNKNOWN))
    if found.promotion.currency != currency:
        raise Rejected(coupon_problem(code, CouponReason.NOT_APPLICABLE))
    values = {"coupon": found.coupon.id, "cart": cart_id, "account": account_id, "minutes": minutes}
    await unit.session.execute(_HOLD, values)
    return found.coupon


async def release_coupon(unit: UnitOfWork, *, cart_id: UUID, code: str) -> None:
    """Let others have the use that is kept for a cart, if there is one."""
    coupon = sa.select(Coupon.id).where(Coupon.code_key == code_key(code))
    await unit.session.execute(
        sa.delete(CouponHold).where(CouponHold.cart_id == cart_id, CouponHold.coupon_id.in_(coupon))
    )


async def move_holds(unit: UnitOfWork, *, from_cart: UUID, to_cart: UUID, account_id: UUID) -> None:
    """Keep for another cart what is kept for this one, until the same time; of two uses of a coupon one is kept."""
    await unit.session.execute(_MOVE, {"from": from_cart, "to": to_cart, "account": account_id})


async def delete_lapsed_holds(unit: UnitOfWork, *, limit: int) -> int:
    """Delete up to `limit` holds that are past their time and that nobody is just changing; how many."""
    return len((await unit.session.execute(_DELETE_LAPSED, {"limit": limit})).all())


def coupon_problem(code: str, reason: CouponReason, *path: str) -> CouponRefused:
    """The problem of a mutation that says that a coupon cannot be used."""
    return COUPON_PROBLEMS[reason](message=MESSAGES[reason], path=path or ("code",), coupon=code)


_LOCK_BOUNDED = sa.text(
    """
    SELECT p.id FROM promotion p JOIN coupon c ON c.promotion_id = p.id
    WHERE c.code_key = :key AND (c.most_uses IS NOT NULL OR p.most_uses IS NOT NULL)
    FOR NO KEY UPDATE OF p
    """
)
_HOLD = sa.text(
    """
    INSERT INTO coupon_hold AS h (coupon_id, cart_id, account_id, held_until)
    VALUES (:coupon, :cart, :account, clock_timestamp() + :minutes * interval '1 minute')
    ON CONFLICT (coupon_id, cart_id) DO UPDATE
    SET account_id = excluded.account_id, held_until = GREATEST(h.held_until, excluded.held_until)
    """
).bindparams(sa.bindparam("minutes", type_=sa.Integer()))
_MOVE = sa.text(
    """
    WITH gone AS (DELETE FROM coupon_hold WHERE cart_id = :from RETURNING coupon_id, held_until)
    INSERT INTO coupon_hold AS h (coupon_id, cart_id, account_id, held_until)
    SELECT coupon_id, :to, :account, held_until FROM gone
    ON CONFLICT (coupon_id, cart_id) DO UPDATE
    SET account_id = excluded.account_id, held_until = GREATEST(h.held_until, excluded.held_until)
    """
).bindparams(sa.bindparam("to", type_=sa.Uuid()), sa.bindparam("account", type_=sa.Uuid()))
_DELETE_LAPSED = sa.text(
    """
    DELETE FROM coupon_hold h USING (
        SELECT coupon_id, cart_id FROM coupon_hold WHERE held_until <= now()
        ORDER BY held_until LIMIT :limit FOR UPDATE SKIP LOCKED
    ) AS lapsed
    WHERE h.coupon_id = lapsed.coupon_id AND h.cart_id = lapsed.cart_id
    RETURNING h.coupon_id
    """
)

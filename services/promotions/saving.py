"""Writes of promotions and coupons by operators. Carts count by them from their next look on.

What belongs to a promotion changes under its lock, as uses of it do.
"""

import secrets
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.problems import NotFound, Problem, Rejected
from models.promotions import Coupon, Promotion
from services.promotions.codes import code_key
from services.promotions.drafts import MOST_USES, PromotionDraft, check_batch, check_code, check_limit, check_promotion
from services.promotions.listing import COUPON_COLUMNS, PROMOTION_COLUMNS, as_promotion
from services.promotions.problems import BadLimit, CouponCodeTaken, HasCoupons, NeedsNoCoupon
from services.promotions.records import CouponRecord, PromotionRecord
from services.unit_of_work import UnitOfWork

# Letters and digits that nobody takes for each other (Crockford's base 32): 60 bits.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _GROUP_SIGNS = 3, 4


async def save_promotion(
    unit: UnitOfWork, *, draft: PromotionDraft, currency: str, id: UUID | None = None
) -> PromotionRecord:
    """Make a promotion in a currency, or with an `id` change that one, which keeps its currency, uses and spending.

    Raises `Rejected`: BAD_NAME, BAD_DISCOUNT, BAD_PRIORITY, BAD_WINDOW, BAD_LIMIT; else NOT_FOUND,
    PROMOTION_HAS_COUPONS.
    """
    problems = check_promotion(draft)
    problems += await _unknown(unit, draft)
    if problems:
        raise Rejected(*problems)
    values = {**draft._asdict(), "name": draft.name.strip()}
    if id is None:
        statement = sa.insert(Promotion).values(id=new_id(), currency=currency, **values)
        row = (await unit.session.execute(statement.returning(*PROMOTION_COLUMNS))).one()
        return as_promotion(row)
    await _refuse_change(unit, await _lock_promotion(unit, id, "id"), draft)
    change = sa.update(Promotion).where(Promotion.id == id).values(**values)
    row = (await unit.session.execute(change.returning(*PROMOTION_COLUMNS))).one()
    return as_promotion(row)


async def save_coupon(
    unit: UnitOfWork,
    *,
    promotion_id: UUID,
    code: str,
    is_active: bool = True,
    most_uses: int | None = None,
    id: UUID | None = None,
) -> CouponRecord:
    """Make a code that opens a promotion, or with an `id` change that one of the promotion's.

    Raises `Rejected`: BAD_COUPON_CODE, BAD_LIMIT; else NOT_FOUND, PROMOTION_NEEDS_NO_COUPON, COUPON_CODE_TAKEN.
    """
    if problems := [*check_code(code), *check_limit("mostUses", most_uses, least=1, most=MOST_USES)]:
        raise Rejected(*problems)
    await _lock_for_coupons(unit, promotion_id)
    values = {"code": code.strip(), "code_key": code_key(code), "is_active": is_active, "most_uses": most_uses}
    if id is not None:
        await _refuse_fewer_uses(unit, id, promotion_id, most_uses)
    try:
        async with unit.session.begin_nested():
            if id is None:
                values |= {"id": new_id(), "promotion_id": promotion_id}
                written = await unit.session.execute(sa.insert(Coupon).values(values).returning(*COUPON_COLUMNS))
            else:
                change = sa.update(Coupon).where(Coupon.id == id).values(values)
                written = await unit.session.execute(change.returning(*COUPON_COLUMNS))
            return CouponRecord._make(written.one())
    except sa.exc.IntegrityError as error:
        message = "There is a coupon with this code already."
        raise Rejected(CouponCodeTaken(message=message, path=("code",))) from error


async def create_coupons(
    unit: UnitOfWork, *, promotion_id: UUID, count: int, prefix: str = "", most_uses: int | None = 1
) -> Sequence[CouponRecord]:
    """Make up to 100 codes that nobody can guess, each of which may be used once if not said otherwise.

    Raises `Rejected`: BAD_LIMIT, BAD_COUPON_CODE; else NOT_FOUND, PROMOTION_NEEDS_NO_COUPON.
    """
    if problems := [*check_batch(count, prefix), *check_limit("mostUses", most_uses, least=1, most=MOST_USES)]:
        raise Rejected(*problems)
    await _lock_for_coupons(unit, promotion_id)
    made = [
        CouponRecord(new_id(), promotion_id, _invent_code(prefix.strip()), is_active=True, most_uses=most_uses, uses=0)
        for _ in range(count)
    ]
    rows = [{**one._asdict(), "code_key": code_key(one.code)} for one in made]
    await unit.session.execute(sa.insert(Coupon), rows)
    return made


def _invent_code(prefix: str) -> str:
    groups = ["".join(secrets.choice(_SIGNS) for _ in range(_GROUP_SIGNS)) for _ in range(_GROUPS)]
    return "-".join([prefix, *groups] if prefix else groups)


async def _unknown(unit: UnitOfWork, draft: PromotionDraft) -> list[Problem]:
    """What the scope names that does not exist."""
    values = {"categories": draft.category_ids, "brands": draft.brand_ids, "products": draft.product_ids}
    rows = await unit.session.execute(_UNKNOWN, {name: list(ids) for name, ids in values.items()})
    return [
        NotFound(message=f"There is no such {row.kind.lower()}.", path=(row.field, str(row.place - 1)), kind=row.kind)
        for row in rows
    ]


async def _lock_promotion(unit: UnitOfWork, promotion_id: UUID, path: str) -> PromotionRecord:
    statement = sa.select(*PROMOTION_COLUMNS).where(Promotion.id == promotion_id).with_for_update(key_share=True)
    row = (await unit.session.execute(statement)).one_or_none()
    if row is None:
        raise Rejected(NotFound(message="There is no such promotion.", path=(path,), kind="Promotion"))
    return as_promotion(row)


async def _lock_for_coupons(unit: UnitOfWork, promotion_id: UUID) -> None:
    """Raises `Rejected`: NOT_FOUND, PROMOTION_NEEDS_NO_COUPON."""
    promotion = await _lock_promotion(unit, promotion_id, "promotion")
    if not promotion.needs_coupon:
        message = "This promotion applies without coupon."
        raise Rejected(NeedsNoCoupon(message=message, path=("promotion",)))


async def _refuse_change(unit: UnitOfWork, before: PromotionRecord, draft: PromotionDraft) -> None:
    """Raises `Rejected` if the draft contradicts what has happened."""
    problems: list[Problem] = []
    if draft.most_uses is not None and draft.most_uses < before.uses:
        message = f"The promotion has been used {before.uses:,} times."
        problems.append(BadLimit(message=message, path=("mostUses",)))
    if draft.budget_minor is not None and draft.budget_minor < before.spent_minor:
        message = f"The promotion has given {before.spent_minor:,} minor units."
        problems.append(BadLimit(message=message, path=("budgetMinor",)))
    has_coupons = sa.select(sa.exists().where(Coupon.promotion_id == before.id))
    if not draft.needs_coupon and await unit.session.scalar(has_coupons):
        message = "The promotion has coupons; make another one that applies without."
        problems.append(HasCoupons(message=message, path=("needsCoupon",)))
    if problems:
        raise Rejected(*problems)


async def _refuse_fewer_uses(unit: UnitOfWork, id: UUID, promotion_id: UUID, most_uses: int | None) -> None:
    """Raises `Rejected`: NOT_FOUND for what is no coupon of the promotion, BAD_LIMIT."""
    statement = sa.select(Coupon.uses).where(Coupon.id == id, Coupon.promotion_id == promotion_id)
    uses = await unit.session.scalar(statement)
    if uses is None:
        message = "The promotion has no such coupon."
        raise Rejected(NotFound(message=message, path=("id",), kind="Coupon"))
    if most_uses is not None and most_uses < uses:
        raise Rejected(BadLimit(message=f"The coupon has been used {uses:,} times.", path=("mostUses",)))


_IDS = sa.ARRAY(sa.Uuid())
_UNKNOWN = sa.text(
    """
    SELECT 'Category' AS kind, 'categories' AS field, a.place
    FROM unnest(:categories) WITH ORDINALITY AS a(id, place)
    WHERE NOT EXISTS (SELECT FROM category c WHERE c.id = a.id)
    UNION ALL
    SELECT 'Brand', 'brands', a.place FROM unnest(:brands) WITH ORDINALITY AS a(id, place)
    WHERE NOT EXISTS (SELECT FROM brand b WHERE b.id = a.id)
    UNION ALL
    SELECT 'Product', 'products', a.place FROM unnest(:products) WITH ORDINALITY AS a(id, place)
    WHERE NOT EXISTS (SELECT FROM product p WHERE p.id = a.id)
    ORDER BY 2, 3
    """
).bindparams(*(sa.bindparam(name, type_=_IDS) for name in ("categories", "brands", "products")))

"""Giving back what was taken for an order: at once where it is ours to give, by the worker where it is the provider's.

Each refund belongs to one attempt and one reason, and `refunded_minor` of the attempt, changed under its lock, bounds
them all: nothing goes back twice, and never more than was taken.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.problems import Rejected
from models.payments import PaymentMethod, PaymentStatus, Refund, RefundStatus
from services.payments.balances import REFUND, give_store_credit, return_to_gift_card
from services.payments.problems import RefundTooLarge
from services.payments.queries import REFUND_COLUMNS, as_refund, change_attempt, lock_attempts
from services.payments.records import AttemptRecord, RefundRecord
from services.unit_of_work import UnitOfWork


async def give_back(
    unit: UnitOfWork, order_id: UUID, *, reason: str, amounts: Mapping[UUID, int] | None = None
) -> Sequence[RefundRecord]:
    """Give back all that is left of what was taken for the order, or these minor units of these attempts; the new
    refunds. A repeat for the same reason gives nothing more.

    Cards that are not charged yet are not touched: stop those first. Cash that was promised is promised no more if all
    is given back. Checkout and order are locked before. Raises `Rejected` (REFUND_TOO_LARGE).
    """
    attempts = await lock_attempts(unit, order_id)
    before = await _find_given_back(unit, order_id, reason)
    refunds = []
    # Balances are locked in the order in which they are taken from, so that no two orders wait for each other's.
    for attempt in sorted(attempts, key=lambda one: (one.method, str(one.gift_card_id))):
        if attempt.status is PaymentStatus.PROMISED and amounts is None:
            await change_attempt(unit, attempt.id, {"status": PaymentStatus.CANCELLED})
        left = attempt.amount_minor - attempt.refunded_minor
        wanted = left if amounts is None else amounts.get(attempt.id, 0)
        if attempt.status is not PaymentStatus.SUCCEEDED or attempt.id in before or wanted <= 0:
            continue
        if wanted > left:
            raise Rejected(RefundTooLarge(message="More would go back than was taken.", left_minor=left))
        refunds.append(await _refund(unit, attempt, wanted, reason))
    return refunds


async def _find_given_back(unit: UnitOfWork, order_id: UUID, reason: str) -> set[UUID]:
    """The attempts that have a refund for this reason."""
    statement = sa.select(Refund.attempt_id).where(Refund.order_id == order_id, Refund.reason == reason)
    return set(await unit.session.scalars(statement))


async def _refund(unit: UnitOfWork, attempt: AttemptRecord, amount_minor: int, reason: str) -> RefundRecord:
    refunded = attempt.refunded_minor + amount_minor
    changes: dict[str, Any] = {"refunded_minor": refunded}
    is_ours = attempt.method in (PaymentMethod.GIFT_CARD, PaymentMethod.STORE_CREDIT)
    if is_ours and refunded == attempt.amount_minor:
        changes |= {"status": PaymentStatus.REFUNDED}
    await change_attempt(unit, attempt.id, changes)
    values = {
        "id": new_id(),
        "attempt_id": attempt.id,
        "order_id": attempt.order_id,
        "amount_minor": amount_minor,
        "currency": attempt.currency,
        "reason": reason,
        "status": RefundStatus.SUCCEEDED if is_ours else RefundStatus.PENDING,
        "check_at": None if is_ours else sa.func.now(),
    }
    row = (await unit.session.execute(sa.insert(Refund).values(values).returning(*REFUND_COLUMNS))).one()
    refund = as_refund(row)
    if is_ours:
        await _return(unit, attempt, refund)
    return refund


async def _return(unit: UnitOfWork, attempt: AttemptRecord, refund: RefundRecord) -> None:
    if attempt.gift_card_id is not None:
        await return_to_gift_card(unit, attempt.gift_card_id, amount_minor=refund.amount_minor, reference_id=refund.id)
    elif attempt.account_id is not None:
        await give_store_credit(
            unit,
            attempt.account_id,
            amount_minor=refund.amount_minor,
            currency=refund.currency,
            cause=REFUND,
            reference_id=refund.id,
        )

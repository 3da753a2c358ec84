"""What becomes of an order, from how its payments stand: the one place that decides. Pure, so it may be asked again.

Attempts that were begun together are a round: each pays a part, all pay the order. A retry is another round. Money may
come late, of any round; it pays for one placed order or goes back in full.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from models.orders import OrderStatus
from models.payments import PaymentStatus
from services.payments import AttemptRecord

_PAID = (PaymentStatus.SUCCEEDED, PaymentStatus.PROMISED)
_EVER_PAID = (*_PAID, PaymentStatus.REFUNDED)
# A card that the provider knows no intent of, and a refusal without a reason.
NOT_MADE, REFUSED = "PAYMENT_NOT_MADE", "PAYMENT_REFUSED"


class Act(StrEnum):
    """What is to be done."""

    NOTHING = "nothing"
    WAIT = "wait"  # a payment is on its way, or waits for the shopper
    PLACE = "place"  # all is paid
    FAIL = "fail"  # not all is paid, and nothing more will come
    REINSTATE = "reinstate"  # all is paid, but the order's time was over
    CANCEL = "cancel"  # something is paid, and the order's time was over
    FINISH = "finish"  # the order was cancelled, and all money is back


class Decision(NamedTuple):
    """`surplus` is what has to go back in any case, minor units by attempt. `failure` is the code of a refusal."""

    act: Act
    surplus: Mapping[UUID, int] = {}
    failure: str | None = None
    needs_shopper: bool = False


def decide(status: OrderStatus, attempts: Sequence[AttemptRecord], total_minor: int) -> Decision:
    """What to do with an order in this status, of this total."""
    if status is OrderStatus.CREATED:
        return _of_created(attempts, total_minor)
    if status is OrderStatus.EXPIRED:
        if find_paid(attempts, total_minor) is not None:
            return Decision(Act.REINSTATE)
        return Decision(Act.CANCEL if left(attempts) else Act.NOTHING)
    if status is OrderStatus.REFUNDED:
        # Money that comes after all money was back pays for nothing, whatever round it is of.
        return Decision(Act.NOTHING, left(attempts))
    if status is OrderStatus.CANCELLED:
        surplus = left(attempts)
        is_back = not surplus and any(one.status is PaymentStatus.REFUNDED for one in attempts)
        is_back = is_back and not any(one.status is PaymentStatus.SUCCEEDED or one.is_open for one in attempts)
        return Decision(Act.FINISH if is_back else Act.NOTHING, surplus)
    return Decision(Act.NOTHING, _beside(attempts, total_minor))


def find_paid(attempts: Sequence[AttemptRecord], total_minor: int) -> Sequence[AttemptRecord] | None:
    """The newest round that pays the order in full, and of which nothing has gone back; None if there is none."""
    if total_minor == 0:
        return ()
    for round in _rounds(attempts):
        is_paid = all(one.status in _PAID and not one.refunded_minor for one in round)
        if is_paid and sum(one.amount_minor for one in round) == total_minor:
            return round
    return None


def left(attempts: Iterable[AttemptRecord]) -> Mapping[UUID, int]:
    """What was taken and is not on its way back."""
    return {
        one.id: one.amount_minor - one.refunded_minor
        for one in attempts
        if one.status is PaymentStatus.SUCCEEDED and one.refunded_minor < one.amount_minor
    }


def _of_created(attempts: Sequence[AttemptRecord], total_minor: int) -> Decision:
    paid = find_paid(attempts, total_minor)
    if paid is not None:
        return Decision(Act.PLACE, _outside(attempts, paid))
    newest = next(_rounds(attempts), ())
    if any(one.is_open for one in newest):
        needs_shopper = any(one.status is PaymentStatus.ACTION_REQUIRED for one in newest)
        return Decision(Act.WAIT, _outside(attempts, newest), needs_shopper=needs_shopper)
    return Decision(Act.FAIL, left(attempts), failure=_failure(newest))


def _beside(attempts: Sequence[AttemptRecord], total_minor: int) -> Mapping[UUID, int]:
    """What was taken in other rounds than that which pays for a placed order, as far as it has not gone back."""
    for round in _rounds(attempts):
        is_paid = all(one.status in _EVER_PAID for one in round)
        if is_paid and sum(one.amount_minor for one in round) == total_minor:
            return _outside(attempts, round)
    return {}


def _outside(attempts: Sequence[AttemptRecord], round: Sequence[AttemptRecord]) -> Mapping[UUID, int]:
    inside = {one.id for one in round}
    return left(one for one in attempts if one.id not in inside)


def _rounds(attempts: Sequence[AttemptRecord]) -> Iterator[Sequence[AttemptRecord]]:
    """The rounds, the newest first. What is begun together has one time, that of its transaction."""
    rounds: dict[datetime, list[AttemptRecord]] = {}
    for one in attempts:
        rounds.setdefault(one.created_at, []).append(one)
    return iter([rounds[at] for at in sorted(rounds, reverse=True)])


def _failure(round: Sequence[AttemptRecord]) -> str:
    for one in round:
        if one.status is PaymentStatus.FAILED:
            return one.failure_code or REFUSED
    return NOT_MADE

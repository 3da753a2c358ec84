"""What is wrong between one attempt, its intent at the provider and its order. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from core.money import Money
from models.orders import OrderStatus
from models.payments import PaymentStatus, RefundStatus
from ports.payments import Intent, IntentStatus
from services.payments.records import AttemptRecord, RefundRecord
from services.payments.states import AMOUNT_MISMATCH

_PAID = frozenset({PaymentStatus.SUCCEEDED, PaymentStatus.REFUNDED})
# An order here is not, or no longer, to be paid for.
_UNPAID_FOR = frozenset({OrderStatus.CREATED, OrderStatus.EXPIRED, OrderStatus.CANCELLED, OrderStatus.REFUNDED})
_OPEN = (IntentStatus.PROCESSING, IntentStatus.ACTION_REQUIRED)


class OrderFacts(Protocol):
    """What has to be known of an order."""

    @property
    def status(self) -> str: ...

    @property
    def total_minor(self) -> int: ...


class Finding(NamedTuple):
    """Something that is not as it should be: a `kind`, what it is about, and both sides of it in words.

    A stale one is mended by asking the provider again.
    """

    kind: str
    order_id: UUID | None = None
    attempt_id: UUID | None = None
    reference: str | None = None
    ours: str = ""
    theirs: str = ""
    is_stale: bool = False

    @classmethod
    def of(cls, kind: str, attempt: AttemptRecord, *, ours: str, theirs: str, is_stale: bool = False) -> "Finding":
        return cls(kind, attempt.order_id, attempt.id, attempt.provider_reference, ours, theirs, is_stale)

    def as_json(self) -> dict[str, Any]:
        """The finding as the report keeps it: a JSON object, hence Any."""
        return {
            "kind": self.kind,
            "order": None if self.order_id is None else str(self.order_id),
            "attempt": None if self.attempt_id is None else str(self.attempt_id),
            "reference": self.reference,
            "ours": self.ours,
            "theirs": self.theirs,
        }


def compare(
    key: UUID, attempt: AttemptRecord | None, intent: Intent, refunds: Sequence[RefundRecord]
) -> Iterator[Finding]:
    """What differs between an intent and the attempt that it names. `refunds` are the attempt's."""
    if attempt is None:
        if intent.status is IntentStatus.SUCCEEDED and intent.refunded != intent.received:
            yield Finding("ATTEMPT_MISSING", None, key, intent.reference, "none", _shown(intent.received))
        return
    if intent.amount != attempt.amount and attempt.failure_code != AMOUNT_MISMATCH:
        yield Finding.of("AMOUNT_DIFFERS", attempt, ours=_shown(attempt.amount), theirs=_shown(intent.amount))
    has_taken = intent.status is IntentStatus.SUCCEEDED
    believed = attempt.status in _PAID or attempt.failure_code == AMOUNT_MISMATCH
    # One that has ended and can still be paid is stopped when it is asked about.
    is_left_open = intent.status in _OPEN and not attempt.is_open
    if is_left_open or (has_taken != (attempt.status in _PAID) and not (has_taken and believed)):
        yield Finding.of("STATUS_DIFFERS", attempt, ours=attempt.status, theirs=intent.status, is_stale=True)
    done = _sum(refunds, RefundStatus.SUCCEEDED)
    if not done <= intent.refunded.amount_minor <= done + _sum(refunds, RefundStatus.PENDING):
        ours = Money(done, intent.refunded.currency)
        yield Finding.of("REFUNDS_DIFFER", attempt, ours=_shown(ours), theirs=_shown(intent.refunded))
    elif (
        attempt.failure_code == AMOUNT_MISMATCH
        and _sum(refunds, RefundStatus.FAILED)
        and intent.refunded != intent.received
    ):
        yield Finding.of("REFUND_FAILED", attempt, ours=_shown(intent.received), theirs=_shown(intent.refunded))


def compare_order(order_id: UUID, order: OrderFacts | None, attempts: Iterable[AttemptRecord]) -> Iterator[Finding]:
    """What is wrong between an order and all its attempts."""
    known = list(attempts)
    if order is None:
        left = [one for one in known if one.status is PaymentStatus.SUCCEEDED and one.refunded_minor < one.amount_minor]
        yield from (Finding.of("ORDER_MISSING", one, ours=_shown(one.amount), theirs="none") for one in left)
        return
    is_being_paid = order.status == OrderStatus.CREATED and any(one.is_open for one in known)
    if is_being_paid or order.status == OrderStatus.RETURNED:  # not all has come yet, or gone back
        return
    if order.status in _UNPAID_FOR:
        for one in known:
            if one.status is PaymentStatus.SUCCEEDED and one.refunded_minor < one.amount_minor:
                yield Finding.of("PAID_WITHOUT_ORDER", one, ours=_shown(one.amount), theirs=order.status)
        return
    paying = (one for one in known if one.status in _PAID or one.status is PaymentStatus.PROMISED)
    kept = sum(one.amount_minor - one.refunded_minor for one in paying)
    if kept != order.total_minor:
        kind = "ORDER_UNPAID" if kept < order.total_minor else "ORDER_OVERPAID"
        yield Finding(kind, order_id, ours=str(order.total_minor), theirs=str(kept))


def _sum(refunds: Iterable[RefundRecord], status: RefundStatus) -> int:
    return sum(one.amount_minor for one in refunds if one.status is status)


def _shown(amount: Money) -> str:
    return f"{amount.amount_minor} {amount.currency}"

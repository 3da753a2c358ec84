"""Refunds that the provider will not make, for now or for good, and those that come back."""

from datetime import timedelta

import pytest

from adapters.payments.stub import StubPayments
from core.money import Money
from models.payments import PaymentStatus, RefundStatus
from ports.payments import RefundResult, Refused
from services import payments
from services.payments import AttemptRecord, RefundRecord
from services.unit_of_work import Database, UnitOfWork
from tests.factories.payments import SECRET, attempts_of, by_card, give_back, make_due, pay, refunds_of


class Empty(StubPayments):
    """A provider that has no money for refunds as long as it is empty."""

    def __init__(self, *, is_empty: bool = False) -> None:
        super().__init__(webhook_secret=SECRET)
        self.is_empty = is_empty

    async def refund(self, reference: str, amount: Money, *, key: str) -> RefundResult:
        if self.is_empty:
            raise Refused("balance_insufficient", "There is not enough in the account.")
        return await super().refund(reference, amount, key=key)


async def _work(database: Database, provider: StubPayments, paid: AttemptRecord) -> RefundRecord:
    """The newest refund, after the worker has asked for all of them."""
    await make_due(database)
    await payments.work_refunds(database, provider)
    return (await refunds_of(database, paid.order_id))[-1]


async def test_what_is_refused_for_now_is_asked_for_again_after_longer_and_longer_pauses(database: Database) -> None:
    provider = Empty(is_empty=True)
    (paid,) = await pay(database, provider, by_card())
    await give_back(database, paid.order_id)

    pauses = []
    for _ in range(13):
        waiting = await _work(database, provider, paid)
        assert waiting.check_at is not None
        pauses.append(waiting.check_at - waiting.updated_at)
    provider.is_empty = False
    made = await _work(database, provider, paid)

    assert waiting.status is RefundStatus.PENDING
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=6)
    assert made.status is RefundStatus.SUCCEEDED


async def test_what_somebody_has_given_back_by_hand_has_gone_back(database: Database) -> None:
    provider = Empty()
    (paid,) = await pay(database, provider, by_card())
    await provider.refund(paid.provider_reference or "", paid.amount, key="by hand")
    await give_back(database, paid.order_id)

    made = await _work(database, provider, paid)

    assert made.status is RefundStatus.SUCCEEDED
    assert [one.status for one in await attempts_of(database, paid.order_id)] == [PaymentStatus.REFUNDED]


async def test_more_than_somebody_has_left_by_hand_can_never_go_back(database: Database) -> None:
    provider = Empty()
    (paid,) = await pay(database, provider, by_card())
    await provider.refund(paid.provider_reference or "", Money(1, "USD"), key="by hand")
    await give_back(database, paid.order_id)

    assert (await _work(database, provider, paid)).status is RefundStatus.FAILED


@pytest.mark.parametrize("type", ["refund.updated", "refund.failed", "charge.refund.updated"])
async def test_a_refund_that_comes_back_after_it_had_succeeded_has_failed(database: Database, type: str) -> None:
    provider = Empty()
    (paid,) = await pay(database, provider, by_card())
    await give_back(database, paid.order_id)
    await _work(database, provider, paid)

    async def leave(unit: UnitOfWork, order_id: object) -> None:
        """Nothing else is to be done."""

    provider.bounce(paid.provider_reference or "")
    body, headers = provider.tell(paid.provider_reference or "", event_id="evt_1", type=type)
    await payments.hear(database, provider, body, headers)
    await payments.work_notices(database, provider, lock=leave, on_recorded=leave)
    await payments.work_refunds(database, provider)

    assert [one.status for one in await refunds_of(database, paid.order_id)] == [RefundStatus.FAILED]
    (attempt,) = await attempts_of(database, paid.order_id)
    assert (attempt.status, attempt.refunded_minor) == (PaymentStatus.SUCCEEDED, 0)

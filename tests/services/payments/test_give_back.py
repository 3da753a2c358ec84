"""Giving back: at once where it is ours, by the worker where it is the provider's, and never twice."""

import asyncio
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from adapters.payments.stub import StubPayments
from core.money import Money
from core.problems import Rejected, Unavailable
from models.payments import GiftCard, PaymentStatus, RefundStatus
from ports.payments import Intent, RefundResult, Refused
from services import payments
from services.unit_of_work import Database
from tests.factories.accounts import save_account
from tests.factories.payments import (
    SECRET,
    attempts_of,
    begin,
    by_card,
    by_cash,
    by_credit,
    by_gift_card,
    credit_of,
    gift_card_balance,
    give_back,
    grant,
    issue,
    make_due,
    pay,
    refunds_of,
    stub,
    wrong_balances,
)


class Fickle(StubPayments):
    """A provider whose refunds are lost, or go another way, as they are told to."""

    def __init__(self) -> None:
        super().__init__(webhook_secret=SECRET)
        self.asked: list[str] = []
        self.told: list[RefundResult | Exception] = []

    async def refund(self, reference: str, amount: Money, *, key: str) -> RefundResult:
        self.asked.append(key)
        if self.told:
            answer = self.told.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        return await super().refund(reference, amount, key=key)

    async def refunded(self, reference: str | None) -> int:
        found = await self.find(reference or "")
        assert found is not None
        return found.refunded.amount_minor


async def _statuses(database: Database, order_id: object) -> Sequence[PaymentStatus]:
    return [one.status for one in await attempts_of(database, order_id)]  # type: ignore[arg-type]


async def test_all_that_was_taken_goes_back_once_for_a_reason(database: Database) -> None:
    provider, account_id, code = stub(), await save_account(database), await issue(database)
    await grant(database, "ann@example.com")
    paid = await pay(database, provider, by_card(), by_gift_card(code), by_credit(), by_cash(), account_id=account_id)
    order_id = paid[0].order_id

    first = await give_back(database, order_id, reason="cancelled")
    again = await give_back(database, order_id, reason="cancelled")
    other = await give_back(database, order_id, reason="another")

    assert sorted(one.status for one in first) == ["pending", "succeeded", "succeeded"]
    assert (again, other) == ([], [])
    assert await _statuses(database, order_id) == ["succeeded", "refunded", "refunded", "cancelled"]
    assert await gift_card_balance(database, code) == await credit_of(database, account_id) == 1000
    assert await wrong_balances(database) == []


async def test_an_order_that_is_paid_again_can_be_given_back_again(database: Database) -> None:
    code = await issue(database)
    (first,) = await begin(database, by_gift_card(code))
    await give_back(database, first.order_id, reason="payment.failed")
    await begin(database, by_gift_card(code), order_id=first.order_id)

    await give_back(database, first.order_id, reason="payment.failed")

    assert await gift_card_balance(database, code) == 1000
    assert len(await refunds_of(database, first.order_id)) == 2


async def test_parts_go_back_until_nothing_is_left_and_then_no_more(database: Database) -> None:
    (paid,) = await pay(database, stub(), by_card(1000))

    for reason, amount in (("return:1", 400), ("return:2", 600)):
        await give_back(database, paid.order_id, reason=reason, amounts={paid.id: amount})
    with pytest.raises(Rejected) as refusal:
        await give_back(database, paid.order_id, reason="return:3", amounts={paid.id: 1})

    assert [one.code for one in refusal.value.problems] == ["REFUND_TOO_LARGE"]
    (attempt,) = await attempts_of(database, paid.order_id)
    assert (attempt.refunded_minor, attempt.status) == (1000, PaymentStatus.SUCCEEDED)


async def test_many_at_once_give_back_what_was_taken_and_no_more(database: Database) -> None:
    code = await issue(database)
    (paid,) = await begin(database, by_gift_card(code))

    await asyncio.gather(*(give_back(database, paid.order_id, reason=f"reason {number % 3}") for number in range(9)))

    assert await gift_card_balance(database, code) == 1000
    assert len(await refunds_of(database, paid.order_id)) == 1


async def test_a_gift_card_whose_time_is_over_gets_more_of_it_with_the_money(database: Database) -> None:
    code = await issue(database)
    (paid,) = await begin(database, by_gift_card(code))
    async with database.unit() as unit:
        expired = sa.update(GiftCard).values(expires_at=sa.text("now() - interval '1 day'"))
        await unit.session.execute(expired)

    await give_back(database, paid.order_id)

    await begin(database, by_gift_card(code))
    assert await gift_card_balance(database, code) == 0


async def test_the_worker_has_the_provider_give_it_back(database: Database) -> None:
    provider = Fickle()
    (paid,) = await pay(database, provider, by_card())
    await give_back(database, paid.order_id, reason="one", amounts={paid.id: 300})
    await give_back(database, paid.order_id, reason="two")

    more = await payments.work_refunds(database, provider)

    assert not more
    assert [one.status for one in await refunds_of(database, paid.order_id)] == [RefundStatus.SUCCEEDED] * 2
    assert await _statuses(database, paid.order_id) == ["refunded"]
    assert await provider.refunded(paid.provider_reference) == 1000


async def test_a_worker_that_dies_after_the_call_leaves_the_refund_to_others_and_it_is_made_once(
    database: Database,
) -> None:
    provider = Fickle()
    (paid,) = await pay(database, provider, by_card())
    await give_back(database, paid.order_id)

    class Killed(BaseException):
        """The end of a process."""

    class Dying(Fickle):
        async def refund(self, reference: str, amount: Money, *, key: str) -> RefundResult:
            await provider.refund(reference, amount, key=key)
            raise Killed

    with pytest.raises(Killed):
        await payments.work_refunds(database, Dying())
    await payments.work_refunds(database, provider)
    at_once = [one.status for one in await refunds_of(database, paid.order_id)]
    await make_due(database)
    await payments.work_refunds(database, provider)

    assert at_once == [RefundStatus.PENDING], "it is not asked for again before a call must have ended"
    assert [one.status for one in await refunds_of(database, paid.order_id)] == [RefundStatus.SUCCEEDED]
    assert len(set(provider.asked)) == 1
    assert await provider.refunded(paid.provider_reference) == 1000


async def test_workers_at_once_ask_for_each_refund_once(database: Database) -> None:
    provider = Fickle()
    for _ in range(6):
        (paid,) = await pay(database, provider, by_card())
        await give_back(database, paid.order_id)

    await asyncio.gather(*(payments.work_refunds(database, provider) for _ in range(3)))

    assert len(provider.asked) == len(set(provider.asked)) == 6


async def test_a_provider_that_is_gone_is_asked_again_later(database: Database) -> None:
    provider = Fickle()
    provider.told = [Unavailable("payments"), RefundResult("re_1", is_final=False, has_failed=False)]
    (paid,) = await pay(database, provider, by_card())
    await give_back(database, paid.order_id)

    with pytest.raises(Unavailable):
        await payments.work_refunds(database, provider)
    for _ in range(2):
        await make_due(database)
        await payments.work_refunds(database, provider)

    (refund,) = await refunds_of(database, paid.order_id)
    assert (refund.status, refund.checks) == (RefundStatus.SUCCEEDED, 3)


@pytest.mark.parametrize(
    "answer",
    [
        Refused("charge_disputed", "No."),
        RefundResult("re_1", is_final=True, has_failed=True, message="lost_or_stolen_card"),
    ],
)
async def test_a_refund_that_fails_for_good_is_said_and_can_be_decided_again(
    database: Database, answer: Refused | RefundResult
) -> None:
    provider = Fickle()
    provider.told = [answer]
    (paid,) = await pay(database, provider, by_card())
    await give_back(database, paid.order_id, reason="cancelled")

    await payments.work_refunds(database, provider)
    await give_back(database, paid.order_id, reason="cancelled, again")
    await payments.work_refunds(database, provider)

    refunds = await refunds_of(database, paid.order_id)
    assert [one.status for one in refunds] == [RefundStatus.FAILED, RefundStatus.SUCCEEDED]
    assert refunds[0].error
    assert await _statuses(database, paid.order_id) == ["refunded"]


async def test_what_was_taken_beside_what_was_agreed_to_goes_back(database: Database) -> None:
    provider = Fickle()
    (attempt,) = await begin(database, by_card(1000))
    intent: Intent = await payments.pay_card(provider, attempt._replace(amount_minor=1500))
    async with database.unit() as unit:
        await payments.record(unit, attempt.id, intent)

    await payments.work_refunds(database, provider)

    (refund,) = await refunds_of(database, attempt.order_id)
    assert (refund.amount_minor, refund.status) == (1500, RefundStatus.SUCCEEDED)
    assert await provider.refunded(intent.reference) == 1500
    assert await _statuses(database, attempt.order_id) == ["failed"]

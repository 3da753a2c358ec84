"""What the provider tells: stored once, handled once, in any order, and never believed by itself."""

import asyncio
import time
from collections.abc import Sequence
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa

from adapters.payments.stub import GOES_ON, StubPayments
from core.ids import new_id
from core.money import Money
from core.problems import Unavailable
from models.payments import PaymentStatus, ProviderEvent
from ports.payments import BadNotice, Intent, IntentDraft, IntentStatus
from services import payments
from services.payments import AttemptRecord
from services.unit_of_work import Database, UnitOfWork
from tests.factories.payments import SECRET, attempts_of, begin, by_card, make_due, pay, stub


class Orders:
    """Stands for what settles orders: remembers which it was called for, and in which state it saw them."""

    def __init__(self) -> None:
        self.locked: list[UUID] = []
        self.settled: list[tuple[UUID, str]] = []
        self.failures = 0

    async def lock(self, unit: UnitOfWork, order_id: UUID) -> None:
        self.locked.append(order_id)

    async def settle(self, unit: UnitOfWork, order_id: UUID) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("told to fail")
        (attempt,) = await payments.lock_attempts(unit, order_id)
        self.settled.append((order_id, attempt.status))


async def _tell(
    database: Database, provider: StubPayments, reference: str | None, event_id: str, type: str = "succeeded"
) -> bool:
    body, headers = provider.tell(reference or "", event_id=event_id, type=f"payment_intent.{type}")
    return await payments.hear(database, provider, body, headers)


async def _work(database: Database, provider: StubPayments, orders: Orders) -> bool:
    return await payments.work_notices(database, provider, lock=orders.lock, on_recorded=orders.settle)


async def _outcomes(database: Database) -> Sequence[str | None]:
    async with database.read() as session:
        return list(await session.scalars(sa.select(ProviderEvent.outcome).order_by(ProviderEvent.event_id)))


async def _going(database: Database, provider: StubPayments) -> AttemptRecord:
    (attempt,) = await pay(database, provider, by_card(card=GOES_ON))
    assert attempt.provider_reference is not None
    return attempt


async def test_a_doubled_notice_is_stored_and_handled_once(database: Database) -> None:
    provider, orders = stub(), Orders()
    attempt = await _going(database, provider)
    provider.finish(attempt.provider_reference or "", status=IntentStatus.SUCCEEDED)

    heard = await asyncio.gather(*(_tell(database, provider, attempt.provider_reference, "evt_1") for _ in range(5)))
    await asyncio.gather(*(_work(database, provider, orders) for _ in range(3)))
    late = await _tell(database, provider, attempt.provider_reference, "evt_1")
    await _work(database, provider, orders)

    assert (sum(heard), late) == (1, False)
    assert orders.settled == [(attempt.order_id, "succeeded")]
    assert await _outcomes(database) == ["HANDLED"]


async def test_notices_in_the_wrong_order_change_nothing_that_is_known_better(database: Database) -> None:
    provider, orders = stub(), Orders()
    attempt = await _going(database, provider)
    provider.finish(attempt.provider_reference or "", status=IntentStatus.SUCCEEDED)

    for number, type in enumerate(("succeeded", "processing", "payment_failed", "created")):
        await _tell(database, provider, attempt.provider_reference, f"evt_{number}", type)
    await _work(database, provider, orders)

    assert {status for _order, status in orders.settled} == {"succeeded"}
    assert await _outcomes(database) == ["HANDLED"] * 4


async def test_a_notice_is_a_hint_and_the_provider_is_asked(database: Database) -> None:
    provider, orders = stub(), Orders()
    attempt = await _going(database, provider)

    await _tell(database, provider, attempt.provider_reference, "evt_1", "succeeded")
    await _work(database, provider, orders)

    assert orders.settled == [(attempt.order_id, "processing")]


async def test_checkout_and_order_are_locked_before_the_attempt(database: Database) -> None:
    provider, orders = stub(), Orders()
    attempt = await _going(database, provider)
    await _tell(database, provider, attempt.provider_reference, "evt_1")

    await _work(database, provider, orders)

    assert orders.locked == [attempt.order_id]


async def test_a_notice_that_comes_before_the_answer_is_recorded(database: Database) -> None:
    provider, orders = stub(), Orders()
    (attempt,) = await begin(database, by_card())
    intent = await payments.pay_card(provider, attempt)

    await _tell(database, provider, intent.reference, "evt_1")
    await _work(database, provider, orders)

    assert orders.settled == [(attempt.order_id, "succeeded")]
    (recorded,) = await attempts_of(database, attempt.order_id)
    assert recorded.provider_reference == intent.reference


async def test_what_is_about_another_amount_says_so_and_pays_nothing(database: Database) -> None:
    provider, orders = stub(), Orders()
    attempt = await _going(database, provider)
    about = [attempt.amount_minor - 1, attempt.currency]
    told = {"id": "evt_1", "type": "x", "reference": attempt.provider_reference, "amount": about}
    body = orjson.dumps(told)

    await payments.hear(database, provider, body, provider.sign(body))
    await _work(database, provider, orders)

    assert await _outcomes(database) == ["AMOUNT_MISMATCH"]
    assert orders.settled == [(attempt.order_id, "processing")]


async def test_what_is_not_ours_is_handled_and_forgotten(database: Database) -> None:
    provider, orders = stub(), Orders()

    await _tell(database, provider, "pi_of_somebody", "evt_1")
    await _tell(database, provider, None, "evt_2")
    await _work(database, provider, orders)

    assert await _outcomes(database) == ["NOT_OURS"] * 2
    assert orders.settled == []


async def test_intents_of_others_in_the_same_account_are_left_alone(database: Database) -> None:
    provider, orders = stub(), Orders()
    draft = IntentDraft("k", Money(5, "USD"), "pm_card_visa_chargeDeclined", metadata={"attempt": str(new_id())})
    theirs = await provider.pay(draft)

    await _tell(database, provider, theirs.reference, "evt_1")
    await _work(database, provider, orders)

    assert await _outcomes(database) == ["NOT_OURS"]
    assert await provider.find(theirs.reference) == theirs


async def test_one_that_cannot_be_handled_keeps_no_other_waiting_and_is_tried_again(database: Database) -> None:
    provider, orders = stub(), Orders()
    first, second = await _going(database, provider), await _going(database, provider)
    await _tell(database, provider, first.provider_reference, "evt_1")
    await _tell(database, provider, second.provider_reference, "evt_2")
    orders.failures = 1

    await _work(database, provider, orders)
    between = await _outcomes(database)
    await make_due(database)
    await _work(database, provider, orders)

    assert between == ["RuntimeError: told to fail", "HANDLED"]
    assert await _outcomes(database) == ["HANDLED"] * 2


async def test_while_the_provider_is_gone_notices_wait(database: Database) -> None:
    class Gone(StubPayments):
        async def find(self, reference: str) -> Intent | None:
            raise Unavailable("payments")

    provider, orders = stub(), Orders()
    attempt = await _going(database, provider)
    provider.finish(attempt.provider_reference or "", status=IntentStatus.SUCCEEDED)
    await _tell(database, provider, attempt.provider_reference, "evt_1")

    with pytest.raises(Unavailable):
        await _work(database, Gone(webhook_secret=SECRET), orders)
    await make_due(database)
    await _work(database, provider, orders)

    assert orders.settled == [(attempt.order_id, PaymentStatus.SUCCEEDED)]


async def test_what_is_not_signed_is_not_stored(database: Database) -> None:
    provider = stub()
    body, headers = provider.tell("pi_1", event_id="evt_1", type="x")

    with pytest.raises(BadNotice):
        await payments.hear(database, provider, body + b" ", headers)

    assert await _outcomes(database) == []


async def test_old_notices_are_deleted_and_those_that_wait_are_not(database: Database) -> None:
    provider, orders = stub(), Orders()
    await _tell(database, provider, None, "evt_1")
    await _work(database, provider, orders)
    await _tell(database, provider, None, "evt_2")
    async with database.unit() as unit:
        aged = sa.update(ProviderEvent).where(ProviderEvent.handled_at.is_not(None))
        await unit.session.execute(aged.values(handled_at=sa.text("now() - interval '31 days'")))

    async with database.unit() as unit:
        deleted = await payments.delete_old_notices(unit, older_than_days=30, limit=10)

    assert deleted == 1
    assert await _outcomes(database) == [None]


async def test_several_are_handled_side_by_side(database: Database) -> None:
    provider, orders = StubPayments(webhook_secret=SECRET, seconds=0.3), Orders()
    for number in range(8):
        await _tell(database, provider, "pi_of_others", f"evt_{number}")

    began = time.monotonic()
    await _work(database, provider, orders)

    assert await _outcomes(database) == ["NOT_OURS"] * 8
    assert time.monotonic() - began < 8 * 0.3


async def test_what_fails_each_time_is_given_up_after_days(database: Database) -> None:
    provider, orders = stub(), Orders()
    orders.failures = 2
    attempt = await _going(database, provider)
    await _tell(database, provider, attempt.provider_reference, "evt_1")

    await _work(database, provider, orders)
    async with database.unit() as unit:
        aged = sa.update(ProviderEvent).values(received_at=sa.text("now() - interval '4 days'"))
        await unit.session.execute(aged)
    await make_due(database)
    await _work(database, provider, orders)

    async with database.read() as session:
        ((handled_at, outcome),) = await session.execute(sa.select(ProviderEvent.handled_at, ProviderEvent.outcome))
    assert handled_at is not None
    assert outcome == "RuntimeError: told to fail"

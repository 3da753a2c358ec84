"""What the provider says of an attempt, in any order and as often as it is told."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from adapters.payments.stub import GOES_ON, NO_ANSWER, UNREACHABLE
from core.money import Money
from core.problems import Unavailable
from models.payments import PaymentStatus, RefundStatus
from ports.payments import Intent, IntentStatus
from services import payments
from services.payments import AttemptRecord
from services.unit_of_work import Database
from tests.factories.accounts import save_account
from tests.factories.payments import (
    attempts_of,
    begin,
    by_card,
    by_cash,
    charge,
    give_back,
    make_due,
    pay,
    refunds_of,
    stub,
)

Ours, Theirs = PaymentStatus, IntentStatus


def _intent(attempt: AttemptRecord, status: IntentStatus, *, amount: Money | None = None) -> Intent:
    wanted = amount or attempt.amount
    received = wanted if status is Theirs.SUCCEEDED else Money(0, wanted.currency)
    nothing = Money(0, wanted.currency)
    return Intent(
        "pi_1", status, wanted, received, nothing, {}, datetime.now(UTC), "secret",
        failure="card_declined" if status is Theirs.NEEDS_METHOD else None,
    )  # fmt: skip


async def _record(database: Database, attempt: AttemptRecord, *intents: Intent) -> AttemptRecord:
    for intent in intents:
        async with database.unit() as unit:
            attempt = await payments.record(unit, attempt.id, intent)
    return attempt


@pytest.mark.parametrize("order", list(permutations((Theirs.PROCESSING, Theirs.ACTION_REQUIRED, Theirs.SUCCEEDED))))
async def test_a_success_stays_whatever_comes_late(database: Database, order: tuple[IntentStatus, ...]) -> None:
    (attempt,) = await begin(database, by_card())

    recorded = await _record(database, attempt, *(_intent(attempt, status) for status in (*order, *order)))

    assert (recorded.status, recorded.provider_reference, recorded.check_at) == (Ours.SUCCEEDED, "pi_1", None)
    assert recorded.client_secret is None


@pytest.mark.parametrize("end", [Theirs.NEEDS_METHOD, Theirs.CANCELLED, Theirs.FAILED])
@pytest.mark.parametrize("late", [Theirs.PROCESSING, Theirs.ACTION_REQUIRED, Theirs.NEEDS_METHOD, Theirs.CANCELLED])
async def test_an_end_stays_unless_money_was_taken(database: Database, end: IntentStatus, late: IntentStatus) -> None:
    (attempt,) = await begin(database, by_card())

    ended = await _record(database, attempt, _intent(attempt, end))
    later = await _record(database, attempt, _intent(attempt, late))
    taken = await _record(database, attempt, _intent(attempt, Theirs.SUCCEEDED))

    assert ended.status in (Ours.FAILED, Ours.CANCELLED)
    assert later == ended
    assert (taken.status, taken.failure_code) == (Ours.SUCCEEDED, None)


async def test_what_goes_on_has_a_timer_and_what_asks_the_shopper_a_secret(database: Database) -> None:
    (attempt,) = await begin(database, by_card())

    asking = await _record(database, attempt, _intent(attempt, Theirs.ACTION_REQUIRED))
    going = await _record(database, attempt, _intent(attempt, Theirs.PROCESSING))

    assert (asking.status, asking.client_secret) == (Ours.ACTION_REQUIRED, "secret")
    assert (going.status, going.client_secret) == (Ours.PROCESSING, None)
    assert asking.check_at is not None
    assert going.check_at is not None


@pytest.mark.parametrize("amount", [Money(999, "USD"), Money(1001, "USD"), Money(1000, "EUR")])
async def test_another_amount_or_currency_pays_nothing_and_goes_back_in_full_once(
    database: Database, amount: Money
) -> None:
    (attempt,) = await begin(database, by_card(1000))

    open_ = await _record(database, attempt, _intent(attempt, Theirs.PROCESSING, amount=amount))
    taken = await _record(database, attempt, *[_intent(attempt, Theirs.SUCCEEDED, amount=amount)] * 3)

    assert (open_.status, open_.failure_code) == (Ours.FAILED, "AMOUNT_MISMATCH")
    assert (taken.status, taken.failure_code, taken.refunded_minor) == (Ours.FAILED, "AMOUNT_MISMATCH", 0)
    (refund,) = await refunds_of(database, attempt.order_id)
    assert (refund.amount, refund.status) == (amount, RefundStatus.PENDING)
    assert await give_back(database, attempt.order_id) == []


async def test_a_refused_card_says_why_and_nobody_can_pay_its_intent_any_more(database: Database) -> None:
    provider = stub()

    (attempt,) = await pay(database, provider, by_card(card="pm_card_visa_chargeDeclinedInsufficientFunds"))

    assert (attempt.status, attempt.failure_code) == (Ours.FAILED, "insufficient_funds")
    assert attempt.failure_message
    assert attempt.provider_reference is not None
    found = await provider.find(attempt.provider_reference)
    assert found is not None
    assert found.status is Theirs.CANCELLED


async def test_a_card_that_the_provider_will_not_have_fails_without_an_intent(database: Database) -> None:
    (attempt,) = await pay(database, stub(), by_card(card="pm_invented"))

    assert (attempt.status, attempt.provider_reference) == (Ours.FAILED, None)
    assert attempt.failure_code == "resource_missing"


async def test_a_call_without_an_answer_is_found_among_all_intents(database: Database) -> None:
    provider = stub()
    await pay(database, provider, by_card(), by_card(77))
    (attempt,) = await begin(database, by_card(card=NO_ANSWER))
    with pytest.raises(Unavailable):
        await payments.pay_card(provider, attempt)

    found = await payments.ask(provider, attempt)

    assert found is not None
    assert (await _record(database, attempt, found)).status is Ours.SUCCEEDED


async def test_a_call_that_never_arrived_is_not_found_and_can_be_abandoned(database: Database) -> None:
    provider = stub()
    (attempt,) = await begin(database, by_card(card=UNREACHABLE))
    with pytest.raises(Unavailable):
        await payments.pay_card(provider, attempt)

    found = await payments.stop(provider, attempt)
    async with database.unit() as unit:
        abandoned = await payments.abandon(unit, attempt.id)

    assert found is None
    # The call may still be under way, so the provider is asked once more.
    assert (abandoned.status, abandoned.check_at) == (Ours.CANCELLED, attempt.check_at)
    assert (await _record(database, attempt, _intent(attempt, Theirs.SUCCEEDED))).status is Ours.SUCCEEDED


@pytest.mark.parametrize("is_stopped_before", [False, True])
async def test_what_is_abandoned_is_asked_about_once_more_much_later(
    database: Database, is_stopped_before: bool
) -> None:
    (attempt,) = await begin(database, by_card(card=UNREACHABLE))
    if is_stopped_before:
        async with database.unit() as unit:
            await payments.abandon(unit, attempt.id)

    abandoned = []
    for _ in range(2):
        await make_due(database)
        async with database.unit() as unit:
            await payments.claim_due(unit, limit=1)
            abandoned.append(await payments.abandon(unit, attempt.id))

    late, never = abandoned
    assert (late.status, late.check_at) == (Ours.CANCELLED, late.updated_at + timedelta(minutes=10))
    assert (never.status, never.check_at) == (Ours.CANCELLED, None)


async def test_an_intent_that_was_there_cannot_count_as_never_made(database: Database) -> None:
    (attempt,) = await pay(database, stub(), by_card(card="pm_card_threeDSecure2Required"))

    with pytest.raises(Unavailable):
        await payments.ask(stub(), attempt)


async def test_stopping_cancels_what_waits_for_the_shopper(database: Database) -> None:
    provider = stub()
    (attempt,) = await pay(database, provider, by_card(card="pm_card_threeDSecure2Required"))
    assert attempt.client_secret is not None

    stopped = await payments.stop(provider, attempt)

    assert stopped is not None
    assert (await _record(database, attempt, stopped)).status is Ours.CANCELLED


async def test_due_attempts_are_claimed_by_one_worker_each_and_again_later(database: Database) -> None:
    begun = [(await begin(database, by_card()))[0] for _ in range(3)]
    await begin(database, by_cash())
    await make_due(database)

    async with database.unit() as one, database.unit() as two:
        first = await payments.claim_due(one, limit=2)
        second = await payments.claim_due(two, limit=10)
    async with database.unit() as unit:
        none = await payments.claim_due(unit, limit=10)

    assert (len(first), len(second), none) == (2, 1, [])
    assert {one.id for one in (*first, *second)} == {one.id for one in begun}
    assert {one.checks for one in (*first, *second)} == {1}


async def test_an_ended_attempt_that_is_due_is_due_no_more_when_it_was_asked_about(database: Database) -> None:
    provider = stub()
    (attempt,) = await pay(database, provider, by_card())
    async with database.unit() as unit:
        await payments.make_due(unit, [attempt.id])

    found = await payments.ask(provider, attempt)
    assert found is not None
    await _record(database, attempt, found)

    (again,) = await attempts_of(database, attempt.order_id)
    assert (again.status, again.check_at) == (Ours.SUCCEEDED, None)


async def test_a_customer_of_the_provider_is_opened_once_and_keeps_cards(database: Database) -> None:
    provider, account_id = stub(), await save_account(database)
    opened = {
        await payments.open_customer(database, provider, account_id=account_id, email="ann@example.com")
        for _ in range(2)
    }

    await pay(database, provider, by_card(save_card=True), account_id=account_id)
    (customer,) = opened
    (card,) = await provider.saved_cards(customer)
    (again,) = await pay(database, provider, by_card(card=card.reference), account_id=account_id)

    assert again.status is Ours.SUCCEEDED
    assert await payments.find_customer(database, "stub", account_id) == customer
    assert await payments.find_customer(database, "other", account_id) is None


async def test_what_goes_on_is_recorded_when_it_ends(database: Database) -> None:
    provider = stub()
    (attempt,) = await pay(database, provider, by_card(card=GOES_ON))
    assert attempt.status is Ours.PROCESSING
    assert attempt.provider_reference is not None
    provider.finish(attempt.provider_reference, status=Theirs.SUCCEEDED)

    assert (await charge(database, provider, attempt)).status is Ours.SUCCEEDED

"""The first phase of paying: what is ours is taken, and nothing if anything is wrong."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from core.problems import Rejected
from models.payments import GiftCard, PaymentAttempt, PaymentStatus, ProviderCustomer
from services import payments
from services.payments.problems import BalanceTooLow
from services.unit_of_work import Database
from tests.factories.accounts import save_account
from tests.factories.payments import (
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
    stub,
    wrong_balances,
)


async def test_takes_balances_promises_cash_and_leaves_cards_to_be_charged(database: Database) -> None:
    account_id = await save_account(database)
    await grant(database, "ann@example.com", 500)
    code = await issue(database, 800)

    begun = await begin(
        database,
        by_card(100, return_url="https://shop.example/back"),
        by_gift_card(code.lower().replace("-", " "), 300),
        by_credit(200),
        by_cash(50),
        account_id=account_id,
    )

    assert [(one.status, one.amount_minor) for one in begun] == [
        (PaymentStatus.CREATED, 100),
        (PaymentStatus.SUCCEEDED, 300),
        (PaymentStatus.SUCCEEDED, 200),
        (PaymentStatus.PROMISED, 50),
    ]
    assert [one.check_at is not None for one in begun] == [True, False, False, False]
    assert begun[0].provider_method == "pm_card_visa"
    assert await gift_card_balance(database, code) == 500
    assert await credit_of(database, account_id) == 300
    assert await wrong_balances(database) == []


async def test_an_order_with_living_attempts_gets_those_and_no_others(database: Database) -> None:
    code = await issue(database)
    first = await begin(database, by_gift_card(code, 300), by_card())

    again = await begin(database, by_card(9_999), order_id=first[0].order_id)

    assert again == first
    assert await gift_card_balance(database, code) == 700


async def test_what_was_paid_in_a_round_that_failed_keeps_nobody_from_paying(database: Database) -> None:
    code = await issue(database)
    paid, card = await begin(database, by_gift_card(code, 300), by_card())
    async with database.unit() as unit:
        await payments.abandon(unit, card.id)

    (again,) = await begin(database, by_card(1300), order_id=paid.order_id)

    assert again.status is PaymentStatus.CREATED


async def test_a_round_has_one_time_from_when_its_locks_were_held(database: Database) -> None:
    async with database.unit() as unit:
        began_at = (await unit.session.execute(sa.text("SELECT now() FROM pg_sleep(0.3)"))).scalar_one()
        begun = await payments.begin(
            unit, order_id=uuid4(), account_id=None, tenders=[by_card(), by_cash()], provider="stub"
        )

    card, cash = begun
    assert card.created_at == cash.created_at >= began_at + timedelta(seconds=0.3)
    assert card.check_at == card.created_at + timedelta(seconds=30)


@pytest.mark.parametrize(
    ("change", "may_be"),
    [({}, True), ({"created_at": sa.text("now() - interval '9 s'")}, False), ({"status": "cancelled"}, False)],
)
async def test_a_card_may_be_charged_while_nobody_else_can_have_asked(
    database: Database, change: dict[str, object], may_be: bool
) -> None:
    (attempt,) = await begin(database, by_card())
    async with database.unit() as unit:
        await unit.session.execute(sa.update(PaymentAttempt).values(change | {"updated_at": sa.func.now()}))

    async with database.read() as session:
        assert await payments.may_be_charged(session, attempt.id) is may_be


async def test_orders_that_take_and_give_back_the_same_gift_cards_do_not_wait_for_each_other_for_ever(
    database: Database,
) -> None:
    codes = [await issue(database, 100_000) for _ in range(2)]

    async def buy(number: int) -> None:
        order_id, parts = uuid4(), [by_gift_card(code, 10) for code in codes]
        for _ in range(4):
            await begin(database, *(reversed(parts) if number % 2 else parts), order_id=order_id)
            await give_back(database, order_id)

    await asyncio.gather(*(buy(number) for number in range(8)))

    assert [await gift_card_balance(database, code) for code in codes] == [100_000, 100_000]


async def test_a_customer_whose_answer_was_lost_can_have_another_email(database: Database) -> None:
    provider, account_id = stub(), await save_account(database)
    lost = await payments.open_customer(database, provider, account_id=account_id, email="old@example.com")
    async with database.unit() as unit:
        await unit.session.execute(sa.delete(ProviderCustomer))

    found = await payments.open_customer(database, provider, account_id=account_id, email="new@example.com")

    assert found != lost


async def test_all_that_is_wrong_is_said_at_once_and_nothing_is_taken(database: Database) -> None:
    order_id, code = uuid4(), await issue(database)

    with pytest.raises(Rejected) as refusal:
        await begin(
            database,
            by_gift_card(code, 100),
            by_card(0, card=""),
            by_card(card="pm 1\n", return_url="javascript:alert(1)", save_card=True),
            by_credit(),
            by_gift_card("ABCD-ABCD"),
            order_id=order_id,
        )

    assert [(one.code, one.path) for one in refusal.value.problems] == [
        ("BAD_AMOUNT", ("tenders", "1", "amountMinor")),
        ("CARD_NEEDED", ("tenders", "1", "card")),
        ("BAD_CARD", ("tenders", "2", "card")),
        ("BAD_CARD", ("tenders", "2", "returnUrl")),
        ("ACCOUNT_NEEDED", ("tenders", "2", "saveCard")),
        ("ACCOUNT_NEEDED", ("tenders", "3", "method")),
        ("GIFT_CARD_UNKNOWN", ("tenders", "4", "giftCardCode")),
    ]
    assert await gift_card_balance(database, code) == 1000
    assert await attempts_of(database, order_id) == []


async def test_balances_that_are_short_by_a_cent_say_so_and_nothing_is_taken(database: Database) -> None:
    account_id = await save_account(database)
    await grant(database, "ann@example.com", 999)
    code, short = await issue(database, 1000), await issue(database, 1)

    with pytest.raises(Rejected) as refusal:
        await begin(database, by_gift_card(code), by_credit(1000), by_gift_card(short, 2), account_id=account_id)

    problems = [one for one in refusal.value.problems if isinstance(one, BalanceTooLow)]
    assert {(one.code, one.path[1], one.balance_minor, one.missing_minor) for one in problems} == {
        ("STORE_CREDIT_TOO_LOW", "1", 999, 1),
        ("GIFT_CARD_TOO_LOW", "2", 1, 1),
    }
    assert await gift_card_balance(database, code) == 1000
    assert await wrong_balances(database) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"is_active": False}, "GIFT_CARD_UNKNOWN"),
        ({"expires_at": datetime.now(UTC) - timedelta(seconds=1)}, "GIFT_CARD_EXPIRED"),
        ({"currency": "EUR"}, "GIFT_CARD_CURRENCY"),
    ],
)
async def test_a_gift_card_that_is_no_longer_good_is_refused(
    database: Database, change: dict[str, object], code: str
) -> None:
    card = await issue(database)
    async with database.unit() as unit:
        await unit.session.execute(sa.update(GiftCard).values(change))

    with pytest.raises(Rejected) as refusal:
        await begin(database, by_gift_card(card))

    assert [one.code for one in refusal.value.problems] == [code]


async def test_of_many_orders_at_once_no_more_are_paid_than_the_balance_has(database: Database) -> None:
    code = await issue(database, 1000)

    outcomes = await asyncio.gather(
        *(begin(database, by_gift_card(code, 300)) for _ in range(8)), return_exceptions=True
    )

    refused = [one for one in outcomes if isinstance(one, Rejected)]
    assert len(outcomes) - len(refused) == 3
    assert {problem.code for one in refused for problem in one.problems} == {"GIFT_CARD_TOO_LOW"}
    assert await gift_card_balance(database, code) == 100
    assert await wrong_balances(database) == []


async def test_two_orders_that_use_two_cards_in_other_orders_do_not_wait_for_each_other(database: Database) -> None:
    one, two = await issue(database), await issue(database)

    await asyncio.gather(
        *(begin(database, *(by_gift_card(code, 10) for code in (codes))) for codes in ((one, two), (two, one)) * 10)
    )

    assert await gift_card_balance(database, one) == await gift_card_balance(database, two) == 800


async def test_a_card_is_kept_only_for_who_is_a_customer_of_the_provider(database: Database) -> None:
    account_id = await save_account(database)
    (unknown,) = await begin(database, by_card(save_card=True), account_id=account_id)
    async with database.unit() as unit:
        values = {"account_id": account_id, "provider": "stub", "reference": "cus_1"}
        await unit.session.execute(sa.insert(ProviderCustomer).values(values))

    (known,) = await begin(database, by_card(save_card=True), account_id=account_id)

    assert (unknown.provider_customer, unknown.saves_card) == (None, False)
    assert (known.provider_customer, known.saves_card) == ("cus_1", True)


async def test_codes_are_not_kept(database: Database) -> None:
    code = await issue(database)

    async with database.read() as session:
        row = (await session.execute(sa.select(GiftCard.code_hash, GiftCard.last_signs))).one()
        found = await payments.find_gift_card(session, f" {code.lower()} ")

    assert code.replace("-", "").encode() not in row.code_hash
    assert len(row.code_hash) == 32
    assert code.endswith(row.last_signs)
    assert found is not None

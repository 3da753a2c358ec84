"""The comparison of payments with the provider, with orders, and of balances with their entries."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import pytest
import sqlalchemy as sa

from adapters.payments.stub import GOES_ON, StubPayments
from core.money import Money
from models.payments import GiftCard, PaymentAttempt, Refund
from ports.payments import IntentStatus
from services import payments
from services.payments import AttemptRecord, PaymentReconciliationRecord, Tender
from services.payments.listing import list_reconciliations
from services.unit_of_work import Database, ReadSession
from tests.factories.payments import by_card, by_cash, by_gift_card, give_back, issue, pay, stub


class Order(NamedTuple):
    """An order as far as it is compared."""

    status: str = "placed"
    total_minor: int = 1000


class Shop:
    """A database with a provider, and orders that are said to be so."""

    def __init__(self, database: Database) -> None:
        self.database, self.provider = database, stub()
        self.orders: dict[UUID, Order] = {}

    async def find_orders(self, session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, Order]:
        return {id: self.orders[id] for id in ids if id in self.orders}

    async def reconcile(self, provider: StubPayments | None = None) -> PaymentReconciliationRecord:
        found = await payments.compare_all(
            self.database, provider or self.provider, find_orders=self.find_orders, settled=timedelta(0)
        )
        async with self.database.unit() as unit:
            return await payments.keep(unit, found)

    async def pay(self, *tenders: Tender, status: str = "placed") -> Sequence[AttemptRecord]:
        """The attempts of an order in this status."""
        paid = await pay(self.database, self.provider, *tenders)
        self.orders[paid[0].order_id] = Order(status, sum(one.amount_minor for one in paid))
        return paid


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop(database)


def _kinds(report: PaymentReconciliationRecord) -> list[str]:
    return [finding["kind"] for finding in report.findings]


async def test_nothing_is_found_where_all_is_well(shop: Shop) -> None:
    await issue(shop.database)
    await shop.pay(by_card(), by_cash())
    await shop.pay(by_card(card="pm_card_visa_chargeDeclined"), status="created")
    (returned,) = await shop.pay(by_card(), status="cancelled")
    await give_back(shop.database, returned.order_id)
    pending = await shop.reconcile()
    await payments.work_refunds(shop.database, shop.provider)

    report = await shop.reconcile()

    assert (pending.findings, report.findings) == ([], [])
    assert report.attempts_checked == 4
    async with shop.database.read() as session:
        assert await list_reconciliations(session, first=10) == [report, pending]


async def test_what_the_provider_knows_better_is_asked_for_again(shop: Shop) -> None:
    (attempt,) = await shop.pay(by_card(card=GOES_ON), status="created")
    shop.provider.finish(attempt.provider_reference or "", status=IntentStatus.SUCCEEDED)

    report = await shop.reconcile()

    assert _kinds(report) == ["STATUS_DIFFERS"]
    assert report.findings[0] | {"ours": "processing", "theirs": "succeeded"} == report.findings[0]
    async with shop.database.unit() as unit:
        assert [one.id for one in await payments.claim_due(unit, limit=10)] == [attempt.id]


async def test_what_only_one_side_knows_is_found(shop: Shop) -> None:
    (lost,) = await shop.pay(by_card())
    other = stub()
    await pay(shop.database, other, by_card())
    async with shop.database.unit() as unit:
        await unit.session.execute(sa.delete(PaymentAttempt).where(PaymentAttempt.id != lost.id))

    report = await shop.reconcile(other)

    assert sorted(_kinds(report)) == ["ATTEMPT_MISSING", "INTENT_MISSING"]


async def test_money_for_an_order_that_will_not_be_and_orders_without_money_are_found(shop: Shop) -> None:
    await shop.pay(by_card(), status="expired")
    (unpaid,) = await shop.pay(by_card(card="pm_card_visa_chargeDeclined"))
    await pay(shop.database, shop.provider, by_card())

    report = await shop.reconcile()

    assert sorted(_kinds(report)) == ["ORDER_MISSING", "ORDER_UNPAID", "PAID_WITHOUT_ORDER"]
    assert [one["order"] for one in report.findings if one["kind"] == "ORDER_UNPAID"] == [str(unpaid.order_id)]


async def test_other_amounts_and_refunds_are_found(shop: Shop) -> None:
    (more,) = await shop.pay(by_card())
    (back,) = await shop.pay(by_card())
    await shop.provider.refund(back.provider_reference or "", Money(10, "USD"), key="by hand")
    async with shop.database.unit() as unit:
        changed = sa.update(PaymentAttempt).where(PaymentAttempt.id == more.id).values(amount_minor=1001)
        await unit.session.execute(changed)
    shop.orders[more.order_id] = Order(total_minor=1001)

    report = await shop.reconcile()

    assert sorted(_kinds(report)) == ["AMOUNT_DIFFERS", "REFUNDS_DIFFER"]


async def test_an_order_that_keeps_more_or_less_than_its_total_is_found(shop: Shop) -> None:
    (twice,) = await shop.pay(by_card())
    await pay(shop.database, shop.provider, by_card(), order_id=twice.order_id)
    (back,) = await shop.pay(by_card())
    (kept,) = await shop.pay(by_card(), status="refunded")
    await give_back(shop.database, back.order_id)

    report = await shop.reconcile()

    found = sorted((one["kind"], one["order"], one["theirs"]) for one in report.findings)
    assert found == [
        ("ORDER_OVERPAID", str(twice.order_id), "2000"),
        ("ORDER_UNPAID", str(back.order_id), "0"),
        ("PAID_WITHOUT_ORDER", str(kept.order_id), "refunded"),
    ]


async def test_an_order_that_is_just_being_paid_for_is_left_alone(shop: Shop) -> None:
    code = await issue(shop.database)
    await shop.pay(by_gift_card(code), by_card(card="pm_card_threeDSecure2Required"), status="created")

    assert (await shop.reconcile()).findings == []


async def test_money_that_a_failed_refund_has_left_of_an_old_order_is_found(shop: Shop) -> None:
    (old,) = await shop.pay(by_card(), status="cancelled")
    async with shop.database.unit() as unit:
        aged = {"id": UUID(int=1), "order_id": UUID(int=1)}
        await unit.session.execute(sa.update(PaymentAttempt).values(aged))
        failed = {"id": UUID(int=1), "attempt_id": UUID(int=1), "order_id": UUID(int=1), "amount_minor": 1000}
        await unit.session.execute(
            sa.insert(Refund).values(failed | {"status": "failed", "currency": "USD", "reason": "x"})
        )
    shop.orders[UUID(int=1)] = shop.orders[old.order_id]

    report = await shop.reconcile()

    assert ("PAID_WITHOUT_ORDER", str(UUID(int=1))) in [(one["kind"], one["order"]) for one in report.findings]


async def test_an_intent_that_could_still_be_paid_after_its_end_is_asked_for_again(shop: Shop) -> None:
    (attempt,) = await shop.pay(by_card(card="pm_card_threeDSecure2Required"), status="expired")
    async with shop.database.unit() as unit:
        await payments.abandon(unit, attempt.id)

    report = await shop.reconcile()

    assert _kinds(report) == ["STATUS_DIFFERS"]


async def test_the_job_compares_before_its_unit_and_keeps_the_report_in_it(shop: Shop) -> None:
    job = payments.reconcile_job(shop.database, shop.provider, find_orders=shop.find_orders)
    assert job.before is not None

    compared = await job.before({})
    async with shop.database.unit() as unit:
        await job.run(unit, compared)

    async with shop.database.read() as session:
        assert len(await list_reconciliations(session, first=10)) == 1


async def test_balances_that_are_not_their_entries_are_found(shop: Shop) -> None:
    await issue(shop.database, 500)
    async with shop.database.unit() as unit:
        await unit.session.execute(sa.update(GiftCard).values(balance_minor=501))

    report = await shop.reconcile()

    assert [(one["kind"], one["ours"], one["theirs"]) for one in report.findings] == [("BALANCE_DIFFERS", "501", "500")]

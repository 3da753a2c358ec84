"""Payments for tests: tenders, attempts that have begun, and balances. Their orders need not be there."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import sqlalchemy as sa

from adapters.payments.stub import StubPayments
from core.money import Money
from models.payments import PaymentMethod
from services import payments
from services.payments import AttemptRecord, RefundRecord, Tender
from services.unit_of_work import Database, UnitOfWork

CURRENCY = "USD"
SECRET = "whsec_tests"


def by_card(amount_minor: int = 1000, card: str = "pm_card_visa", **changes: object) -> Tender:
    tender = Tender(PaymentMethod.CARD, amount_minor, CURRENCY, card=card)
    return tender._replace(**changes)  # type: ignore[arg-type]  # tests change any field by name


def by_gift_card(code: str, amount_minor: int = 1000) -> Tender:
    return Tender(PaymentMethod.GIFT_CARD, amount_minor, CURRENCY, gift_card_code=code)


def by_credit(amount_minor: int = 1000) -> Tender:
    return Tender(PaymentMethod.STORE_CREDIT, amount_minor, CURRENCY)


def by_cash(amount_minor: int = 1000) -> Tender:
    return Tender(PaymentMethod.CASH_ON_DELIVERY, amount_minor, CURRENCY)


def stub() -> StubPayments:
    return StubPayments(webhook_secret=SECRET)


async def begin(
    database: Database, *tenders: Tender, order_id: UUID | None = None, account_id: UUID | None = None
) -> Sequence[AttemptRecord]:
    """The attempts of an order, a new one if not given."""
    async with database.unit() as unit:
        return await payments.begin(
            unit, order_id=order_id or uuid4(), account_id=account_id, tenders=tenders, provider="stub"
        )


async def charge(database: Database, provider: StubPayments, attempt: AttemptRecord) -> AttemptRecord:
    """The attempt when the provider was asked and its answer recorded."""
    intent = await payments.pay_card(provider, attempt)
    async with database.unit() as unit:
        return await payments.record(unit, attempt.id, intent)


async def pay(
    database: Database,
    provider: StubPayments,
    *tenders: Tender,
    order_id: UUID | None = None,
    account_id: UUID | None = None,
) -> Sequence[AttemptRecord]:
    """The attempts of an order, a new one if not given, with its cards charged."""
    begun = await begin(database, *tenders, order_id=order_id, account_id=account_id)
    return [await charge(database, provider, one) if one.method is PaymentMethod.CARD else one for one in begun]


async def give_back(
    database: Database, order_id: UUID, *, reason: str = "test", amounts: dict[UUID, int] | None = None
) -> Sequence[RefundRecord]:
    async with database.unit() as unit:
        return await payments.give_back(unit, order_id, reason=reason, amounts=amounts)


async def attempts_of(database: Database, order_id: UUID) -> Sequence[AttemptRecord]:
    async with database.read() as session:
        return (await payments.find_attempts(session, [order_id])).get(order_id, [])


async def refunds_of(database: Database, order_id: UUID) -> Sequence[RefundRecord]:
    async with database.read() as session:
        return (await payments.find_refunds(session, [order_id])).get(order_id, [])


async def issue(database: Database, amount_minor: int = 1000) -> str:
    """The code of a new gift card."""
    async with database.unit() as unit:
        made = await payments.issue(unit, amount_minor=amount_minor, currency=CURRENCY, expires_at=None, actor="tester")
    assert made.code is not None
    return made.code


async def grant(database: Database, email: str, amount_minor: int = 1000) -> Money:
    async with database.unit() as unit:
        return await payments.grant(unit, email=email, amount_minor=amount_minor, currency=CURRENCY, actor="tester")


async def gift_card_balance(database: Database, code: str) -> int:
    async with database.read() as session:
        card = await payments.find_gift_card(session, code)
    assert card is not None
    return card.balance_minor


async def credit_of(database: Database, account_id: UUID) -> int:
    async with database.read() as session:
        return (await payments.find_store_credit(session, account_id)).get(CURRENCY, Money(0, CURRENCY)).amount_minor


async def wrong_balances(database: Database) -> Sequence[str]:
    """The gift cards and credits that are not the sums of their entries."""
    async with database.read() as session:
        cards = "SELECT 'card' FROM gift_card c WHERE balance_minor <> (SELECT coalesce(sum(change_minor), 0) "
        cards += "FROM balance_entry WHERE gift_card_id = c.id)"
        credits = "SELECT 'credit' FROM store_credit c WHERE balance_minor <> (SELECT coalesce(sum(change_minor), 0) "
        credits += "FROM balance_entry e WHERE e.account_id = c.account_id AND e.currency = c.currency)"
        return list(await session.scalars(sa.text(f"{cards} UNION ALL {credits}")))


async def make_due(database: Database) -> None:
    """Let all timers of attempts, refunds and notices run out now."""
    async with database.unit() as unit:
        await _now(unit, "payment_attempt", "check_at IS NOT NULL")
        await _now(unit, "refund", "status = 'pending'")
        await _now(unit, "provider_event", "handled_at IS NULL")


async def _now(unit: UnitOfWork, table: str, where: str) -> None:
    await unit.session.execute(sa.text(f"UPDATE {table} SET check_at = now() WHERE {where}"))


async def save_busy_payments(database: Database) -> None:
    """Give each order of a store two payments, one of which went back in part and one not at all."""
    provider = stub()
    async with database.read() as session:
        found = (await session.execute(sa.text("SELECT id, account_id, total_minor FROM orders"))).all()
    for order in found:
        tenders = by_card(order.total_minor - 100), by_cash(100)
        begun = await begin(database, *tenders, order_id=order.id, account_id=order.account_id)
        charged = await charge(database, provider, begun[0])
        for reason, amount_minor in (("return:1", 100), ("return:2", 50)):
            await give_back(database, order.id, reason=reason, amounts={charged.id: amount_minor})

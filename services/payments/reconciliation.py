"""Compares what we know of payments with what the provider has, with the orders that they are for, and balances with
their entries. Where the provider knows more, it is asked again by the attempts' own timers; the rest is for people."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
import structlog

from core.ids import new_id
from models.payments import PaymentAttempt, PaymentMethod, PaymentReconciliation, PaymentStatus, Refund, RefundStatus
from ports.payments import Intent, PaymentProvider
from services.jobs import Job
from services.payments.cards import ATTEMPT
from services.payments.comparing import Finding, OrderFacts, compare, compare_order
from services.payments.queries import ATTEMPT_COLUMNS, as_attempt, find_attempts, find_attempts_by_id, find_refunds
from services.payments.recording import make_due
from services.payments.records import AttemptRecord, PaymentReconciliationRecord
from services.unit_of_work import Database, ReadSession, UnitOfWork

# Longer than a checkout lives and than a webhook is repeated.
_WINDOW = timedelta(days=3)
# Money that a failed refund has left is reported for so much longer.
_REMINDED = timedelta(days=27)
# What is younger may change while it is compared.
_SETTLED = timedelta(minutes=5)
# How far the provider's clock may be from ours.
_CLOCKS_APART = timedelta(minutes=10)
# A report of more is no easier to act on.
_MOST_FINDINGS = 1_000
_SLICE = 500
_COMPARISON = "comparison"

log = structlog.get_logger(__name__)

_COLUMNS = tuple(getattr(PaymentReconciliation, name) for name in PaymentReconciliationRecord._fields)

FindOrders = Callable[[ReadSession, Sequence[UUID]], Awaitable[Mapping[UUID, OrderFacts]]]


class Scope(NamedTuple):
    """What is compared: payments between two times, with these parts."""

    database: Database
    provider: PaymentProvider
    find_orders: FindOrders
    since: datetime
    until: datetime


class Comparison(NamedTuple):
    """What comparing has found, before it is kept."""

    started_at: datetime
    attempts_checked: int
    findings: Sequence[Finding]


async def compare_all(
    database: Database, provider: PaymentProvider, *, find_orders: FindOrders, settled: timedelta = _SETTLED
) -> Comparison:
    """Compare the payments of the last three days, and those of refunds that have failed. What has changed since
    `settled` is left for the next time.

    Outside of any transaction, since the provider is asked; nothing is locked, so payments go on meanwhile. Raises
    `Unavailable`.
    """
    async with database.read() as session:
        started_at: datetime = (await session.execute(sa.select(sa.func.clock_timestamp()))).scalar_one()
    scope = Scope(database, provider, find_orders, started_at - _WINDOW, started_at - settled)
    findings, seen = await _compare_intents(scope)
    checked, wrong = await _compare_attempts(scope, seen)
    return Comparison(started_at, checked, findings + wrong + await _compare_failed_refunds(scope))


async def keep(unit: UnitOfWork, comparison: Comparison) -> PaymentReconciliationRecord:
    """The report of a comparison and of all balances. Attempts of which the provider knows better are due at once."""
    findings = [*comparison.findings, *await _compare_balances(unit)]
    await make_due(unit, [one.attempt_id for one in findings if one.is_stale and one.attempt_id is not None])
    values = {
        "id": new_id(),
        "started_at": comparison.started_at,
        "attempts_checked": comparison.attempts_checked,
        "findings": [one.as_json() for one in findings[:_MOST_FINDINGS]],
    }
    inserted = sa.insert(PaymentReconciliation).values(values).returning(*_COLUMNS)
    return PaymentReconciliationRecord._make((await unit.session.execute(inserted)).one())


def reconcile_job(database: Database, provider: PaymentProvider, *, find_orders: FindOrders) -> Job:
    """The kind of job that compares every hour. It says what it has found in the log, too."""

    async def before(payload: Mapping[str, Any]) -> Mapping[str, Any]:  # the payload is any JSON
        return {_COMPARISON: await compare_all(database, provider, find_orders=find_orders)}

    async def run(unit: UnitOfWork, payload: Mapping[str, Any]) -> None:  # as `before` has made it
        report = await keep(unit, payload[_COMPARISON])
        if report.findings:
            log.error("payment_findings", count=len(report.findings), first=report.findings[0])

    return Job("payments.reconcile", run, schedule="41 * * * *", statement_seconds=120.0, before=before)


async def _compare_intents(scope: Scope) -> tuple[list[Finding], set[str]]:
    """What differs between the provider's intents and our attempts; and the references of all intents."""
    findings: list[Finding] = []
    seen: set[str] = set()
    after = None
    while page := await scope.provider.list_intents(since=scope.since - _CLOCKS_APART, after=after):
        after = page[-1].reference
        seen |= {intent.reference for intent in page}
        settled = {
            key: intent for intent in page if intent.created_at < scope.until and (key := _named(intent)) is not None
        }
        async with scope.database.read() as session:
            attempts = await find_attempts_by_id(session, list(settled))
            refunds = await find_refunds(session, [one.order_id for one in attempts.values()])
        of_attempt = [one for of_order in refunds.values() for one in of_order]
        for key, intent in settled.items():
            own = [one for one in of_attempt if one.attempt_id == key]
            findings += compare(key, attempts.get(key), intent, own)
    return findings, seen


def _named(intent: Intent) -> UUID | None:
    """The attempt that an intent is of; None if it is of something else than this shop."""
    try:
        return UUID(intent.metadata.get(ATTEMPT, ""))
    except ValueError:
        return None


async def _compare_attempts(scope: Scope, seen: set[str]) -> tuple[int, list[Finding]]:
    """How many attempts there are, and what is wrong between them, the provider and their orders."""
    findings: list[Finding] = []
    checked, after = 0, _first_id(scope.since)
    while True:
        async with scope.database.read() as session:
            attempts = await _find_slice(session, scope, after)
            order_ids = list({one.order_id for one in attempts})
            orders = await scope.find_orders(session, order_ids)
            of_order = await find_attempts(session, order_ids)
        if not attempts:
            return checked, findings
        checked, after = checked + len(attempts), attempts[-1].id
        for attempt in attempts:
            if _is_missing(attempt, scope.provider.name, seen):
                findings.append(Finding.of("INTENT_MISSING", attempt, ours=attempt.status, theirs="none"))
            # An order is compared once, with its first attempt, whichever slice that is in.
            everything = of_order[attempt.order_id]
            if everything[0].id == attempt.id:
                findings += compare_order(attempt.order_id, orders.get(attempt.order_id), everything)


def _first_id(moment: datetime) -> UUID:
    """The least id (UUIDv7) that can have been made at a time."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


async def _find_slice(session: ReadSession, scope: Scope, after: UUID) -> Sequence[AttemptRecord]:
    statement = (
        sa.select(*ATTEMPT_COLUMNS)
        .where(PaymentAttempt.id > after, PaymentAttempt.updated_at < scope.until)
        .order_by(PaymentAttempt.id)
        .limit(_SLICE)
    )
    return [as_attempt(row) for row in await session.execute(statement)]


def _is_missing(attempt: AttemptRecord, provider: str, seen: set[str]) -> bool:
    return (
        attempt.method is PaymentMethod.CARD
        and attempt.provider == provider
        and attempt.status in (PaymentStatus.SUCCEEDED, PaymentStatus.REFUNDED)
        and attempt.provider_reference not in seen
    )


async def _compare_failed_refunds(scope: Scope) -> list[Finding]:
    """What is wrong with older orders of which a refund has failed: money that is kept until somebody acts."""
    failed = (
        sa.select(Refund.order_id)
        .where(Refund.status == RefundStatus.FAILED, Refund.updated_at < scope.until)
        .where(Refund.order_id < _first_id(scope.since), Refund.updated_at > scope.since - _REMINDED)
        .order_by(Refund.order_id.desc())
        .limit(_MOST_FINDINGS)
        .distinct()
    )
    async with scope.database.read() as session:
        order_ids = list(await session.scalars(failed))
        orders = await scope.find_orders(session, order_ids)
        of_order = await find_attempts(session, order_ids)
    return [one for id in order_ids for one in compare_order(id, orders.get(id), of_order.get(id, ()))]


async def _compare_balances(unit: UnitOfWork) -> list[Finding]:
    """Gift cards and credits whose balance is not the sum of its entries."""
    rows = (await unit.session.execute(_BALANCES)).all()
    return [
        Finding("BALANCE_DIFFERS", reference=row.name, ours=str(row.balance), theirs=str(row.entries)) for row in rows
    ]


_BALANCES = sa.text(
    """
    SELECT name, coalesce(balance, 0) AS balance, coalesce(entries, 0) AS entries FROM (
        SELECT 'gift card ' || id AS name, balance_minor AS balance, (
            SELECT sum(change_minor)::bigint FROM balance_entry WHERE gift_card_id = c.id) AS entries
        FROM gift_card c
        UNION ALL
        SELECT 'store credit ' || coalesce(c.account_id, e.account_id) || ' ' || coalesce(c.currency, e.currency),
               c.balance_minor, e.entries
        FROM store_credit c FULL JOIN (
            SELECT account_id, currency, sum(change_minor)::bigint AS entries FROM balance_entry
            WHERE account_id IS NOT NULL GROUP BY account_id, currency
        ) e ON e.account_id = c.account_id AND e.currency = c.currency
    ) one WHERE coalesce(balance, 0) <> coalesce(entries, 0) ORDER BY name LIMIT 1000
    """
)

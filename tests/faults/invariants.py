"""All that must hold after a history: in Postgres, between it and the provider, and of what shoppers were told."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from core.ids import decode_id_of
from models.orders import OrderStatus
from ports.payments import PaymentProvider
from services.orders import find_orders
from services.orders.states import find_move
from services.payments.reconciliation import compare_all, keep
from services.unit_of_work import Database
from tests.factories.payment_proxy import PaymentProxy
from tests.faults.audit import PLACED, RULES
from tests.faults.bank import Charged
from tests.faults.shopper import Told

EVENTS = "each order's events are a chain of legal moves that ends where it is"
CHARGED = "each intent that succeeded has one placed order, or went back in full"
ONCE = "nothing was charged twice for one attempt, and no more went back than was taken"
KEYS = "each call that changes something at the provider has a key of its own"
SAME = "the provider and the store agree on what was paid and given back"
COMPARED = "the store's own comparison with its provider finds nothing"
TOLD = "what shoppers were told has come true"
ANSWERS = "every shopper got an answer, and none was an error of ours"
POST = "genuine webhooks were taken, forged and old ones refused"
NAMES: Sequence[str] = (*RULES, EVENTS, CHARGED, ONCE, KEYS, SAME, COMPARED, TOLD, ANSWERS, POST)

_EVENTS = sa.text(
    """
    SELECT o.number, o.status, array_agg(e.before ORDER BY e.sequence) AS before,
        array_agg(e.after ORDER BY e.sequence) AS after
    FROM orders o LEFT JOIN order_event e ON e.order_id = o.id GROUP BY o.id, o.number, o.status
    """
)
_ATTEMPTS = sa.text(
    """
    SELECT a.id, a.provider_reference, a.status, a.amount_minor, a.refunded_minor, o.number, o.status AS order_status
    FROM payment_attempt a LEFT JOIN orders o ON o.id = a.order_id WHERE a.method = 'card'
    """
)
_ORDERS = sa.text("SELECT id, checkout_id, status FROM orders")

# A cancelled order is refunded once all money is back.
_OVER = {OrderStatus.CANCELLED, OrderStatus.REFUNDED}
Broken = Mapping[str, Sequence[str]]
Rows = Sequence[sa.Row[Any]]  # of any columns


async def check_postgres(database: Database) -> Broken:
    """What breaks the rules that Postgres alone can be asked about, by rule."""
    async with database.read() as session:
        found = {name: [str(tuple(row)) for row in await session.execute(sa.text(sql))] for name, sql in RULES.items()}
        found[EVENTS] = [*_check_events((await session.execute(_EVENTS)).all())]
    return {name: rows for name, rows in found.items() if rows}


async def check_provider(database: Database, charged: Sequence[Charged], calls: PaymentProxy) -> Broken:
    """What does not agree between the store and the intents at its provider, and what was asked of it unsafely."""
    async with database.read() as session:
        attempts = (await session.execute(_ATTEMPTS)).all()
    found = {
        CHARGED: [*_check_charged(attempts, charged)],
        ONCE: [*_check_once(charged)],
        KEYS: [*_check_keys(calls)],
        SAME: [*_check_same(attempts, charged)],
    }
    return {name: rows for name, rows in found.items() if rows}


async def compare(database: Database, provider: PaymentProvider) -> Broken:
    """What the store's own comparison of payments, orders and balances finds; it asks for every intent."""
    comparison = await compare_all(database, provider, find_orders=find_orders, settled=timedelta(0))
    async with database.unit() as unit:
        report = await keep(unit, comparison)
    return {COMPARED: [str(one) for one in report.findings]} if report.findings else {}


async def check_told(database: Database, told: Sequence[Told], bad: Sequence[str], wrong: Sequence[str]) -> Broken:
    """What shoppers and the provider were answered, beside what became of it."""
    async with database.read() as session:
        rows = (await session.execute(_ORDERS)).all()
    found = {
        TOLD: [line for one in told for line in _check_told(one, rows)],
        ANSWERS: [*(f"{one.checkout}: {one.gave_up}" for one in told if one.gave_up), *bad],
        POST: wrong,
    }
    return {name: lines for name, lines in found.items() if lines}


def _check_events(rows: Rows) -> Iterable[str]:
    for row in rows:
        if row.before[0] is None:
            yield f"{row.number} has no events"
            continue
        if row.after[-1] != row.status:
            yield f"{row.number} is {row.status}, but its last event leads to {row.after[-1]}"
        if row.before[0] != OrderStatus.CREATED:
            yield f"{row.number} begins with {row.before[0]}"
        for before, after in zip(row.before, row.after, strict=True):
            if before != after and find_move(OrderStatus(before), OrderStatus(after)) is None:
                yield f"{row.number} went from {before} to {after}"
        if any(after != before for after, before in _joints(row.before, row.after)):
            yield f"{row.number} has a gap: {row.before} -> {row.after}"


def _joints(before: Sequence[str], after: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Where each event but the last leads to, and where the one after it begins."""
    return ((one[1], other[0]) for one, other in pairwise(zip(before, after, strict=True)))


def _check_charged(attempts: Rows, charged: Sequence[Charged]) -> Iterable[str]:
    by_reference = {row.provider_reference: row for row in attempts}
    for intent in charged:
        if not intent.has_succeeded:
            continue
        row = by_reference.get(intent.reference)
        if row is None:
            yield f"{intent.reference} succeeded and no attempt knows it: {dict(intent.metadata)}"
        elif row.order_status in PLACED:
            if intent.refunded_minor and intent.refunded_minor != intent.amount_minor:
                yield f"{intent.reference} of {row.number}, which is placed, went back in part: {intent}"
        elif intent.refunded_minor != intent.amount_minor:
            yield f"{intent.reference} of {row.number}, which is {row.order_status}, was kept: {intent}"


def _check_once(charged: Sequence[Charged]) -> Iterable[str]:
    seen: dict[str, str] = {}
    for intent in charged:
        if intent.refunded_minor > intent.amount_minor:
            yield f"{intent.reference} went back more than once: {intent}"
        attempt = intent.metadata.get("attempt")
        if attempt is None:
            yield f"{intent.reference} does not say which attempt it is of: {dict(intent.metadata)}"
        elif attempt in seen:
            yield f"attempt {attempt} has two intents, {seen[attempt]} and {intent.reference}"
        else:
            seen[attempt] = intent.reference


def _check_keys(calls: PaymentProxy) -> Iterable[str]:
    yield from (f"{call.path} has no key" for call in calls.without_key())
    bodies: dict[str | None, tuple[str, bytes]] = {}
    for call in calls.calls:
        if bodies.setdefault(call.key, (call.path, call.body)) != (call.path, call.body):
            yield f"the key {call.key} came with {bodies[call.key]} and with {(call.path, call.body)}"


def _check_same(attempts: Rows, charged: Sequence[Charged]) -> Iterable[str]:
    by_reference = {intent.reference: intent for intent in charged}
    for row in attempts:
        intent = by_reference.get(row.provider_reference)
        is_paid = row.status in ("succeeded", "refunded")
        if intent is None:
            # Histories before this one are settled, and forgotten by the provider.
            continue
        if is_paid != intent.has_succeeded:
            yield f"attempt {row.id} is {row.status}, its intent {intent.reference} is {intent.status}"
        if is_paid and (row.amount_minor, row.refunded_minor) != (intent.amount_minor, intent.refunded_minor):
            yield f"attempt {row.id} has {row.amount_minor} and {row.refunded_minor} back, its intent {intent}"


def _check_told(told: Told, rows: Rows) -> Iterable[str]:
    if told.checkout is None:
        return
    checkout_id = decode_id_of("Checkout", told.checkout)
    orders = {row.id: OrderStatus(row.status) for row in rows if row.checkout_id == checkout_id}
    named = {decode_id_of("Order", one) for one in told.orders}
    if len(named) > 1 or named - set(orders):
        yield f"{told.checkout} was said to be {sorted(map(str, named))}, and is {sorted(map(str, orders))}"
    statuses = {*orders.values()}
    if told.cancelled and not statuses & _OVER:
        yield f"{told.checkout} was cancelled, and is {statuses}"
    elif "SUCCEEDED" in told.statuses and not told.cancelled and not statuses & _kept(told):
        yield f"{told.checkout} was paid, and is {statuses or 'no order'}"


def _kept(told: Told) -> set[OrderStatus]:
    """What a paid order may have become: an answer to a cancellation may have got lost."""
    kept = {OrderStatus(one) for one in PLACED}
    return kept | _OVER if told.plan.cancels else kept

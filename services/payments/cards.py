"""Charging a card: calls to the provider, outside of any transaction. What they give is for `record`.

Each call raises `Unavailable("payments")` where nobody knows what happened; the attempt's timer asks later.
"""

import hashlib
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert

from core.money import Money
from core.problems import Unavailable
from models.payments import ProviderCustomer
from ports.payments import Intent, IntentDraft, IntentStatus, PaymentProvider, Refused
from services.payments.records import AttemptRecord
from services.unit_of_work import Database

# The name of the attempt inside the intent.
ATTEMPT = "attempt"
ORDER = "order"
# How far the provider's clock may be from ours.
_CLOCKS_APART = timedelta(minutes=10)
# No intent is made longer after its attempt than this.
_CALLED_WITHIN = timedelta(hours=1)

log = structlog.get_logger(__name__)


async def open_customer(database: Database, provider: PaymentProvider, *, account_id: UUID, email: str | None) -> str:
    """Who the account is to the provider, made when first needed: before `begin`, if a card is to be kept or one that
    is kept is used. May be repeated, by several at once, and makes one customer."""
    known = sa.select(ProviderCustomer.reference).where(
        ProviderCustomer.account_id == account_id, ProviderCustomer.provider == provider.name
    )
    async with database.read() as session:
        found: str | None = (await session.execute(known)).scalar_one_or_none()
    if found is not None:
        return found
    reference = await _make_customer(provider, account_id, email)
    values = {"account_id": account_id, "provider": provider.name, "reference": reference}
    async with database.unit() as unit:
        await unit.session.execute(insert(ProviderCustomer).values(values).on_conflict_do_nothing())
        kept: str = (await unit.session.execute(known)).scalar_one()
    return kept


async def _make_customer(provider: PaymentProvider, account_id: UUID, email: str | None) -> str:
    """The key is of the e-mail as well: after an answer that was lost, the account may have another. Nobody fails to
    pay since the provider dislikes an address: it can do without."""
    key = f"customer:{account_id}"
    try:
        if email is not None:
            with suppress(Refused):
                digest = hashlib.sha256(email.encode()).hexdigest()[:16]
                return await provider.customer(key=f"{key}:{digest}", email=email)
        return await provider.customer(key=key, email=None)
    except Refused as refusal:
        raise Unavailable("payments", f"No customer can be made: {refusal.code}") from refusal


async def find_customer(database: Database, provider: str, account_id: UUID) -> str | None:
    """Who the account is to the provider; None if it has never had to be anybody."""
    statement = sa.select(ProviderCustomer.reference).where(
        ProviderCustomer.account_id == account_id, ProviderCustomer.provider == provider
    )
    async with database.read() as session:
        found: str | None = (await session.execute(statement)).scalar_one_or_none()
    return found


async def pay_card(provider: PaymentProvider, attempt: AttemptRecord) -> Intent:
    """Charge the attempt's card, once however often this is called: the key is the attempt's.

    An intent with no `reference` was not made, since the provider will not have it. One whose card was refused is
    cancelled, so that nobody can pay it any more: who pays again makes a new attempt.
    """
    draft = IntentDraft(
        key=f"attempt:{attempt.id}",
        amount=attempt.amount,
        method=attempt.provider_method or "",
        metadata={ATTEMPT: str(attempt.id), ORDER: str(attempt.order_id)},
        customer=attempt.provider_customer,
        save=attempt.saves_card,
        return_url=attempt.return_url,
    )
    try:
        return await closed(provider, await provider.pay(draft))
    except Refused as refusal:
        return _not_made(attempt, refusal)


async def ask(provider: PaymentProvider, attempt: AttemptRecord) -> Intent | None:
    """How the attempt's intent stands; None if the provider has none: the call never arrived, or not yet.

    One that was there cannot be gone: another account is asked, or the provider is wrong. Raises `Unavailable` then,
    since nobody knows whether it has been paid.
    """
    if attempt.provider_reference is not None:
        found = await provider.find(attempt.provider_reference)
        if found is None:
            log.error("payment_intent_gone", attempt=str(attempt.id), reference=attempt.provider_reference)
            raise Unavailable("payments", "The provider does not know a payment that it has made.")
    else:
        found = await _search(provider, attempt)
    return None if found is None else await closed(provider, found)


async def stop(provider: PaymentProvider, attempt: AttemptRecord) -> Intent | None:
    """As `ask`, and nobody can pay the intent any more: it is cancelled, or has ended before, perhaps by success."""
    found = await ask(provider, attempt)
    if found is None or found.status not in (IntentStatus.PROCESSING, IntentStatus.ACTION_REQUIRED):
        return found
    return await provider.cancel(found.reference)


async def _search(provider: PaymentProvider, attempt: AttemptRecord) -> Intent | None:
    """The intent of an attempt whose call had no answer."""
    after = None
    while True:
        page = await provider.list_intents(
            since=attempt.created_at - _CLOCKS_APART, until=attempt.created_at + _CALLED_WITHIN, after=after
        )
        for intent in page:
            if intent.metadata.get(ATTEMPT) == str(attempt.id):
                return intent
        if not page:
            return None
        after = page[-1].reference


async def closed(provider: PaymentProvider, intent: Intent) -> Intent:
    """An intent of ours; if its card was refused, nobody can try others on it, as they could with its secret."""
    if intent.status is not IntentStatus.NEEDS_METHOD:
        return intent
    with suppress(Unavailable, Refused):  # then a success is found out and given back, as any that comes late
        cancelled = await provider.cancel(intent.reference)
        if cancelled.status is IntentStatus.SUCCEEDED:
            return cancelled
    return intent


def _not_made(attempt: AttemptRecord, refusal: Refused) -> Intent:
    nothing = Money(0, attempt.currency)
    return Intent(
        reference="",
        status=IntentStatus.FAILED,
        amount=attempt.amount,
        received=nothing,
        refunded=nothing,
        metadata={},
        created_at=attempt.created_at,
        failure=refusal.code,
        message=refusal.message,
    )

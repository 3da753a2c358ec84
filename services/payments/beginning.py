"""The first phase of paying, in the transaction that makes the order: what is ours is taken, what is not is written
down so that it can be asked for, again and again, under one key."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.money import Money
from core.problems import Problem, Rejected
from models.payments import PaymentAttempt, PaymentMethod, PaymentStatus, ProviderCustomer
from services.payments.balances import take_from_gift_card, take_store_credit
from services.payments.gift_cards import find_gift_cards
from services.payments.problems import GiftCardTooLow, StoreCreditTooLow
from services.payments.queries import ATTEMPT_COLUMNS, FIRST_CHECK, as_attempt, lock_attempts
from services.payments.records import AttemptRecord, GiftCardRecord, Tender
from services.payments.store_credit import find_store_credit
from services.payments.tenders import check, find_named_cards
from services.unit_of_work import UnitOfWork

_FIRST_STATUS = {
    PaymentMethod.CARD: PaymentStatus.CREATED,
    PaymentMethod.GIFT_CARD: PaymentStatus.SUCCEEDED,
    PaymentMethod.STORE_CREDIT: PaymentStatus.SUCCEEDED,
    PaymentMethod.CASH_ON_DELIVERY: PaymentStatus.PROMISED,
}


async def begin(
    unit: UnitOfWork,
    *,
    order_id: UUID,
    account_id: UUID | None,
    tenders: Sequence[Tender],
    provider: str,
    first_at: datetime | None = None,
) -> Sequence[AttemptRecord]:
    """An attempt for each tender. Gift cards and store credit are taken at once, cash is promised, and a card is still
    to be charged: by `pay_card`, after the commit.

    An order with attempts that are open gets those and no others, so no two cards are charged at once. The order is
    locked; `first_at` is the database's time, and says that the order is new and has none. Raises `Rejected` with all
    that is wrong, at paths below `tenders`: BAD_AMOUNT, CARD_NEEDED, BAD_CARD, ACCOUNT_NEEDED, GIFT_CARD_UNKNOWN,
    GIFT_CARD_EXPIRED, GIFT_CARD_CURRENCY, GIFT_CARD_TOO_LOW, STORE_CREDIT_TOO_LOW.
    """
    attempts = await lock_attempts(unit, order_id) if first_at is None else ()
    # What has been paid in a round that failed is on its way back, or is to be, and keeps nobody from paying.
    if alive := {one.created_at for one in attempts if one.is_open}:
        return [one for one in attempts if one.created_at in alive]
    cards = await find_named_cards(unit, tenders)
    now = first_at or await _now(unit)
    if problems := check(tenders, account_id=account_id, cards=cards, now=now):
        raise Rejected(*problems)
    drafts = [_Draft(place, tender, new_id(), cards.get(place)) for place, tender in enumerate(tenders)]
    await _take_all(unit, drafts, account_id)
    customer = await _find_customer(unit, account_id, provider)
    # One time for all, which makes them a round.
    known = {"order_id": order_id, "account_id": account_id, "created_at": now}
    rows = [known | _row(draft, provider, customer, now + FIRST_CHECK) for draft in drafts]
    return [as_attempt(row) for row in await unit.session.execute(_INSERT, rows)]


class _Draft(NamedTuple):
    """A tender that is to be an attempt with this id."""

    place: int
    tender: Tender
    id: UUID
    gift_card: GiftCardRecord | None


async def _take_all(unit: UnitOfWork, drafts: Sequence[_Draft], account_id: UUID | None) -> None:
    """Take what is ours to take; raises `Rejected` with every balance that does not suffice."""
    problems: list[Problem] = []
    # In one order everywhere, so that no two orders wait for each other's balances.
    for draft in sorted(drafts, key=lambda one: (one.tender.method, str(one.gift_card and one.gift_card.id))):
        if draft.gift_card is not None:
            problems += await _take_gift_card(unit, draft, draft.gift_card)
        if draft.tender.method is PaymentMethod.STORE_CREDIT and account_id is not None:
            problems += await _take_credit(unit, draft, account_id)
    if problems:
        raise Rejected(*problems)


async def _take_gift_card(unit: UnitOfWork, draft: _Draft, card: GiftCardRecord) -> Sequence[Problem]:
    amount = draft.tender.amount_minor
    if await take_from_gift_card(unit, card.id, amount_minor=amount, reference_id=draft.id):
        return []
    balance = (await find_gift_cards(unit.session, [card.id]))[card.id].balance
    return [
        GiftCardTooLow(
            message=f"This gift card has {balance.formatted()}.",
            path=("tenders", str(draft.place), "giftCardCode"),
            balance_minor=balance.amount_minor,
            missing_minor=max(amount - balance.amount_minor, 0),
            currency=balance.currency,
        )
    ]


async def _take_credit(unit: UnitOfWork, draft: _Draft, account_id: UUID) -> Sequence[Problem]:
    amount, currency = draft.tender.amount_minor, draft.tender.currency
    if await take_store_credit(unit, account_id, amount_minor=amount, currency=currency, reference_id=draft.id):
        return []
    balance = (await find_store_credit(unit.session, account_id)).get(currency, Money(0, currency))
    return [
        StoreCreditTooLow(
            message=f"The store credit is {balance.formatted()}.",
            path=("tenders", str(draft.place), "amountMinor"),
            balance_minor=balance.amount_minor,
            missing_minor=max(amount - balance.amount_minor, 0),
            currency=currency,
        )
    ]


async def _find_customer(unit: UnitOfWork, account_id: UUID | None, provider: str) -> str | None:
    if account_id is None:
        return None
    statement = sa.select(ProviderCustomer.reference).where(
        ProviderCustomer.account_id == account_id, ProviderCustomer.provider == provider
    )
    return (await unit.session.execute(statement)).scalar_one_or_none()


# A row's values are those of any columns, hence Any.
def _row(draft: _Draft, provider: str, customer: str | None, check_at: datetime) -> dict[str, Any]:
    tender = draft.tender
    by_card = tender.method is PaymentMethod.CARD
    return {
        "id": draft.id,
        "method": tender.method,
        "status": _FIRST_STATUS[tender.method],
        "amount_minor": tender.amount_minor,
        "currency": tender.currency,
        "gift_card_id": draft.gift_card and draft.gift_card.id,
        "provider": provider if by_card else None,
        "provider_method": tender.card if by_card else None,
        "provider_customer": customer if by_card else None,
        "saves_card": by_card and tender.save_card and customer is not None,
        "return_url": tender.return_url if by_card else None,
        "check_at": check_at if by_card else None,
    }


_INSERT = sa.insert(PaymentAttempt).returning(*ATTEMPT_COLUMNS, sort_by_parameter_order=True)


async def _now(unit: UnitOfWork) -> datetime:
    """The time now that all locks are held: a transaction may have waited long for them since it began."""
    now: datetime = (await unit.session.execute(sa.select(sa.func.clock_timestamp()))).scalar_one()
    return now

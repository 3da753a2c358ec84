"""Balances of gift cards and of store credit: each change is one conditional statement and one entry, append only.

The entry of a cause and a reference exists once, so nothing is taken or given twice for the same thing.
"""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from models.payments import BalanceEntry, GiftCard, StoreCredit
from services.unit_of_work import UnitOfWork

PAYMENT, REFUND, ISSUE, GRANT = "payment", "refund", "issue", "grant"
# Money that comes back to a gift card whose time is over can be spent for so long.
_EXTENDED_DAYS = 90


async def take_from_gift_card(unit: UnitOfWork, gift_card_id: UUID, *, amount_minor: int, reference_id: UUID) -> bool:
    """Take it if the card has it; False, and nothing happens, if it has less or is no longer good."""
    statement = (
        sa.update(GiftCard)
        .where(GiftCard.id == gift_card_id, GiftCard.balance_minor >= amount_minor, GiftCard.is_active)
        .where(sa.or_(GiftCard.expires_at.is_(None), GiftCard.expires_at > sa.func.now()))
        .values(balance_minor=GiftCard.balance_minor - amount_minor)
        .returning(GiftCard.currency)
    )
    currency = (await unit.session.execute(statement)).scalar_one_or_none()
    if currency is None:
        return False
    await _enter(
        unit, gift_card_id=gift_card_id, currency=currency, change=-amount_minor, cause=PAYMENT, reference=reference_id
    )
    return True


async def return_to_gift_card(unit: UnitOfWork, gift_card_id: UUID, *, amount_minor: int, reference_id: UUID) -> None:
    """Give back; a card whose time is over, or soon, gets more of it, or the money could not be spent."""
    extended = sa.func.now() + sa.func.make_interval(0, 0, 0, _EXTENDED_DAYS)
    statement = (
        sa.update(GiftCard)
        .where(GiftCard.id == gift_card_id)
        # The greatest of a time and of none would be the time: a card that never expires keeps never.
        .values(
            balance_minor=GiftCard.balance_minor + amount_minor,
            expires_at=sa.case(
                (GiftCard.expires_at.is_(None), None), else_=sa.func.greatest(GiftCard.expires_at, extended)
            ),
        )
        .returning(GiftCard.currency)
    )
    currency = (await unit.session.execute(statement)).scalar_one()
    await _enter(
        unit, gift_card_id=gift_card_id, currency=currency, change=amount_minor, cause=REFUND, reference=reference_id
    )


async def take_store_credit(
    unit: UnitOfWork, account_id: UUID, *, amount_minor: int, currency: str, reference_id: UUID
) -> bool:
    """Take it if the account has it; False, and nothing happens, if it has less."""
    statement = (
        sa.update(StoreCredit)
        .where(
            StoreCredit.account_id == account_id,
            StoreCredit.currency == currency,
            StoreCredit.balance_minor >= amount_minor,
        )
        .values(balance_minor=StoreCredit.balance_minor - amount_minor)
        .returning(StoreCredit.account_id)
    )
    if (await unit.session.execute(statement)).first() is None:
        return False
    await _enter(
        unit, account_id=account_id, currency=currency, change=-amount_minor, cause=PAYMENT, reference=reference_id
    )
    return True


async def give_store_credit(
    unit: UnitOfWork,
    account_id: UUID,
    *,
    amount_minor: int,
    currency: str,
    cause: str,
    reference_id: UUID,
    actor: str | None = None,
) -> int:
    """Add to an account's credit; returns the new balance."""
    adding = insert(StoreCredit).values(account_id=account_id, currency=currency, balance_minor=amount_minor)
    statement = adding.on_conflict_do_update(
        index_elements=[StoreCredit.account_id, StoreCredit.currency],
        set_={"balance_minor": StoreCredit.balance_minor + amount_minor},
    ).returning(StoreCredit.balance_minor)
    balance: int = (await unit.session.execute(statement)).scalar_one()
    await _enter(
        unit,
        account_id=account_id,
        currency=currency,
        change=amount_minor,
        cause=cause,
        reference=reference_id,
        actor=actor,
    )
    return balance


async def enter_issue(
    unit: UnitOfWork, gift_card_id: UUID, *, amount_minor: int, currency: str, actor: str | None
) -> None:
    """The first entry of a gift card."""
    await _enter(
        unit,
        gift_card_id=gift_card_id,
        currency=currency,
        change=amount_minor,
        cause=ISSUE,
        reference=gift_card_id,
        actor=actor,
    )


async def _enter(
    unit: UnitOfWork,
    *,
    currency: str,
    change: int,
    cause: str,
    reference: UUID,
    gift_card_id: UUID | None = None,
    account_id: UUID | None = None,
    actor: str | None = None,
) -> None:
    values = {
        "gift_card_id": gift_card_id,
        "account_id": account_id,
        "currency": currency,
        "change_minor": change,
        "cause": cause,
        "reference_id": reference,
        "actor": actor,
    }
    await unit.session.execute(sa.insert(BalanceEntry).values(values))

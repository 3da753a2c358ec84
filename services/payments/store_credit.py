"""Store credit: what the store owes an account."""

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.money import Money
from core.problems import NotFound, Rejected
from models.payments import StoreCredit
from services.accounts import email_key
from services.accounts.queries import find_account_by_email
from services.payments.balances import GRANT, give_store_credit
from services.payments.gift_cards import MOST_MINOR
from services.payments.problems import BadAmount
from services.unit_of_work import ReadSession, UnitOfWork


async def grant(unit: UnitOfWork, *, email: str, amount_minor: int, currency: str, actor: str | None) -> Money:
    """Add to the credit of the account with this e-mail; the new balance.

    Raises `Rejected` (BAD_AMOUNT, BAD_EMAIL, NOT_FOUND).
    """
    if not 0 < amount_minor <= MOST_MINOR:
        message = f"At least one and at most {MOST_MINOR:,} minor units are granted at once."
        raise Rejected(BadAmount(message=message, path=("amountMinor",)))
    account = await find_account_by_email(unit.session, email_key(email).key)
    if account is None:
        raise Rejected(NotFound(message="No account has this e-mail address.", path=("email",), kind="Viewer"))
    balance = await give_store_credit(
        unit,
        account.id,
        amount_minor=amount_minor,
        currency=currency,
        cause=GRANT,
        reference_id=new_id(),
        actor=actor,
    )
    return Money(balance, currency)


async def find_store_credit(session: ReadSession, account_id: UUID) -> Mapping[str, Money]:
    """What an account has, by currency, with none where nothing is left."""
    statement = (
        sa.select(StoreCredit.currency, StoreCredit.balance_minor)
        .where(StoreCredit.account_id == account_id, StoreCredit.balance_minor > 0)
        .order_by(StoreCredit.currency)
    )
    return {row.currency: Money(row.balance_minor, row.currency) for row in await session.execute(statement)}

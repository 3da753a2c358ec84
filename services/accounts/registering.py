"""How an account comes to be, and what its owner may change of it."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core.ids import new_id
from core.names import LONGEST_NAME, BadName, is_readable
from core.problems import NotFound, Problem, Rejected
from models.accounts import Account
from models.sellers import Seller
from services.accounts.emails import EmailKey, email_key
from services.accounts.letter_tokens import Purpose
from services.accounts.letters import enqueue_letter
from services.accounts.opening import open_session
from services.accounts.passwords import check_password
from services.accounts.problems import EmailTaken
from services.accounts.queries import ACCOUNT_COLUMNS, account_of
from services.accounts.records import AccountRecord, Device, Opened
from services.accounts.tokens import Role
from services.unit_of_work import UnitOfWork


class NewAccount(NamedTuple):
    """Who is to sign in, with a password that was hashed before. `seller_id` goes with the role of a seller."""

    email: EmailKey
    password_hash: str
    name: str | None = None
    role: Role = Role.CUSTOMER
    seller_id: UUID | None = None


def check_registration(*, email: str, password: str, name: str | None) -> EmailKey:
    """The address, if all is well; raises `Rejected`: BAD_EMAIL, WEAK_PASSWORD, BAD_NAME."""
    problems = check_name(name) + check_password(password, email=email, path=("password",))
    try:
        found = email_key(email)
    except Rejected as refusal:
        raise Rejected(*refusal.problems, *problems) from None
    if problems:
        raise Rejected(*problems)
    return found


async def create_account(unit: UnitOfWork, new: NewAccount) -> AccountRecord:
    """Raises `Rejected`: EMAIL_TAKEN, whatever the spelling; NOT_FOUND (the seller)."""
    if new.seller_id is not None and not await unit.session.scalar(
        sa.select(sa.exists().where(Seller.id == new.seller_id))
    ):
        raise Rejected(NotFound(message="There is no such seller.", path=("seller",), kind="Seller"))
    row = await unit.session.execute(
        insert(Account)
        .values(
            id=new_id(),
            email=new.email.spelling,
            email_key=new.email.key,
            password_hash=new.password_hash,
            name=None if new.name is None else new.name.strip(),
            role=new.role.value,
            seller_id=new.seller_id,
        )
        .on_conflict_do_nothing(index_elements=[Account.email_key])
        .returning(*ACCOUNT_COLUMNS)
    )
    if (made := row.one_or_none()) is None:
        raise Rejected(EmailTaken(message="There is an account with this e-mail address.", path=("email",)))
    return account_of(made)


async def register(unit: UnitOfWork, new: NewAccount, *, device: Device, lifetime: timedelta) -> Opened:
    """Make an account, sign its owner in, and have a letter sent that proves the address. As `create_account`."""
    account = await create_account(unit, new)
    opened = await open_session(unit, account=account, device=device, lifetime=lifetime)
    await enqueue_letter(unit, account_id=account.id, purpose=Purpose.VERIFY)
    return opened


async def save_profile(unit: UnitOfWork, *, account_id: UUID, name: str | None) -> AccountRecord:
    """Raises `Rejected` (BAD_NAME)."""
    if problems := check_name(name):
        raise Rejected(*problems)
    row = await unit.session.execute(
        sa.update(Account)
        .where(Account.id == account_id)
        .values(name=None if name is None else name.strip())
        .returning(*ACCOUNT_COLUMNS)
    )
    return account_of(row.one())


def check_name(name: str | None) -> list[Problem]:
    """What is wrong with the name of a person, who may have none."""
    if name is None or is_readable(name, most=LONGEST_NAME):
        return []
    message = f"A name has 1 to {LONGEST_NAME} characters that can be printed."
    return [BadName(message=message, path=("name",))]

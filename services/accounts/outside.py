"""Accounts of those who sign in at an outside issuer: made when their first token comes, and known by its subject."""

import hashlib
from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from core.clock import Clock, utc_now
from core.ids import new_id
from core.problems import Rejected, Unavailable
from models.accounts import Account
from ports.cache import Cache, Versioned
from services.accounts.emails import EmailKey, email_key
from services.accounts.outside_tokens import OutsideClaims, OutsideTokens
from services.accounts.tokens import Principal, Role
from services.unit_of_work import Database, UnitOfWork

_REMEMBERED_SECONDS = 300


class OutsideAccount(NamedTuple):
    """The account of a subject. `seller_id` is whom it was made to act for here; the issuer knows no sellers."""

    id: UUID
    seller_id: UUID | None


class OutsideAccounts:
    """From an outside issuer's tokens to principals. What a token said is remembered, so that most requests cost no
    SQL; a token that says something else is looked at again."""

    def __init__(self, tokens: OutsideTokens, database: Database, cache: Cache, *, clock: Clock = utc_now) -> None:
        self.issuer = tokens.issuer
        self._tokens = tokens
        self._database = database
        self._cache = cache
        self._clock = clock

    async def principal(self, token: str) -> Principal:
        """Raises `Denied` (UNAUTHENTICATED), and `Unavailable` if the issuer or Postgres is needed and gone."""
        claims = await self._tokens.read(token)
        account = await self._remembered(claims)
        if account is None:
            async with self._database.unit() as unit:
                account = await settle(unit, claims=claims)
            await self._remember(claims, account)
        role, acts_for = claims.role, account.seller_id if claims.role is Role.SELLER else None
        if role is Role.SELLER and acts_for is None:
            role = Role.CUSTOMER
        return Principal(role, str(account.id), claims.expires_at, account.id, None, acts_for)

    async def _remembered(self, claims: OutsideClaims) -> OutsideAccount | None:
        with suppress(Unavailable):
            (found,) = await self._cache.get_many([_key(claims)])
            if found is not None and found.data is not None:
                facts, account, seller = orjson.loads(found.data)
                if facts == _facts(claims):
                    return OutsideAccount(UUID(account), None if seller is None else UUID(seller))
        return None

    async def _remember(self, claims: OutsideClaims, account: OutsideAccount) -> None:
        seller = None if account.seller_id is None else str(account.seller_id)
        data = orjson.dumps([_facts(claims), str(account.id), seller])
        version = int(self._clock().timestamp() * 1_000_000)
        with suppress(Unavailable):
            await self._cache.put_many({_key(claims): Versioned(version, data)}, seconds=_REMEMBERED_SECONDS)


async def settle(unit: UnitOfWork, *, claims: OutsideClaims) -> OutsideAccount:
    """The account of these claims: made if there is none, and with the role and the e-mail that they have now."""
    # A seller's role needs a seller, which is set here; until then the account is a customer's.
    role = Role.CUSTOMER if claims.role is Role.SELLER else claims.role
    made = insert(Account).values(
        id=new_id(), issuer=claims.issuer, subject=claims.subject, name=claims.name, role=role.value
    )
    row = await unit.session.execute(
        made.on_conflict_do_update(
            index_elements=[Account.issuer, Account.subject],
            set_={
                "role": sa.case((Account.seller_id.is_(None), made.excluded.role), else_=Account.role),
                "name": sa.func.coalesce(Account.name, made.excluded.name),
                "updated_at": sa.func.now(),
            },
        ).returning(Account.id, Account.seller_id)
    )
    account = OutsideAccount._make(row.one())
    if claims.verified_email is not None:
        with suppress(Rejected):
            await _take_over_email(unit, account.id, email_key(claims.verified_email))
    return account


async def _take_over_email(unit: UnitOfWork, account_id: UUID, email: EmailKey) -> None:
    """Give an account its verified address unless another has it: who has the mailbox may not be who has signed up
    here with it, and neither may come into the other's account."""
    other = aliased(Account)
    is_free = ~sa.exists().where(other.email_key == email.key, other.id != account_id)
    is_news = Account.email_key.is_distinct_from(email.key) | Account.email_verified_at.is_(None)
    taken = (
        sa.update(Account)
        .where(Account.id == account_id, is_free, is_news)
        .values(email=email.spelling, email_key=email.key, email_verified_at=sa.func.now())
    )
    # Somebody else may take it at the same moment.
    with suppress(IntegrityError):
        async with unit.session.begin_nested():
            await unit.session.execute(taken)


def _key(claims: OutsideClaims) -> str:
    return "outside:" + hashlib.sha256(f"{claims.issuer}\0{claims.subject}".encode()).hexdigest()


def _facts(claims: OutsideClaims) -> str:
    """What the account depends on."""
    return hashlib.sha256(orjson.dumps([claims.role, claims.verified_email, claims.name])).hexdigest()

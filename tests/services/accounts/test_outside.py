"""Accounts of those who sign in elsewhere: made once, with an e-mail only where nobody loses by it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import pytest
import sqlalchemy as sa

from adapters.signing_keys.jwks import JwksSigningKeys
from bootstrap.cache import open_cache
from core.ids import new_id
from core.profile import profiling
from models.accounts import Account
from models.sellers import Seller
from ports.cache import Cache
from services.accounts.emails import email_key
from services.accounts.outside import OutsideAccounts
from services.accounts.outside_tokens import OutsideTokens
from services.accounts.registering import NewAccount, create_account
from services.accounts.tokens import Role
from services.unit_of_work import Database
from tests.factories.issuer import AUDIENCE, Issuer, running_issuer

# Claims are any JSON, hence Any.
VERIFIED: dict[str, Any] = {"email": "Ann@Example.com", "email_verified": True}


class Kept(NamedTuple):
    """What is kept of an account."""

    id: UUID
    subject: str | None
    email: str | None
    email_verified_at: datetime | None
    role: str
    name: str | None


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with running_issuer() as running:
        yield running


@pytest.fixture(scope="module")
async def tokens(issuer: Issuer) -> AsyncIterator[OutsideTokens]:
    keys = JwksSigningKeys(issuer.url, https_only=False)
    yield OutsideTokens(issuer.url, AUDIENCE, ("RS256", "ES256"), "roles", keys)
    await keys.close()


@pytest.fixture
async def cache(redis_url: str) -> AsyncIterator[Cache]:
    opened = open_cache(redis_url)
    yield opened
    await opened.close()


@pytest.fixture
def accounts(tokens: OutsideTokens, database: Database, cache: Cache) -> OutsideAccounts:
    return OutsideAccounts(tokens, database, cache)


async def row(database: Database) -> Kept:
    """The only account from outside."""
    columns = [getattr(Account, name) for name in Kept._fields]
    async with database.read() as session:
        return Kept._make((await session.execute(sa.select(*columns).where(Account.issuer.is_not(None)))).one())


async def test_the_first_token_makes_an_account(accounts: OutsideAccounts, database: Database, issuer: Issuer) -> None:
    found = await accounts.principal(issuer.token(name="Ann", **VERIFIED))

    account = await row(database)
    assert (account.subject, account.email, account.role, account.name) == (
        "somebody",
        "Ann@example.com",
        "customer",
        "Ann",
    )
    assert account.email_verified_at is not None
    assert (found.role, found.account_id, found.session_id, found.subject) == (
        Role.CUSTOMER,
        account.id,
        None,
        str(account.id),
    )


async def test_what_is_known_costs_no_sql(accounts: OutsideAccounts, issuer: Issuer) -> None:
    first = await accounts.principal(issuer.token())

    with profiling() as profile:
        second = await accounts.principal(issuer.token("ec"))

    assert (profile.sql, profile.cache) == (0, 1)
    assert second.account_id == first.account_id


async def test_many_first_tokens_at_once_make_one_account(
    accounts: OutsideAccounts, database: Database, issuer: Issuer
) -> None:
    found = await asyncio.gather(*(accounts.principal(issuer.token(**VERIFIED)) for _ in range(8)))

    account = await row(database)
    assert {one.account_id for one in found} == {account.id}
    assert account.email == "Ann@example.com"


async def test_the_same_subject_of_another_issuer_is_somebody_else(
    accounts: OutsideAccounts, database: Database, cache: Cache, issuer: Issuer
) -> None:
    with running_issuer() as other:
        keys = JwksSigningKeys(other.url, https_only=False)
        others = OutsideAccounts(OutsideTokens(other.url, AUDIENCE, ("RS256",), None, keys), database, cache)

        found = [await accounts.principal(issuer.token()), await others.principal(other.token())]

        await keys.close()
    assert found[0].account_id != found[1].account_id


async def test_goes_on_without_a_cache(tokens: OutsideTokens, database: Database, issuer: Issuer) -> None:
    gone = open_cache("redis://127.0.0.1:1/0")
    accounts = OutsideAccounts(tokens, database, gone)

    found = [await accounts.principal(issuer.token()) for _ in range(2)]

    assert found[0].account_id == found[1].account_id
    await gone.close()


async def test_a_role_that_is_taken_away_is_gone_with_the_next_token(
    accounts: OutsideAccounts, database: Database, issuer: Issuer
) -> None:
    before = await accounts.principal(issuer.token(roles=["operator"]))
    role_before = (await row(database)).role

    after = await accounts.principal(issuer.token(roles=[]))

    assert (before.role, role_before) == (Role.OPERATOR, "operator")
    assert (after.role, (await row(database)).role) == (Role.CUSTOMER, "customer")


async def test_an_unverified_address_is_not_taken_over(
    accounts: OutsideAccounts, database: Database, issuer: Issuer
) -> None:
    await accounts.principal(issuer.token(email="ann@example.com", email_verified=False))

    assert (await row(database)).email is None


async def test_an_address_that_becomes_verified_is_taken_over(
    accounts: OutsideAccounts, database: Database, issuer: Issuer
) -> None:
    await accounts.principal(issuer.token(email="ann@example.com", email_verified=False))

    await accounts.principal(issuer.token(**VERIFIED))

    assert (await row(database)).email == "Ann@example.com"


async def test_an_address_of_another_account_stays_with_it(
    accounts: OutsideAccounts, database: Database, issuer: Issuer
) -> None:
    async with database.unit() as unit:
        other = await create_account(unit, NewAccount(email_key("ANN@example.com"), "no hash"))

    found = await accounts.principal(issuer.token(**VERIFIED))

    assert (await row(database)).email is None
    assert found.account_id != other.id


@pytest.mark.parametrize("email", ["no address", "@", "a@b@c"])
async def test_an_address_that_is_none_is_left_out(
    accounts: OutsideAccounts, database: Database, issuer: Issuer, email: str
) -> None:
    await accounts.principal(issuer.token(email=email, email_verified=True))

    assert (await row(database)).email is None


async def test_a_seller_needs_a_seller(accounts: OutsideAccounts, database: Database, issuer: Issuer) -> None:
    before = await accounts.principal(issuer.token(roles="seller"))
    async with database.unit() as unit:
        seller_id = new_id()
        await unit.session.execute(sa.insert(Seller).values(id=seller_id, slug="ours", name="Ours"))
        await unit.session.execute(sa.update(Account).values(role="seller", seller_id=seller_id))

    after = await accounts.principal(issuer.token(roles=["seller"], name="with other facts"))
    without = await accounts.principal(issuer.token())

    assert (before.role, before.acts_for) == (Role.CUSTOMER, None)
    assert (after.role, after.acts_for, after.seller_id) == (Role.SELLER, seller_id, seller_id)
    assert (without.role, without.acts_for) == (Role.CUSTOMER, None)

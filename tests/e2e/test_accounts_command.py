"""`emporium accounts` as a process: the password comes by standard input, and nothing of it is printed."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from bootstrap.cache import open_cache
from core.ids import encode_global_id
from models.sellers import Seller
from services.accounts import session_is_alive
from services.accounts.queries import find_account_by_email
from services.accounts.records import AccountRecord
from services.accounts.tokens import Role
from services.unit_of_work import Database
from tests.factories.accounts import PASSWORD, end_reasons, save_account, save_session

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def environment(database_url: str, redis_url: str, tmp_path: Path) -> Mapping[str, str]:
    places = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "EMPORIUM_DATA_DIR": str(tmp_path)}
    return dict(os.environ) | places | {"PYTHONPATH": str(PROJECT), "EMPORIUM_AUTH__PASSWORD_MEMORY_KIB": "64"}


async def _run(environment: Mapping[str, str], *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli.main", "accounts", *arguments]
    return await asyncio.to_thread(
        subprocess.run, command, env=environment, input=said, capture_output=True, text=True, timeout=60
    )


async def _found(database: Database, email: str) -> AccountRecord:
    async with database.read() as session:
        found = await find_account_by_email(session, email)
    assert found is not None
    return found


async def test_makes_accounts_by_role(database: Database, environment: Mapping[str, str]) -> None:
    seller_id = UUID(int=7)
    async with database.unit() as unit:
        await unit.session.execute(sa.insert(Seller).values(id=seller_id, slug="acme", name="Acme"))

    made = await _run(environment, "create", "Op@example.com", "--role", "operator", said=f"{PASSWORD}\n")
    seller = await _run(
        environment,
        *("create", "seller@example.com", "--role", "seller", "--seller", encode_global_id("Seller", seller_id)),
        said=PASSWORD,
    )
    weak = await _run(environment, "create", "weak@example.com", said="password\n")
    taken = await _run(environment, "create", "OP@example.com", said=f"{PASSWORD}\n")
    alone = await _run(environment, "create", "x@example.com", "--role", "seller", said=f"{PASSWORD}\n")

    assert [one.returncode for one in (made, seller, weak, taken, alone)] == [0, 0, 1, 1, 1]
    assert PASSWORD not in made.stdout + made.stderr
    operator, other = await _found(database, "op@example.com"), await _found(database, "seller@example.com")
    assert (operator.role, operator.is_email_verified) == (Role.OPERATOR, True)
    assert (other.role, other.seller_id) == (Role.SELLER, seller_id)
    assert "There is an account with this e-mail address." in taken.stderr


async def test_another_role_ends_sessions_and_so_does_revoking(
    database: Database, environment: Mapping[str, str], redis_url: str
) -> None:
    account_id = await save_account(database)
    session_id = (await save_session(database, account_id)).session.id
    cache = open_cache(redis_url)
    assert await session_is_alive(database, cache, session_id)

    granted = await _run(environment, "grant", "ANN@example.com", "--role", "operator")
    alive = await session_is_alive(database, cache, session_id)
    await save_session(database, account_id)
    revoked = await _run(environment, "revoke-sessions", "ann@example.com")
    unknown = await _run(environment, "revoke-sessions", "bob@example.com")
    await cache.close()

    assert [one.returncode for one in (granted, revoked, unknown)] == [0, 0, 1]
    assert not alive
    assert (await _found(database, "ann@example.com")).role is Role.OPERATOR
    assert await end_reasons(database) == ["revoked", "revoked"]

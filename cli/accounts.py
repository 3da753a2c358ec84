"""`emporium accounts`: operators' and sellers' accounts, and what their owners cannot do by themselves.

Passwords are read from a prompt or from standard input, never from the command line, which others on the machine see.
"""

import sys
from datetime import timedelta
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
import typer
import uvloop

from bootstrap.resources import Resources
from cli.connecting import with_resources
from cli.token import seller_named
from core.problems import BadInput
from models.accounts import Account, SessionEnd
from services.accounts import (
    AccountRecord,
    Ended,
    NewAccount,
    Passwords,
    check_registration,
    create_account,
    email_key,
    end_sessions,
    shut_out,
)
from services.accounts.queries import find_account_by_email
from services.accounts.tokens import SIGNED_IN, Role
from services.unit_of_work import UnitOfWork

accounts = typer.Typer(help="Who signs in.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="The e-mail address.")]
RoleOption = Annotated[Role, typer.Option(help="What the account may do.")]
SellerOption = Annotated[str | None, typer.Option(help="For a seller: the id of whom the account acts for.")]


@accounts.command()
def create(
    email: Email,
    role: RoleOption = Role.CUSTOMER,
    seller: SellerOption = None,
    name: Annotated[str | None, typer.Option(help="What to call the person.")] = None,
) -> None:
    """Make an account, whose address counts as proven. The password is asked for, or the first line of the input."""
    seller_id = _seller(role, seller)
    password = _ask_password()
    address = check_registration(email=email, password=password, name=name)

    async def write(resources: Resources) -> AccountRecord:
        password_hash = await Passwords.from_settings(resources.settings.auth).hash(password)
        async with resources.database.unit() as unit:
            made = await create_account(unit, NewAccount(address, password_hash, name, role, seller_id))
            verified = sa.update(Account).where(Account.id == made.id).values(email_verified_at=sa.func.now())
            await unit.session.execute(verified)
        return made

    made = uvloop.run(with_resources(write, application="emporium accounts"))
    typer.echo(f"{made.email} is {role.value} {made.id}.")


@accounts.command()
def grant(email: Email, role: RoleOption, seller: SellerOption = None) -> None:
    """Give an account another role. Its sessions end, so that it holds at once."""
    seller_id = _seller(role, seller)

    async def write(resources: Resources) -> Ended:
        async with resources.database.unit() as unit:
            account = await _account(unit, email)
            changed = sa.update(Account).where(Account.id == account.id)
            await unit.session.execute(changed.values(role=role.value, seller_id=seller_id))
            ended = await end_sessions(unit, account_id=account.id, reason=SessionEnd.REVOKED)
        await _shut_out(resources, ended)
        return ended

    ended = uvloop.run(with_resources(write, application="emporium accounts"))
    typer.echo(f"{email} is {role.value} now; {len(ended.session_ids)} sessions ended.")


@accounts.command()
def revoke_sessions(email: Email) -> None:
    """End all sessions of an account."""

    async def write(resources: Resources) -> Ended:
        async with resources.database.unit() as unit:
            account = await _account(unit, email)
            ended = await end_sessions(unit, account_id=account.id, reason=SessionEnd.REVOKED)
        await _shut_out(resources, ended)
        return ended

    ended = uvloop.run(with_resources(write, application="emporium accounts"))
    typer.echo(f"{len(ended.session_ids)} sessions ended.")


async def _account(unit: UnitOfWork, email: str) -> AccountRecord:
    found = await find_account_by_email(unit.session, email_key(email).key)
    if found is None:
        raise BadInput("UNKNOWN_ACCOUNT", f"There is no account {email!r}.")
    return found


async def _shut_out(resources: Resources, ended: Ended) -> None:
    access = timedelta(minutes=resources.settings.auth.access_minutes)
    await shut_out(resources.cache, ended.session_ids, access=access)


def _seller(role: Role, seller: str | None) -> UUID | None:
    """Whom the account acts for; raises `BadInput`."""
    if role not in SIGNED_IN:
        raise BadInput("BAD_ROLE", "An account is a customer's, a seller's or an operator's.")
    if (role is Role.SELLER) != (seller is not None):
        raise BadInput("BAD_SELLER", "A seller's account, and only that, needs --seller.")
    return None if seller is None else seller_named(seller)


def _ask_password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")

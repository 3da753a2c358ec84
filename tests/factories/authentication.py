"""What checks tokens and cookies in tests, over a shop's Postgres and Valkey, and accounts that have signed in."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID

from starlette.requests import HTTPConnection

from core.ids import new_id
from models.accounts import SessionEnd
from ports.cache import Cache
from services.accounts.emails import email_key
from services.accounts.ending import end_sessions
from services.accounts.opening import open_session
from services.accounts.outside import OutsideAccounts
from services.accounts.records import Device
from services.accounts.registering import NewAccount, create_account
from services.accounts.sessions import session_is_alive, shut_out
from services.accounts.tokens import Role, issue_token
from services.unit_of_work import Database
from web.authentication import Authenticator
from web.cookies import Cookies
from web.origins import Origins

SECRET = "a-secret-for-tests-of-32-characters"


def authenticating(
    database: Database,
    cache: Cache,
    *,
    outside: OutsideAccounts | None = None,
    allowed_origins: Collection[str] = (),
    secure: bool = False,
) -> Authenticator:
    """As the application has it, with the key of tests."""
    return Authenticator(
        secret=SECRET,
        is_alive=partial(session_is_alive, database, cache),
        outside=outside,
        cookies=Cookies(secure=secure),
        origins=Origins(allowed_origins),
    )


class SignedIn(NamedTuple):
    """An account with one session, and what its client holds."""

    account_id: UUID
    session_id: UUID
    access_token: str
    refresh_token: str

    @property
    def bearer(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.access_token}"}

    @property
    def cookie(self) -> dict[str, str]:
        """The header of a browser, in development."""
        return {"cookie": f"emporium_access={self.access_token}; emporium_refresh={self.refresh_token}"}


async def sign_in(
    database: Database, *, role: Role = Role.CUSTOMER, seller_id: UUID | None = None, seconds: float = 60.0
) -> SignedIn:
    """Make an account and a session of it, with an access token for so long."""
    email = email_key(f"{new_id().hex}@example.com")
    async with database.unit() as unit:
        account = await create_account(unit, NewAccount(email, "no hash", role=role, seller_id=seller_id))
        opened = await open_session(unit, account=account, device=Device(), lifetime=timedelta(days=1))
    token = issue_token(
        secret=SECRET,
        role=role,
        subject=str(account.id),
        lifetime=timedelta(seconds=seconds),
        now=datetime.now(UTC),
        session_id=opened.session.id,
        acts_for=seller_id,
    )
    return SignedIn(account.id, opened.session.id, token, opened.refresh_token)


async def sign_out(database: Database, cache: Cache, who: SignedIn) -> None:
    """End the session, as a logout does."""
    async with database.unit() as unit:
        ended = await end_sessions(unit, account_id=who.account_id, reason=SessionEnd.LOGOUT, only=who.session_id)
    await shut_out(cache, ended.session_ids, access=timedelta(minutes=10))


def connection(headers: Mapping[str, str], *, scheme: str = "http", type: str = "http") -> HTTPConnection:
    """A request to `shop.example` as the server hands it over."""
    given = {"host": "shop.example", **headers}
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in given.items()]
    return HTTPConnection({"type": type, "scheme": scheme, "headers": raw, "client": ("203.0.113.9", 5000)})

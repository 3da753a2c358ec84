"""How a session begins, and how its refresh token is changed for the next one at each use."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.problems import Rejected
from models.accounts import Account, AccountSession, RefreshToken, SessionEnd
from services.accounts.ending import end_sessions
from services.accounts.problems import BadRefreshToken, SessionEnded
from services.accounts.queries import ACCOUNT_COLUMNS, IS_ALIVE, SESSION_COLUMNS, account_of
from services.accounts.records import AccountRecord, Device, Ended, IssuedTokens, Opened, SessionRecord
from services.accounts.refresh_tokens import hash_token, new_token
from services.accounts.tokens import issue_token
from services.unit_of_work import UnitOfWork

_LONGEST_AGENT = 300


async def open_session(unit: UnitOfWork, *, account: AccountRecord, device: Device, lifetime: timedelta) -> Opened:
    """Begin a session of an account, which the caller has locked so that its password stays as it was checked."""
    row = await unit.session.execute(
        sa.insert(AccountSession)
        .values(id=new_id(), account_id=account.id, expires_at=sa.func.now() + lifetime, **_told(device))
        .returning(*SESSION_COLUMNS)
    )
    session = SessionRecord._make(row.one())
    return Opened(account, session, await _issue(unit, session.id))


async def refresh(unit: UnitOfWork, *, token: str, device: Device, lifetime: timedelta) -> Opened | Ended:
    """Let the session of a refresh token go on for another `lifetime`, with a new token: this one is used up.

    A token that was used before is in two hands: the session has `Ended` then, which has to be committed. Of two uses
    at once, the session's lock lets one be the first. Raises `Rejected`: BAD_REFRESH_TOKEN, SESSION_ENDED.
    """
    token_hash = hash_token(token)
    account, session_id = await _lock(unit, token_hash)
    if not await _use_up(unit, token_hash):
        return await end_sessions(unit, account_id=account.id, reason=SessionEnd.REUSED, only=session_id)
    row = await unit.session.execute(
        sa.update(AccountSession)
        .where(AccountSession.id == session_id)
        .values(last_used_at=sa.func.now(), expires_at=sa.func.now() + lifetime, **_told(device))
        .returning(*SESSION_COLUMNS)
    )
    await _forget_old(unit, session_id, lifetime)
    return Opened(account, SessionRecord._make(row.one()), await _issue(unit, session_id))


def issue_tokens(opened: Opened, *, secret: str, lifetime: timedelta, now: datetime) -> IssuedTokens:
    """What the client gets: an access token that is valid for `lifetime`, and the refresh token."""
    account, session = opened.account, opened.session
    access = issue_token(
        secret=secret,
        role=account.role,
        subject=str(account.id),
        lifetime=lifetime,
        now=now,
        session_id=session.id,
        acts_for=account.seller_id,
    )
    return IssuedTokens(access, now + lifetime, opened.refresh_token, session.expires_at)


async def _lock(unit: UnitOfWork, token_hash: bytes) -> tuple[AccountRecord, UUID]:
    """The account and the session of a token, the session locked; raises `Rejected` if it is over or unknown."""
    found = (
        await unit.session.execute(
            sa.select(*ACCOUNT_COLUMNS, AccountSession.id, AccountSession.end_reason, IS_ALIVE)
            .join(AccountSession, AccountSession.account_id == Account.id)
            .join(RefreshToken, RefreshToken.session_id == AccountSession.id)
            .where(RefreshToken.token_hash == token_hash)
            .with_for_update(of=AccountSession)
        )
    ).one_or_none()
    if found is None:
        raise Rejected(BadRefreshToken(message="There is no session of this token.", path=("refreshToken",)))
    session_id, end_reason, is_alive = found[-3:]
    if not is_alive:
        reason = None if end_reason is None else SessionEnd(end_reason)
        raise Rejected(SessionEnded(message="This session is over. Sign in again.", reason=reason))
    return account_of(found), session_id


async def _use_up(unit: UnitOfWork, token_hash: bytes) -> bool:
    used = await unit.session.execute(
        sa.update(RefreshToken)
        .where(RefreshToken.token_hash == token_hash, RefreshToken.used_at.is_(None))
        .values(used_at=sa.func.now())
        .returning(RefreshToken.session_id)
    )
    return used.first() is not None


async def _issue(unit: UnitOfWork, session_id: UUID) -> str:
    token = new_token()
    await unit.session.execute(sa.insert(RefreshToken).values(token_hash=hash_token(token), session_id=session_id))
    return token


async def _forget_old(unit: UnitOfWork, session_id: UUID, lifetime: timedelta) -> None:
    """Drop the session's tokens that were used so long ago that they would have expired unused."""
    old = RefreshToken.used_at < sa.func.now() - lifetime
    await unit.session.execute(sa.delete(RefreshToken).where(RefreshToken.session_id == session_id, old))


def _told(device: Device) -> dict[str, str | None]:
    """What is kept of a device: what can be shown, and not too much of it."""
    agent = device.user_agent
    shown = None if agent is None else "".join(sign for sign in agent if sign.isprintable())[:_LONGEST_AGENT]
    return {"user_agent": shown or None, "address": device.address}

"""How sessions end before their time. Their access tokens are refused once `shut_out` has heard of it.

Locks are taken in one order: the account, then its sessions by id, then their tokens.
"""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from core.problems import NotFound, Rejected
from models.accounts import AccountSession, RefreshToken, SessionEnd
from services.accounts.events import SessionEnded
from services.accounts.problems import BadRefreshToken
from services.accounts.queries import IS_ALIVE
from services.accounts.records import Ended
from services.accounts.refresh_tokens import hash_token
from services.unit_of_work import UnitOfWork

# Long after its time a session still says why it is over, and then is forgotten with its tokens.
_KEPT_DAYS = 30


async def end_sessions(
    unit: UnitOfWork, *, account_id: UUID, reason: SessionEnd, only: UUID | None = None, keep: UUID | None = None
) -> Ended:
    """End the sessions of an account that go on: all of them, `only` one, or all but the one to `keep`."""
    going_on = sa.select(AccountSession.id).where(AccountSession.account_id == account_id, IS_ALIVE)
    if only is not None:
        going_on = going_on.where(AccountSession.id == only)
    if keep is not None:
        going_on = going_on.where(AccountSession.id != keep)
    ids = list(await unit.session.scalars(going_on.order_by(AccountSession.id).with_for_update()))
    if ids:
        await unit.session.execute(
            sa.update(AccountSession)
            .where(AccountSession.id.in_(ids))
            .values(ended_at=sa.func.now(), end_reason=reason.value)
        )
        unit.publish(*(SessionEnded(account_id, key, reason.value) for key in ids))
    return Ended(account_id, ids)


async def revoke_session(unit: UnitOfWork, *, account_id: UUID, session_id: UUID) -> Ended:
    """End one of the account's sessions; raises `Rejected` (NOT_FOUND), also for other accounts' sessions."""
    ended = await end_sessions(unit, account_id=account_id, reason=SessionEnd.REVOKED, only=session_id)
    if not ended.session_ids:
        raise Rejected(_no_such("session"))
    return ended


async def revoke_other_sessions(unit: UnitOfWork, *, account_id: UUID, keep: UUID | None) -> Ended:
    """End the account's sessions but the one to `keep`, if any; raises `Rejected` (NOT_FOUND) unless that is one of
    the account's and goes on: by a slip, all would end."""
    own = sa.exists().where(AccountSession.id == keep, AccountSession.account_id == account_id, IS_ALIVE)
    if keep is not None and not await unit.session.scalar(sa.select(own)):
        raise Rejected(_no_such("keep"))
    return await end_sessions(unit, account_id=account_id, reason=SessionEnd.REVOKED, keep=keep)


async def log_out(unit: UnitOfWork, *, account_id: UUID, session_id: UUID) -> Ended:
    """End the session; nothing happens if it is over."""
    return await end_sessions(unit, account_id=account_id, reason=SessionEnd.LOGOUT, only=session_id)


async def log_out_by_token(unit: UnitOfWork, *, token: str) -> Ended:
    """End the session of a refresh token, used or not; raises `Rejected` (BAD_REFRESH_TOKEN)."""
    found = (
        await unit.session.execute(
            sa.select(AccountSession.account_id, AccountSession.id)
            .join(RefreshToken, RefreshToken.session_id == AccountSession.id)
            .where(RefreshToken.token_hash == hash_token(token))
        )
    ).one_or_none()
    if found is None:
        raise Rejected(BadRefreshToken(message="There is no session of this token.", path=("refreshToken",)))
    return await log_out(unit, account_id=found.account_id, session_id=found.id)


async def delete_old_sessions(unit: UnitOfWork, *, limit: int) -> int:
    """Forget up to `limit` sessions whose time was over long ago; returns how many those were."""
    old = (
        sa.select(AccountSession.id)
        .where(AccountSession.expires_at < sa.func.now() - sa.func.make_interval(0, 0, 0, _KEPT_DAYS))
        .order_by(AccountSession.expires_at)
        .limit(limit)
    )
    deleted: Sequence[UUID] = (
        await unit.session.scalars(
            sa.delete(AccountSession).where(AccountSession.id.in_(old)).returning(AccountSession.id)
        )
    ).all()
    return len(deleted)


def _no_such(field: str) -> NotFound:
    return NotFound(message="There is no such session, or it is over.", path=(field,), kind="Session")

"""Whether a session still goes on: asked with each request that names one, so the answer is remembered for a while.

An access token is good by itself until it expires. This is what ends it with its session.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog

from core.problems import Unavailable
from models.accounts import AccountSession
from ports.cache import Cache, Versioned
from services.accounts.queries import IS_ALIVE
from services.unit_of_work import Database

# How long "it goes on" is believed. It bounds how late an end is noticed that the cache could not be told of.
_REMEMBERED_SECONDS = 30
# An access token may be issued while its session is being ended, and clocks differ.
_MARGIN_SECONDS = 60
# Version 0 says that the session goes on, a mark of version 1 that it has ended: the cache lets none go back from that.
_GOES_ON = Versioned(0, b"1")
_ENDED_VERSION = 1

log = structlog.get_logger(__name__)


async def session_is_alive(database: Database, cache: Cache, session_id: UUID) -> bool:
    """Whether the session has neither ended nor expired. Postgres decides where the cache does not know, is empty or
    is down; raises `Unavailable` only if Postgres is needed and gone."""
    key = _key(session_id)
    try:
        (known,) = await cache.get_many([key])
    except Unavailable:
        return await _asked(database, session_id)
    if known is not None:
        return known.data is not None
    is_alive = await _asked(database, session_id)
    try:
        if is_alive:
            await cache.put_many({key: _GOES_ON}, seconds=_REMEMBERED_SECONDS)
        else:
            await cache.invalidate({key: _ENDED_VERSION}, seconds=_REMEMBERED_SECONDS)
    except Unavailable:
        return is_alive  # and Postgres is asked again with the next request
    return is_alive


async def shut_out(cache: Cache, session_ids: Sequence[UUID], *, access: timedelta) -> None:
    """Have access tokens of sessions that were ended refused from now on. For after the commit: before it, a reader
    could find them still alive, and be right. `access` is how long such tokens are valid."""
    seconds = round(access.total_seconds()) + _MARGIN_SECONDS
    try:
        await cache.invalidate({_key(one): _ENDED_VERSION for one in session_ids}, seconds=seconds)
    except Unavailable:
        log.warning("sessions_shut_out_late", sessions=len(session_ids), seconds=_REMEMBERED_SECONDS)


async def _asked(database: Database, session_id: UUID) -> bool:
    async with database.read() as session:
        found = await session.scalar(sa.select(sa.exists().where(AccountSession.id == session_id, IS_ALIVE)))
    return bool(found)


def _key(session_id: UUID) -> str:
    return f"session:{session_id}"

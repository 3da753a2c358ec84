"""Ends holds that are past their time. Every worker does; a hold that one of them has taken, the others pass over."""

import asyncio
from functools import partial

import structlog

from bootstrap.resources import Resources
from core.problems import Unavailable
from services.inventory.reservations import expire_due, expire_one, list_due
from services.unit_of_work import Database
from workers.repeating import repeat

_PAUSE_SECONDS = 1.0
_HOLDS_AT_ONCE = 200

log = structlog.get_logger(__name__)


async def run_holds(resources: Resources, stop: asyncio.Event) -> None:
    """Work until `stop`; while Postgres is down, wait for it."""
    await repeat("holds", partial(expire_holds, resources.database), stop, pause=_PAUSE_SECONDS)


async def expire_holds(database: Database) -> bool:
    """End a batch of holds; True if more may be left. One that cannot be ended keeps none of the others waiting."""
    try:
        async with database.unit() as unit:
            ended = await expire_due(unit, limit=_HOLDS_AT_ONCE)
        return len(ended) == _HOLDS_AT_ONCE
    except Unavailable:
        raise
    except Exception as error:
        log.warning("holds_apart", exc_info=error)
    return await _expire_apart(database)


async def _expire_apart(database: Database) -> bool:
    async with database.unit() as unit:
        due = await list_due(unit, limit=_HOLDS_AT_ONCE)
    ended = 0
    for reservation_id in due:
        try:
            async with database.unit() as unit:
                ended += await expire_one(unit, reservation_id=reservation_id)
        except Unavailable:
            raise
        except Exception:
            log.exception("hold_not_ended", reservation=str(reservation_id))
    return ended > 0 and len(due) == _HOLDS_AT_ONCE

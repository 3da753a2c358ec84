"""Lets the demo's orders move on by themselves; in any other shop it does nothing."""

import asyncio
from datetime import timedelta
from functools import partial

import structlog

from bootstrap.resources import Resources
from core.problems import Rejected
from core.shop_settings import DemoSettings
from services.orders.playing import list_due, play
from services.unit_of_work import Database
from workers.repeating import repeat

_PAUSE_SECONDS = 1.0
_SHIPMENTS_AT_ONCE = 100

log = structlog.get_logger(__name__)


async def run_playing(resources: Resources, stop: asyncio.Event) -> None:
    """Work until `stop`, where the settings ask for it."""
    settings = resources.settings.demo
    if settings.play_orders:
        step = partial(move_shipments, resources.database, settings)
        await repeat("play", step, stop, pause=min(_PAUSE_SECONDS, settings.step_seconds))


async def move_shipments(database: Database, settings: DemoSettings) -> bool:
    """Move on what has waited for a step. Each in a unit of its own: an order that is not under way keeps no other."""
    step = timedelta(seconds=settings.step_seconds)
    async with database.read() as session:
        due = await list_due(session, step=step, limit=_SHIPMENTS_AT_ONCE)
    for shipment in due:
        try:
            async with database.unit() as unit:
                await play(unit, shipment)
        except Rejected as refusal:
            log.debug("shipment_stays", shipment=str(shipment.id), reason=str(refusal))
    return False

"""Drives orders to their ends: what providers have told, payments without an answer, checkouts whose time is over,
money on its way back. Every worker does; what one of them has taken, the others pass over."""

import asyncio
from functools import partial

from bootstrap.resources import Resources
from services.cart import Carts
from services.checkout import Till, check_due, end_due, hear_notices, refund_due
from workers.repeating import Step, repeat

# A webhook is somebody who waits in front of a screen.
_NOTICES_SECONDS = 0.2
_PAUSE_SECONDS = 1.0


async def run_settling(resources: Resources, stop: asyncio.Event) -> None:
    """Work until `stop`. Each kind of work waits by itself while what it needs is down."""
    till = till_of(resources)
    steps: list[tuple[str, Step, float]] = [
        ("notices", partial(hear_notices, till), _NOTICES_SECONDS),
        ("payments", partial(check_due, till), _PAUSE_SECONDS),
        ("checkouts", partial(end_due, till), _PAUSE_SECONDS),
        ("refunds", partial(refund_due, till), _PAUSE_SECONDS),
    ]
    async with asyncio.TaskGroup() as tasks:
        for name, step, pause in steps:
            tasks.create_task(repeat(name, step, stop, pause=pause), name=name)


def till_of(resources: Resources) -> Till:
    """The till of a worker, which acts for nobody."""
    return Till(Carts(resources.carts, resources.database, resources.settings), resources.payments)

"""Doing a step again and again, as all loops of a worker do."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from core.problems import Unavailable

_LONGEST_PAUSE_SECONDS = 1.0

log = structlog.get_logger(__name__)

# Answers whether there may be more to do at once.
Step = Callable[[], Awaitable[bool]]


async def repeat(
    name: str, step: Step, halt: asyncio.Event, *, pause: float, longest_pause: float = _LONGEST_PAUSE_SECONDS
) -> None:
    """Run `step` until `halt`: at once again while there is work, and after pauses that grow while it fails."""
    failing = False
    delay = pause
    while not halt.is_set():
        busy = False
        try:
            busy = await step()
            if failing:
                log.info("step_recovered", step=name)
            failing, delay = False, pause
        except Unavailable as error:
            if not failing:
                log.warning("step_waits", step=name, part=error.part, reason=str(error)[:200])
            failing, delay = True, max(pause, min(delay * 2, longest_pause))
        except Exception:
            log.exception("step_failed", step=name)
            failing, delay = True, max(pause, min(delay * 2, longest_pause))
        if not busy:
            await pause_for(halt, delay)


async def pause_for(event: asyncio.Event, seconds: float) -> None:
    """Return after so many seconds, or at once when the event is set."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)

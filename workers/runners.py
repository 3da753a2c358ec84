"""What every worker process does at all times, whether it leads or not."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from bootstrap.resources import Resources
from workers.consumers import run_consumers
from workers.holds import run_holds
from workers.jobs import run_jobs
from workers.playing import run_playing
from workers.settling import run_settling

# Each works until the event is set, or returns if the settings give it nothing to do; it waits by itself while a server
# is down, and raises nothing. What a coroutine yields and is sent is of no use here, hence Any.
Runner = Callable[[Resources, asyncio.Event], Coroutine[Any, Any, None]]

RUNNERS: Sequence[Runner] = (run_jobs, run_holds, run_consumers, run_settling, run_playing)

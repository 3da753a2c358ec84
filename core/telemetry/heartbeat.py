"""What a process says of itself, every half second: how late its loop is, what it uses, and that it is alive."""

import asyncio
import time
from collections.abc import Callable, Sequence

import psutil

from core.telemetry.metrics import (
    LOOP_LAG,
    PROCESS_CPU,
    PROCESS_FILES,
    PROCESS_MEMORY,
    PROCESSES,
    read_round_trips,
)

_SECONDS = 0.5
_SAMPLES_PER_LOOK = 4
# A loop that does not come back for so long hangs.
_HANGING_SECONDS = 15.0


class Heartbeat:
    """When the loop of this process last came back; read by other threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at = clock()

    def beat(self) -> None:
        self._at = self._clock()

    def is_alive(self) -> bool:
        return self._clock() - self._at < _HANGING_SECONDS


async def beat(heartbeat: Heartbeat, samplers: Sequence[Callable[[], None]] = ()) -> None:
    """Until cancelled. `samplers` bring metrics up to date every two seconds."""
    process, used = psutil.Process(), 0.0
    PROCESSES.set(1)
    clock = asyncio.get_running_loop().time
    while True:
        for _ in range(_SAMPLES_PER_LOOK):
            begun = clock()
            await asyncio.sleep(_SECONDS)
            LOOP_LAG.observe(max(0.0, clock() - begun - _SECONDS))
            heartbeat.beat()
        with process.oneshot():
            times = process.cpu_times()
            PROCESS_CPU.inc(max(0.0, times.user + times.system - used))
            used = times.user + times.system
            PROCESS_MEMORY.set(process.memory_info().rss)
            PROCESS_FILES.set(process.num_fds())
        read_round_trips()
        for sampler in samplers:
            sampler()

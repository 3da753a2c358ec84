"""Starts servers again that end while they should run, whether they failed or somebody killed them."""

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

import structlog

_LOOK_SECONDS = 0.5
_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 10.0
# A server that ran for this long had started well; when it ends, it is started again at once.
_SETTLED_SECONDS = 30.0

log = structlog.get_logger()


@dataclass(slots=True)
class _Watched:
    name: str
    started: float
    wait: float = 0.0
    # When to start it again; None while it runs.
    due: float | None = None

    def put_off(self, now: float) -> float:
        """Set when to try next, and return in how many seconds; each attempt in a row waits longer."""
        wait = self.wait
        self.due = now + wait
        self.wait = min(max(wait * 2, _FIRST_WAIT_SECONDS), _LONGEST_WAIT_SECONDS)
        return wait


class Watch:
    """A thread that asks `ended(name)` twice a second and calls `restart(name)` where it is so, until `stop`.

    Both are called in that thread only. A `restart` that raises is logged and tried again later.
    """

    def __init__(self, names: Collection[str], *, ended: Callable[[str], bool], restart: Callable[[str], None]) -> None:
        now = time.monotonic()
        self._watched = [_Watched(name, now) for name in names]
        self._ended = ended
        self._restart = restart
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="embedded-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Return when nothing will be started any more; a start under way is finished first."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(_LOOK_SECONDS):
            for one in self._watched:
                try:
                    self._look(one)
                except Exception as error:  # whatever it is (a full disk, no memory) may be gone at the next attempt
                    wait = one.put_off(time.monotonic())
                    log.error("embedded server does not start", server=one.name, reason=str(error), retry_in=wait)

    def _look(self, one: _Watched) -> None:
        now = time.monotonic()
        if one.due is None:
            if not self._ended(one.name):
                return
            if now - one.started > _SETTLED_SECONDS:
                one.wait = 0.0
            log.warning("embedded server ended", server=one.name, restart_in=one.put_off(now))
        if one.due is not None and one.due <= now and not self._stopping.is_set():
            self._restart(one.name)
            one.started, one.due = now, None

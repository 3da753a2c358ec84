"""Ends a process whose supervisor has died, however it died.

The supervisor holds the other end of the child's standard input. When the kernel closes it, reading ends; that works
after a kill -9 and on every Unix.
"""

import os
import signal
import sys
import threading

VARIABLE = "EMPORIUM_LIFELINE"


def follow_supervisor() -> None:
    """Watch standard input if the environment says that a supervisor holds it; stop as by SIGTERM when it closes."""
    if os.environ.pop(VARIABLE, None):
        threading.Thread(target=_watch, name="lifeline", daemon=True).start()


def _watch() -> None:
    descriptor = sys.stdin.fileno()
    while os.read(descriptor, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)

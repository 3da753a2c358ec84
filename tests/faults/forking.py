"""A process that has imported the product once and forks web processes and workers from itself.

Importing takes seconds and kills are many, so a process that is forked is back in half a second. Else it is like any
other: a pid, a session and an environment of its own. Orders come on standard input, one JSON object a line, each
answered with a pid; when the input closes, all that was forked is killed.
"""

import json
import os
import signal
import sys
from contextlib import suppress
from typing import NamedTuple, NoReturn

import uvicorn

from app import create_app
from cli.worker import worker

_NOT_FOR_US = (signal.SIGINT, signal.SIGTERM)


class Order(NamedTuple):
    """What to become: a web server on `port`, or a worker if there is none."""

    environment: dict[str, str]
    log: str
    port: int | None


def main() -> None:
    """Fork as ordered. Children that end are forgotten by the system at once."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # A Ctrl-C is for the whole group; this one ends when its input does, and then nothing of it is left.
    for number in _NOT_FOR_US:
        signal.signal(number, signal.SIG_IGN)
    forked: list[int] = []
    try:
        for line in sys.stdin:
            pid = os.fork()
            if pid == 0:
                _become(Order(**json.loads(line)))
            forked.append(pid)
            print(pid, flush=True)  # noqa: T201 - it answers
    finally:
        # Also where nobody is left to be answered.
        for pid in forked:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _become(order: Order) -> NoReturn:
    code = 1
    try:
        _move_in(order)
        if order.port is None:
            worker()
        else:
            uvicorn.run(
                create_app, factory=True, port=order.port, loop="uvloop", http="httptools", log_level="warning",
                access_log=False,
            )  # fmt: skip
        code = 0
    finally:
        sys.stderr.flush()
        os._exit(code)


def _move_in(order: Order) -> None:
    """Leave what belongs to the one who forked: its session, its streams, its environment."""
    os.setsid()
    for own in (signal.SIGCHLD, *_NOT_FOR_US):
        signal.signal(own, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for descriptor, number in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(descriptor, number)
    os.environ.clear()
    os.environ.update(order.environment)


if __name__ == "__main__":
    main()

"""One server process: started in a session of its own, named by pid and start time, ended for certain.

A pid alone names nothing: after a reboot or a long time it belongs to somebody else. With the start time it is sure.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from bootstrap.embedded.account import Account

# psutil rounds start times to clock ticks.
_SAME_START_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class ProcessName:
    """What identifies a process for as long as the machine runs: its pid and when it started (Unix time)."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> "ProcessName | None":
        try:
            return cls(pid, psutil.Process(pid).create_time())
        except psutil.Error:
            return None

    def find(self) -> psutil.Process | None:
        """The process if it still runs; a zombie does not."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < _SAME_START_SECONDS
            return process if same and is_alive(process) else None
        except psutil.Error:
            return None


def is_alive(process: psutil.Process) -> bool:
    """Whether this very process still runs, and is not a zombie."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def spawn(
    command: Sequence[str], *, folder: Path, log: Path, account: Account
) -> tuple["subprocess.Popen[bytes]", ProcessName]:
    """Start a server with `folder` as its working directory and `log` as its output.

    Its own session keeps a terminal's Ctrl-C from it, so that whoever supervises can stop servers in order.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=account.uid,
            group=account.gid,
            extra_groups=None if account.uid is None else [],
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
        )
    name = ProcessName.of(process.pid)
    return process, name or ProcessName(process.pid, 0.0)


def running_in(folder: Path, program: str) -> Iterator[ProcessName]:
    """Processes called `program` with `folder` as working directory whose parent is not one of them.

    This finds what was started in the instant before its name was written down.
    """
    for process in psutil.process_iter(["name"]):
        try:
            if process.name() != program or Path(process.cwd()) != folder.resolve():
                continue
            parent = process.parent()
            if parent is None or parent.name() != program:
                yield ProcessName(process.pid, process.create_time())
        except (psutil.Error, OSError):
            continue


def end(name: ProcessName, *, how: signal.Signals = signal.SIGTERM, seconds: float = 30.0) -> None:
    """Ask the process to stop; after `seconds` kill it and all that it started. Returns when it is gone."""
    process = name.find()
    if process is None:
        return
    try:
        children = process.children(recursive=True)
        process.send_signal(how)
    except psutil.NoSuchProcess:
        return
    if _gone(name, seconds):
        return
    for one in (process, *children):
        with suppress(psutil.NoSuchProcess):
            one.kill()
    _gone(name, seconds)


def _gone(name: ProcessName, seconds: float) -> bool:
    """Wait for a process to end. One that has ended but that its parent has not asked about yet counts as gone."""
    deadline = time.monotonic() + seconds
    while name.find() is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True

"""What is written in the data folder about running servers, and the two locks beside it.

`owner.lock` is held by the one process that may start and stop servers. `users.lock` is held, shared, by everyone who
uses them. Both are released by the kernel when a process dies, however it dies.
"""

import fcntl
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Self

from bootstrap.embedded.process import ProcessName


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server as it was started; another command (a new version, another folder) is another server."""

    pid: int
    started: float
    command: list[str]
    url: str

    @property
    def process(self) -> ProcessName:
        return ProcessName(self.pid, self.started)


class StateFile:
    """The servers by name, replaced atomically."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, RunningServer]:
        try:
            found = json.loads(self._path.read_text())
            return {name: RunningServer(**server) for name, server in found.items()}
        except (OSError, ValueError, TypeError):
            return {}

    def write(self, servers: dict[str, RunningServer]) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps({name: asdict(server) for name, server in servers.items()}, indent=1))
        fresh.replace(self._path)


class FileLock:
    """An advisory lock on a file, by `flock`: held until released or until the process ends."""

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("ab")

    @classmethod
    def taken(cls, path: Path, *, shared: bool = False) -> Self | None:
        """The lock, or None if somebody else holds it."""
        lock = cls(path)
        if lock.take(shared=shared):
            return lock
        lock.release()
        return None

    def take(self, *, shared: bool = False, wait: bool = False) -> bool:
        """Take the lock, or change it between shared and exclusive; False if others hold it."""
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self._file, kind if wait else kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        self._file.close()


def short_folder(wanted: Path, *, longest: int = 80) -> Path:
    """`wanted`, or a name below /tmp made from it: a socket's path has room for about 100 characters only."""
    if len(os.fsencode(wanted)) <= longest:
        return wanted
    digest = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:16]
    return Path(f"/tmp/emporium-{os.geteuid()}-{digest}")

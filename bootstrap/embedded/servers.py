"""Starts, shares and stops the embedded servers of one data folder.

Whoever comes first owns them: it takes over what a killed owner left running, or starts them. Others attach by the
addresses in the state file. The last to leave stops them, so an import can end before or after the web server that it
shares them with; only the owner with `stop="always"` (the demo) stops them while others are attached. For as long as
an owner is there, a server that ends is started again at the same address.
"""

import signal
import subprocess
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bootstrap.embedded.account import Account, choose_account
from bootstrap.embedded.payments import PaymentsPart
from bootstrap.embedded.postgres import PostgresPart
from bootstrap.embedded.problems import EmbeddedError
from bootstrap.embedded.process import end, is_alive, running_in, spawn
from bootstrap.embedded.state import FileLock, RunningServer, StateFile, short_folder
from bootstrap.embedded.valkey import ValkeyPart
from bootstrap.embedded.watch import Watch

Part = PostgresPart | ValkeyPart | PaymentsPart
Name = Literal["postgres", "valkey", "payments"]
_START_SECONDS = 60.0
_LARGEST_LOG_BYTES = 10_000_000
# Started first to last, stopped last to first.
_KINDS: tuple[type[Part], ...] = (PostgresPart, ValkeyPart, PaymentsPart)


@dataclass(frozen=True, slots=True)
class Addresses:
    """URLs of the embedded servers; None for a part that was not asked for."""

    postgres: str | None
    valkey: str | None
    payments: str | None = None


class EmbeddedServers:
    """The servers below `data_dir`. Blocking: call it from a thread where a loop runs."""

    def __init__(self, data_dir: Path, *, fast: bool = False) -> None:
        self._root = data_dir.resolve()
        self._fast = fast
        self._account = Account()
        self._owner: FileLock | None = None
        self._user: FileLock | None = None
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._watch: Watch | None = None
        self._state = StateFile(self._root / "servers.json")

    def open(self, names: Collection[Name]) -> Addresses:
        """Start or attach to the named servers; returns when they answer. Raises `EmbeddedError`."""
        self._account = choose_account()
        self._root.mkdir(parents=True, exist_ok=True)
        (self._root / "log").mkdir(exist_ok=True)
        deadline = time.monotonic() + _START_SECONDS
        while True:
            self._user = FileLock.taken(self._root / "users.lock", shared=True)
            self._owner = FileLock.taken(self._root / "owner.lock")
            if self._user and self._owner:
                urls = self._start(names)
                break
            if self._user and (found := self._attach(names)) is not None:
                urls = found
                break
            self._leave()
            if time.monotonic() > deadline:
                raise EmbeddedError(f"Another process holds {self._root} but its servers do not answer.")
            time.sleep(0.05)
        return Addresses(urls.get("postgres"), urls.get("valkey"), urls.get("payments"))

    def close(self, *, stop: Literal["last", "always"] = "last") -> None:
        """Leave the servers; stop them if nobody else uses them, or anyway if this process owns them and says so."""
        if self._watch is not None:
            self._watch.stop()
            self._watch = None
        if self._user is None:
            return
        if self._owner is None:
            self._owner = FileLock.taken(self._root / "owner.lock")
            stop = "last"
        if self._owner is not None and (stop == "always" or self._user.take()):
            self._stop_all()
        self._leave()

    def end_unused(self) -> bool:
        """Stop what a killed process has left running; False if somebody uses the servers."""
        if not self._root.exists():
            return True
        self._user = FileLock.taken(self._root / "users.lock")
        self._owner = FileLock.taken(self._root / "owner.lock")
        unused = self._user is not None and self._owner is not None
        if unused:
            self._stop_all()
        self._leave()
        return unused

    def _leave(self) -> None:
        for lock in (self._owner, self._user):
            if lock is not None:
                lock.release()
        self._owner = self._user = None
        for child in self._children.values():
            child.returncode = child.poll() or 0  # left running for others; it is not ours to wait for
        self._children.clear()

    def _parts(self) -> list[Part]:
        sockets = short_folder(self._root / "run")
        return [
            kind(
                data=self._root / kind.name,
                sockets=sockets,
                log=self._root / "log" / f"{kind.name}.log",
                fast=self._fast,
            )
            for kind in _KINDS
        ]

    def _attach(self, names: Collection[Name]) -> dict[str, str] | None:
        servers = self._state.read()
        parts = {part.name: part for part in self._parts()}
        for name in names:
            if name not in servers or servers[name].process.find() is None or not parts[name].is_ready():
                return None
        return {name: servers[name].url for name in names}

    def _start(self, names: Collection[Name]) -> dict[str, str]:
        parts = self._parts()
        self._account.own(parts[0].sockets)
        if parts[0].sockets.is_symlink():
            raise EmbeddedError(f"{parts[0].sockets} is a link, which somebody else may have put there.")
        servers = self._state.read()
        urls: dict[str, str] = {}
        try:
            for part in parts:
                if part.name in names:
                    self._start_part(part, servers)
                    urls[part.name] = part.url
            for part in parts:
                if part.name in names:
                    self._wait(part, servers[part.name])
        except BaseException:
            self.close(stop="always")
            raise
        self._keep({part.name: part for part in parts if part.name in names}, servers)
        return urls

    def _keep(self, parts: dict[str, Part], servers: dict[str, RunningServer]) -> None:
        """Start parts again that end, until this process leaves. From now on `servers` belongs to the watch."""
        # Held, not looked up by name each time: a name has a time of day in it, and the clock may be set.
        adopted = {name: servers[name].process.find() for name in parts if name not in self._children}

        def ended(name: str) -> bool:
            child = self._children.get(name)
            if child is not None:
                return child.poll() is not None  # which also lets the system forget it
            process = adopted.get(name)
            return process is None or not is_alive(process)

        def restart(name: str) -> None:
            part = parts[name]
            if not part.data.is_dir():
                raise EmbeddedError(f"{part.data} is gone.")
            # What a killed Postgres had started ends by itself, unless it is busy. It must not see a second one, nor
            # be asked politely: some of it would write to the cluster once more.
            for orphan in running_in(part.data, part.program):
                end(orphan, how=signal.SIGKILL)
            self._children.pop(name, None)
            adopted.pop(name, None)
            servers.pop(name, None)
            self._start_part(part, servers)

        self._watch = Watch(parts, ended=ended, restart=restart)

    def _start_part(self, part: Part, servers: dict[str, RunningServer]) -> None:
        """Adopt the part if it runs as it should, else end what is left of it and start it."""
        left = servers.pop(part.name, None)
        if left is not None and left.command == part.command and left.process.find() is not None:
            servers[part.name] = left
            return
        if left is not None:
            end(left.process, how=part.stop_signal)
        for stray in running_in(part.data, part.program):
            end(stray, how=part.stop_signal)
        account = self._account if part.drops_root else Account()
        part.prepare(account)
        if part.log.exists() and part.log.stat().st_size > _LARGEST_LOG_BYTES:
            part.log.replace(part.log.with_suffix(".old.log"))
        child, name = spawn(part.command, folder=part.data, log=part.log, account=account)
        servers[part.name] = RunningServer(name.pid, name.started, part.command, part.url)
        try:
            self._state.write(servers)
        except OSError:
            end(name, how=part.stop_signal)  # nobody would find it
            child.wait()
            raise
        self._children[part.name] = child

    def _wait(self, part: Part, server: RunningServer) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not part.is_ready():
            if server.process.find() is None:
                raise EmbeddedError(f"{part.name} ended while it started: {_last_line(part.log)} ({part.log})")
            if time.monotonic() > deadline:
                raise EmbeddedError(f"{part.name} did not answer within {_START_SECONDS:.0f} s; see {part.log}.")
            time.sleep(0.01)

    def _stop_all(self) -> None:
        servers = self._state.read()
        for part in reversed(self._parts()):
            server = servers.pop(part.name, None)
            if server is not None:
                end(server.process, how=part.stop_signal)
                child = self._children.pop(part.name, None)
                if child is not None:
                    child.wait()
                self._state.write(servers)


def _last_line(log: Path) -> str:
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
    except OSError:
        return "it wrote nothing"
    return lines[-1] if lines else "it wrote nothing"


@contextmanager
def open_servers(
    data_dir: Path,
    names: Collection[Name] = ("postgres", "valkey"),
    *,
    fast: bool = False,
    stop: Literal["last", "always"] = "last",
) -> Iterator[Addresses]:
    """The embedded servers for as long as the block runs."""
    servers = EmbeddedServers(data_dir, fast=fast)
    addresses = servers.open(names)
    try:
        yield addresses
    finally:
        servers.close(stop=stop)

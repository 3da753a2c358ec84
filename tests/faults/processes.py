"""Web processes and workers that are killed, stopped for a while, and started again, at the same addresses."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psutil

from bootstrap.embedded.process import is_alive
from tests.architecture.source import ROOT
from tests.fixtures.broker import free_port

KILL_AT = "EMPORIUM_TEST_KILL_AT"
_START_SECONDS = 60.0


class Forge:
    """Makes processes: see `tests.faults.forking`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()

    async def make(self, environment: Mapping[str, str], log: Path, port: int | None) -> psutil.Process:
        order = {"environment": dict(environment), "log": str(log), "port": port}
        streams = self._process
        assert streams.stdin is not None
        assert streams.stdout is not None
        async with self._turn:
            streams.stdin.write(json.dumps(order).encode() + b"\n")
            await streams.stdin.drain()
            pid = int(await streams.stdout.readline())
        return psutil.Process(pid)


@asynccontextmanager
async def opened_forge() -> AsyncIterator[Forge]:
    """A forge until the block ends, and then nothing that it has made is left."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.forking", cwd=ROOT,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        env={"PATH": os.environ.get("PATH", os.defpath)},
    )  # fmt: skip
    try:
        yield Forge(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


class Process:
    """One web process (with a port) or worker (without). `deaths` counts those that somebody noticed.

    While it `is_down` nobody is to start it. One that is `armed` dies at a point of the code once it comes there.
    """

    def __init__(self, forge: Forge, name: str, environment: Mapping[str, str], folder: Path, *, serves: bool) -> None:
        self.name = name
        self.port = free_port() if serves else None
        self.deaths = 0
        self.is_down = False
        self.armed = False
        self._forge, self._environment = forge, dict(environment)
        self.log = folder / f"{name}.log"
        self._running: psutil.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def runs(self) -> bool:
        return self._running is not None and is_alive(self._running)

    async def start(self, *, kill_at: str | None = None) -> None:
        """Start it anew, to die at a point if one is named; returns when it serves, or has died before."""
        self.kill()
        self.armed = kill_at is not None
        extra = {} if kill_at is None else {KILL_AT: kill_at}
        self._running = await self._forge.make(self._environment | extra, self.log, self.port)
        deadline = time.monotonic() + _START_SECONDS
        while self.port is not None and self.runs and not await self._answers():
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} does not start; see {self.log}.")
            await asyncio.sleep(0.05)

    async def revive(self) -> None:
        """Start it if it has died."""
        if not self.runs:
            self.deaths += 1
            await self.start()

    def kill(self) -> None:
        """kill -9."""
        self._send(signal.SIGKILL)
        if self._running is not None:
            with suppress(psutil.NoSuchProcess):
                self._running.wait(10)

    def leave(self) -> None:
        """SIGTERM: it finishes what runs, and ends."""
        self._send(signal.SIGTERM)

    def pause(self) -> None:
        """It does nothing, but its connections stay."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        self._send(signal.SIGCONT)

    def _send(self, number: signal.Signals) -> None:
        if self._running is not None:
            with suppress(psutil.NoSuchProcess):
                self._running.send_signal(number)

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True

"""Keeps child processes of ours running: starts them, restarts those that die, ends them all.

What runs is written to a file, so that the next start can end what a killed supervisor left behind.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import structlog

from bootstrap.embedded.process import ProcessName, end
from bootstrap.lifeline import VARIABLE

_FIRST_WAIT_SECONDS = 0.5
_LONGEST_WAIT_SECONDS = 10.0
# A child that ran for this long has started well; the next failure begins with a short wait again.
_SETTLED_SECONDS = 30.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Command:
    """A subcommand of `emporium` that runs until it is stopped."""

    name: str
    arguments: Sequence[str]


@dataclass(slots=True)
class Children:
    """The running children. `folder` holds their logs and the record of their pids."""

    folder: Path
    environment: Mapping[str, str]
    stop_seconds: float = 8.0
    restarts: dict[str, int] = field(default_factory=dict)
    _running: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)
    _tasks: list["asyncio.Task[None]"] = field(default_factory=list)
    _stopping: bool = False

    @property
    def record(self) -> Path:
        return self.folder / "children.json"

    def end_leftovers(self) -> None:
        """End the children of a supervisor that was killed; most have noticed and are ending already."""
        with suppress(OSError, ValueError, TypeError):
            for entry in json.loads(self.record.read_text()):
                end(ProcessName(**entry), seconds=self.stop_seconds)
        self.record.unlink(missing_ok=True)

    def log_of(self, name: str) -> Path:
        return self.folder / "log" / f"{name}.log"

    async def start(self, command: Command) -> None:
        """Start a child and keep it running from now on."""
        process = await self._spawn(command)
        self._tasks.append(asyncio.create_task(self._keep(command, process)))

    async def stop(self) -> None:
        """Ask all children to stop, kill those that do not within `stop_seconds`, and wait for them."""
        self._stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        processes = list(self._running.values())
        for process in processes:
            _signal_group(process, signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(self.stop_seconds):
                await asyncio.gather(*(process.wait() for process in processes))
        for process in processes:
            _signal_group(process, signal.SIGKILL)
            await process.wait()
        self._running.clear()
        self.record.unlink(missing_ok=True)

    async def _keep(self, command: Command, process: asyncio.subprocess.Process) -> None:
        loop = asyncio.get_running_loop()
        wait = _FIRST_WAIT_SECONDS
        while True:
            started = loop.time()
            code = await process.wait()
            _signal_group(process, signal.SIGKILL)  # what the child had started, if it left any
            if loop.time() - started > _SETTLED_SECONDS:
                wait = _FIRST_WAIT_SECONDS
            log.warning(
                "child ended", child=command.name, code=code, restart_in=wait, log=str(self.log_of(command.name))
            )
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_SECONDS)
            self.restarts[command.name] = self.restarts.get(command.name, 0) + 1
            process = await self._spawn(command)

    async def _spawn(self, command: Command) -> asyncio.subprocess.Process:
        path = self.log_of(command.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "cli.main",
                *command.arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env={**os.environ, **self.environment, VARIABLE: "1"},
            )
        self._running[command.name] = process
        names = [ProcessName.of(one.pid) for one in self._running.values()]
        self.record.write_text(json.dumps([asdict(name) for name in names if name is not None]))
        return process


def _signal_group(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """Signal the child and all that it has started; each child leads a process group of its own."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)

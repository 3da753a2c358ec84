"""Servers under test: one process each, all started and ended the same way."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

_START_SECONDS = 60.0
_STOP_SECONDS = 15.0


class ServerFailed(RuntimeError):
    """A server did not start."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. `cpu_seconds` is of its whole process, threads of the search engine included."""

    process: psutil.Process
    port: int

    def cpu_seconds(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@asynccontextmanager
async def running(
    app: str, *, environment: Mapping[str, str], log: Path, flags: Sequence[str] = ()
) -> AsyncIterator[Server]:
    """`app` ("module:factory") as one uvicorn worker with uvloop and httptools, until the block ends.

    `environment` is all that it gets, `flags` are more of uvicorn's. Raises `ServerFailed`.
    """
    port = free_port()
    common = ["--factory", "--loop", "uvloop", "--http", "httptools", "--log-level", "warning", "--no-access-log"]
    command = [sys.executable, "-m", "uvicorn", app, *common, *flags, "--no-server-header", "--port", str(port)]
    async with listening(command, port=port, environment=environment, log=log) as server:
        yield server


@asynccontextmanager
async def listening(
    command: Sequence[str], *, port: int, environment: Mapping[str, str], log: Path
) -> AsyncIterator[Server]:
    """A process that listens on `port` once it is ready, until the block ends. Raises `ServerFailed`."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=dict(environment))  # noqa: ASYNC220  # it only starts here
    try:
        await _answers(process, port, log)
        yield Server(psutil.Process(process.pid), port)
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, _STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def _answers(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    """Servers listen only after the application has started."""
    try:
        async with asyncio.timeout(_START_SECONDS):
            while process.poll() is None:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.1)
                else:
                    writer.close()
                    return
    except TimeoutError:
        pass
    raise ServerFailed(f"The server did not start; see {log}.")


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

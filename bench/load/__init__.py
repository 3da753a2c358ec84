"""Closed-loop HTTP load from a process of its own: so many clients, each with one request under way."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import orjson

WRK_SCRIPT = Path(__file__).with_name("wrk.lua")
_MARK = b"RESULT "


class Load(NamedTuple):
    """What a generator saw in one window. `failures` are requests without an answer or with one of status 400 up."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    failures: int

    @property
    def requests_per_second(self) -> float:
        return self.requests / self.seconds


class LoadFailed(RuntimeError):
    """The generator gave no figures."""


def generator_name() -> str:
    """`wrk` where it is installed, else our own generator."""
    return "wrk" if shutil.which("wrk") else "sockets"


async def generate(url: str, bodies: Sequence[bytes], *, clients: int, seconds: float) -> Load:
    """POST `bodies` (JSON, without line breaks) in turn to `url` for so long; raises `LoadFailed`."""
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        file.write(b"\n".join(bodies) + b"\n")
        file.flush()
        command = _command(url, file.name, clients=clients, seconds=seconds)
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        output, errors = await process.communicate()
    for line in output.splitlines():
        if line.startswith(_MARK):
            return Load(**orjson.loads(line.removeprefix(_MARK)))
    raise LoadFailed(f"{command[0]} ended with {process.returncode}: {(errors or output).decode()[-500:]}")


def _command(url: str, bodies: str, *, clients: int, seconds: float) -> list[str]:
    if generator_name() == "wrk":
        # One thread keeps more than 10,000 requests a second coming, and leaves the other core to the server.
        timing = ["-t", "1", "-c", str(clients), "-d", f"{max(1, round(seconds))}s", "--timeout", "30s"]
        return ["wrk", *timing, "-s", str(WRK_SCRIPT), url, "--", bodies]
    return [sys.executable, "-m", "bench.load.sockets", url, bodies, str(clients), str(seconds)]

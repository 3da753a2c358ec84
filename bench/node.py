"""Node projects in `bench/peers`: installed below the benchmark's data folder from their lock files, and run there."""

import asyncio
import hashlib
import os
import shutil
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from bench.dataset import Say
from bench.processes import Server, free_port, listening

_SOURCES = Path(__file__).parent / "peers"
_LOCK = "package-lock.json"
_OLDEST_NODE = 20
_INSTALL = ("ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
_STEP_SECONDS = 900


class NodeFailed(RuntimeError):
    """A step in Node did not end well, or not in time; its output says why."""


class Project(NamedTuple):
    """An installed project, and what its processes get to know of the machine and the database."""

    folder: Path
    environment: Mapping[str, str]

    async def run(self, *arguments: str) -> None:
        """Run a script of the project to its end; raises `NodeFailed`."""
        await _run("node", *arguments, folder=self.folder, environment={**self.environment, "PORT": str(free_port())})

    @asynccontextmanager
    async def serving(self, *arguments: str, log: Path) -> AsyncIterator[Server]:
        """`server.js` as one process until the block ends."""
        port = free_port()
        command = ["node", str(self.folder / "server.js"), *arguments]
        async with listening(
            command, port=port, environment={**self.environment, "PORT": str(port)}, log=log
        ) as server:
            yield server


async def find_fault() -> str | None:
    """Why no Node project can run on this machine, as a sentence; None if one can."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "node and npm are not installed."
    process = await asyncio.create_subprocess_exec("node", "--version", stdout=asyncio.subprocess.PIPE)
    version = (await process.communicate())[0].decode().strip()
    if int(version.removeprefix("v").partition(".")[0]) < _OLDEST_NODE:
        return f"Node is {version}, and {_OLDEST_NODE} is needed."
    return None


async def install(name: str, target: Path, environment: Mapping[str, str], say: Say) -> Project:
    """The project of that name in `target`; its packages are installed anew only when its lock file has changed."""
    digest, mark = _copy(_SOURCES / name, target), target / "installed"
    if not mark.exists() or mark.read_text() != digest:
        say(f"Installing {name}")
        await _run("npm", *_INSTALL, folder=target, environment=os.environ)
        mark.write_text(digest)
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG", "TMPDIR")}
    return Project(target, {**kept, "NODE_ENV": "production", **environment})


def _copy(source: Path, target: Path) -> str:
    """Put the project's own files into `target`; the digest of its lock file."""
    target.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        if file.is_file():
            shutil.copy2(file, target)
    return hashlib.sha256((target / _LOCK).read_bytes()).hexdigest()


async def _run(*command: str, folder: Path, environment: Mapping[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, env=dict(environment), stdout=sys.stderr)
    try:
        code = await asyncio.wait_for(process.wait(), _STEP_SECONDS)
    except TimeoutError:
        raise NodeFailed(f"{' '.join(command)} took longer than {_STEP_SECONDS} s.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if code:
        raise NodeFailed(f"{' '.join(command)} ended with {code}.")

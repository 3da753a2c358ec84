"""One web process, as in production but for what all attackers from one address would meet first: their rates."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psutil

from tests.architecture.source import ROOT
from tests.fixtures.broker import free_port

_START_SECONDS = 240.0
_STOP_SECONDS = 30.0
_SETTINGS = {
    "EMPORIUM_MODE": "production",
    "EMPORIUM_ALLOW_EMBEDDED": "true",
    "EMPORIUM_AUTH__SECRET": "hostile-clients-do-not-know-this-secret",
    "STRIPE_API_KEY": "sk_test_nobody",
    "STRIPE_API_URL": "https://127.0.0.1:1",
    "STRIPE_WEBHOOK_SECRET": "whsec_hostile",
    "EMPORIUM_LIMITS__RATES": "false",
    "EMPORIUM_LIMITS__OPERATIONS_AT_ONCE": "0",
}


@asynccontextmanager
async def running_web(folder: Path, addresses: Mapping[str, str]) -> AsyncIterator[tuple[int, psutil.Process]]:
    """Its port and its process, with its log in the folder; embedded servers for what has no address."""
    port = free_port()
    environment = {"PATH": os.environ.get("PATH", os.defpath), "EMPORIUM_DATA_DIR": str(folder), **_SETTINGS}
    with (folder / "web.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cli.main", "serve", "--port", str(port),
            env=environment | dict(addresses), stdout=log, stderr=log, cwd=ROOT,
        )  # fmt: skip
    try:
        await _until_ready(port, process)
        yield port, psutil.Process(process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def _until_ready(port: int, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(_START_SECONDS), httpx.AsyncClient() as client:
        while process.returncode is None:
            try:
                await client.get(f"http://127.0.0.1:{port}/health")
            except httpx.TransportError:
                await asyncio.sleep(0.2)
            else:
                return
    raise AssertionError("the web process has ended; its log says why")

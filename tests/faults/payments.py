"""The embedded payment provider as a process of a scene's own: Stripe's double, which keeps idempotency keys."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.architecture.source import ROOT
from tests.fixtures.broker import free_port

SECRET = "whsec_faults"
_START_SECONDS = 60


@asynccontextmanager
async def running_payments(folder: Path) -> AsyncIterator[int]:
    """The port of a server that knows no intents yet."""
    kept, port = folder / "payments", free_port()
    kept.mkdir()
    with (folder / "payments.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bootstrap.embedded.stripe_server", "--folder", str(kept), "--port", str(port),
            cwd=ROOT, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        async with asyncio.timeout(_START_SECONDS):
            while not await _answers(port):
                if process.returncode is not None:
                    raise RuntimeError((folder / "payments.log").read_text())
                await asyncio.sleep(0.1)
        yield port
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True

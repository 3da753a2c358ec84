"""`emporium serve`: the web processes."""

import asyncio
import os
import signal
import sys
from types import FrameType
from typing import Annotated

import typer
import uvicorn

from bootstrap.database import make_database
from bootstrap.embedded import EmbeddedServers
from bootstrap.resources import missing_parts, refuse_unsafe
from cli.preparing import prepare
from core.logging import configure_logging
from core.settings import Settings

_GRACE_SECONDS = 10
# uvicorn kills a worker that does not answer for so long, and one that still imports does not answer.
_START_SECONDS = 60


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on. [default: EMPORIUM_WEB__HOST]")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on. [default: PORT]")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Web processes. [default: EMPORIUM_WEB__WORKERS]")
    ] = None,
) -> None:
    """Serve the API until SIGTERM or Ctrl-C; running requests are finished first.

    Without DATABASE_URL this starts the embedded Postgres, or attaches to it, and brings its tables up to date.
    """
    settings = Settings()
    refuse_unsafe(settings)
    configure_logging(settings)
    signal.signal(signal.SIGTERM, _leave)
    servers = EmbeddedServers(settings.data_dir)
    names = missing_parts(settings)
    try:
        if names:
            addresses = servers.open(names)
            # The web processes find the addresses where an operator would put them.
            if addresses.postgres is not None:
                os.environ["DATABASE_URL"] = addresses.postgres
                asyncio.run(_migrate(addresses.postgres, settings))
            if addresses.valkey is not None:
                os.environ["REDIS_URL"] = addresses.valkey
            os.environ["EMPORIUM_ALLOW_EMBEDDED"] = str(settings.allow_embedded)
        uvicorn.run(
            "app:create_app",
            factory=True,
            host=host or settings.web.host,
            port=settings.port if port is None else port,
            workers=workers or settings.web.workers,
            loop="uvloop",
            http="httptools",
            log_config=None,
            access_log=False,
            ws="websockets-sansio",
            # It costs more memory for each connection than small messages could save.
            ws_per_message_deflate=False,
            ws_max_size=settings.web.largest_body_bytes,
            server_header=False,
            # Left to itself, uvicorn believes whoever connects from this machine.
            proxy_headers=bool(settings.web.trusted_proxies),
            forwarded_allow_ips=list(settings.web.trusted_proxies),
            timeout_graceful_shutdown=_GRACE_SECONDS,
            timeout_worker_healthcheck=_START_SECONDS,
        )
    finally:
        servers.close()


def _leave(_number: int, _frame: FrameType | None) -> None:
    """uvicorn raises SIGTERM again when it has finished; leave in order then, so that servers are stopped too."""
    sys.exit(0)


async def _migrate(address: str, settings: Settings) -> None:
    database = make_database(address, settings.database, application="emporium serve")
    try:
        await prepare(database)
    finally:
        await database.dispose()

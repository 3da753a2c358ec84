"""`emporium serve`: the web processes."""

import asyncio
import math
import os
import signal
import sys
from types import FrameType
from typing import Annotated

import typer
import uvicorn

from bootstrap.database import make_database
from bootstrap.embedded import EmbeddedServers
from bootstrap.embedded.payments import send_webhooks
from bootstrap.probes import serve_probes, shared_metrics
from bootstrap.resources import missing_parts, refuse_unsafe
from cli.preparing import prepare
from core.logging import configure_logging
from core.production import EMBEDDED_PAYMENT_KEY
from core.settings import Settings
from web.documents import trusted_documents
from web.documents.checking import checking_executor

# None takes longer than an operation may; what is still open then is an answer that its client does not read.
GRACE_SECONDS = 2
# Longer than load balancers keep connections that nobody uses, mostly 60 s: else they send a request on one that is
# just being closed.
_KEEP_ALIVE_SECONDS = 75
# uvicorn kills a worker that does not answer for so long, and one that still imports does not answer.
_START_SECONDS = 60


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on. [default: EMPORIUM_WEB__HOST]")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on. [default: PORT]")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Web processes. [default: EMPORIUM_WEB__WORKERS]")
    ] = None,
    metrics_port: Annotated[
        int | None, typer.Option(help="Port of /metrics. [default: EMPORIUM_METRICS__PORT]")
    ] = None,
) -> None:
    """Serve the API until SIGTERM or Ctrl-C; running requests are finished first, and after SIGTERM new ones are
    served until load balancers have noticed (EMPORIUM_WEB__DRAIN_SECONDS).

    Without DATABASE_URL this starts the embedded Postgres, or attaches to it, and brings its tables up to date.
    """
    settings = Settings()
    refuse_unsafe(settings)
    configure_logging(settings)
    _check_documents(settings)
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
            if addresses.payments is not None:
                os.environ |= {"STRIPE_API_KEY": EMBEDDED_PAYMENT_KEY, "STRIPE_API_URL": addresses.payments}
            os.environ["EMPORIUM_ALLOW_EMBEDDED"] = str(settings.allow_embedded)
        given_host, given_port = host or settings.web.host, settings.port if port is None else port
        _hear_of_payments(Settings(), given_host, given_port)
        metrics = (
            settings.metrics if metrics_port is None else settings.metrics.model_copy(update={"port": metrics_port})
        )
        processes = workers or settings.web.workers
        with shared_metrics(processes) as registry, serve_probes(metrics, probes={}, registry=registry):
            _run(settings, given_host, given_port, processes)
    finally:
        servers.close()


def _check_documents(settings: Settings) -> None:
    """Say what is wrong with the manifest once, in a line, before each web process would with a traceback."""
    if settings.documents.manifest is not None:
        trusted_documents(settings.documents.manifest, checking_executor(settings))


def _run(settings: Settings, host: str, port: int, processes: int) -> None:
    uvicorn.run(
        "app:create_app",
        factory=True,
        host=host,
        port=port,
        workers=processes,
        loop="uvloop",
        http="web.subscriptions.server:HttpServer",
        log_config=None,
        access_log=False,
        ws="web.subscriptions.server:WebSocketServer",
        # Subscriptions have heartbeats of their own, which also notice the ends of sessions.
        ws_ping_interval=None,
        # It costs more memory for each connection than small messages could save.
        ws_per_message_deflate=False,
        ws_max_size=settings.web.largest_body_bytes,
        server_header=False,
        # Left to itself, uvicorn believes whoever connects from this machine.
        proxy_headers=bool(settings.web.trusted_proxies),
        forwarded_allow_ips=list(settings.web.trusted_proxies),
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=math.ceil(settings.web.operation_seconds) + GRACE_SECONDS,
        timeout_worker_healthcheck=_START_SECONDS,
    )


def _hear_of_payments(settings: Settings, host: str, port: int) -> None:
    """Have the embedded payment provider, if it is that, tell these web processes of what happens."""
    key, server = settings.stripe_api_key, settings.stripe_api_url
    if key is None or key.get_secret_value() != EMBEDDED_PAYMENT_KEY or server is None:
        return
    reached = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    address = f"[{reached}]" if ":" in reached else reached
    secret = settings.stripe_webhook_secret.get_secret_value()
    send_webhooks(server, to=f"http://{address}:{port}/webhooks/stripe", secret=secret)


def _leave(_number: int, _frame: FrameType | None) -> None:
    """uvicorn raises SIGTERM again when it has finished; leave in order then, so that servers are stopped too."""
    sys.exit(0)


async def _migrate(address: str, settings: Settings) -> None:
    database = make_database(address, settings.database, application="emporium serve")
    try:
        await prepare(database)
    finally:
        await database.dispose()

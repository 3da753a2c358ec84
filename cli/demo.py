"""`emporium demo`: everything on this machine in one go, with the demo's catalog loaded."""

import asyncio
import errno
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer
from rich.console import Console

from bootstrap.children import Children, Command
from bootstrap.database import make_database
from bootstrap.embedded.state import FileLock
from bootstrap.lifeline import VARIABLE
from bootstrap.resources import open_addresses, refuse_unsafe
from cli.demo_delivery import load_delivery
from cli.demo_prices import load_prices
from cli.preparing import prepare
from core.logging import configure_logging
from core.settings import Settings
from models.catalog import ImportRun

_READY_SECONDS = 60.0
_SOURCE = "demo"


class CannotStart(Exception):
    """The demo cannot run here; the message says why."""


def demo(
    play_orders: Annotated[
        bool,
        typer.Option(
            envvar="EMPORIUM_DEMO__PLAY_ORDERS",
            help="Play warehouse and carrier: what is ordered is delivered, within half a minute.",
        ),
    ] = True,
) -> None:
    """Run everything: embedded servers, tables, the demo's catalog, a worker and the web processes.

    PORT and EMPORIUM_DATA_DIR say where. Ctrl-C stops it all and keeps the data.
    """
    settings = Settings()
    played = settings.demo.model_copy(update={"play_orders": play_orders})
    settings = settings.model_copy(update={"data_dir": settings.data_dir.resolve(), "demo": played})
    refuse_unsafe(settings)
    configure_logging(settings)
    with _alone(settings.data_dir):
        Children(settings.data_dir, {}).end_leftovers()
        _refuse_taken_port(settings.web.host, settings.port)
        asyncio.run(_until_stopped(settings))


async def _until_stopped(settings: Settings) -> None:
    """Run until SIGTERM, SIGINT or a failure; whichever it is, everything started is stopped on the way out."""
    running = asyncio.ensure_future(_run(settings))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, running.cancel)
    with suppress(asyncio.CancelledError):
        await running


async def _run(settings: Settings) -> None:
    console = Console(stderr=True)
    begun = time.monotonic()
    with console.status("Starting Postgres, Valkey and the payment provider") as status:
        async with open_addresses(settings, stop="always") as found:
            if found.database_url is None or found.redis_url is None:
                raise AssertionError("open_addresses fills in both")
            address = found.database_url.get_secret_value()
            environment = {
                "DATABASE_URL": address,
                "REDIS_URL": found.redis_url.get_secret_value(),
                "EMPORIUM_DATA_DIR": str(settings.data_dir),
                "PORT": str(settings.port),
                "EMPORIUM_DEMO__PLAY_ORDERS": str(settings.demo.play_orders).lower(),
                **_payments(found),
            }
            status.update("Preparing the tables")
            loaded = await _prepare(address, found)
            if not loaded:
                status.stop()
                console.print("Loading the demo's catalog, once.")
                await _load(environment)
                status.start()
            status.update("Loading postal codes")
            await _load_places(address, found)
            status.update("Starting the worker and the web server")
            children = Children(settings.data_dir, environment)
            try:
                await children.start(Command("worker", ("worker", *_own_port(settings))))
                await children.start(Command("web", ("serve",)))
                await _wait_until_ready(settings, children)
                status.stop()
                console.print(
                    f"Started in {time.monotonic() - begun:.1f} s; logs are in {children.log_of('web').parent}."
                )
                typer.echo(f"ready http://{settings.web.host}:{settings.port}/graphql")
                sys.stdout.flush()
                await asyncio.Event().wait()
            finally:
                status.stop()
                console.print("Stopping.")
                await children.stop()


def _own_port(settings: Settings) -> Sequence[str]:
    """The worker's metrics are next to those of the web, which has the port that is set."""
    port = settings.metrics.port
    return () if port is None else ("--metrics-port", str(port + 1))


def _payments(settings: Settings) -> Mapping[str, str]:
    """Where cards are charged, as the children are told; nothing if the demo was told so by its own environment."""
    key, server = settings.stripe_api_key, settings.stripe_api_url
    if key is None or server is None:
        return {}
    return {"STRIPE_API_KEY": key.get_secret_value(), "STRIPE_API_URL": server}


async def _prepare(address: str, settings: Settings) -> bool:
    """Bring the tables up to date; returns whether the catalog is loaded."""
    database = make_database(address, settings.database, application="emporium demo")
    try:
        await prepare(database)
        async with database.read() as session:
            finished = sa.exists().where(ImportRun.source == _SOURCE, ImportRun.finished_at.is_not(None))
            return bool(await session.scalar(sa.select(finished)))
    finally:
        await database.dispose()


async def _load_places(address: str, settings: Settings) -> None:
    """Give the demo postal codes, carriers, promotions and taxes, also one that an older release has made."""
    database = make_database(address, settings.database, application="emporium demo")
    try:
        await load_delivery(database, currency=settings.catalog.currency)
        await load_prices(database, currency=settings.catalog.currency)
    finally:
        await database.dispose()


async def _load(environment: Mapping[str, str]) -> None:
    """Load and index the catalog as anybody would, by `emporium import demo`; it shows its own progress."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "cli.main",
        "import",
        "demo",
        stdin=asyncio.subprocess.PIPE,
        stdout=sys.stderr,
        start_new_session=True,
        env={**os.environ, **environment, VARIABLE: "1"},
    )
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    if code != 0:
        raise CannotStart("The demo's catalog could not be loaded; the lines above say why.")


async def _wait_until_ready(settings: Settings, children: Children) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while not await asyncio.to_thread(_is_ready, settings.web.host, settings.port):
        if children.restarts.get("web", 0) > 1 or time.monotonic() > deadline:
            lines = children.log_of("web").read_text(errors="replace").strip().splitlines()
            raise CannotStart("The web server does not start: " + (lines[-1] if lines else "it wrote nothing"))
        await asyncio.sleep(0.05)


def _is_ready(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=3)
    try:
        connection.request("GET", "/ready")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    data_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock.taken(data_dir / "demo.lock")
    if lock is None:
        raise CannotStart(f"A demo runs on {data_dir} already; EMPORIUM_DATA_DIR chooses another folder.")
    try:
        yield
    finally:
        lock.release()


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CannotStart(f"Port {port} is taken by another program; PORT chooses another one.") from error
            raise CannotStart(f"Cannot listen on {host}:{port}: {error.strerror}.") from error

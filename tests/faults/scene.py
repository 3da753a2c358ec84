"""Everything that a history needs, as real processes: servers, proxies before them, web processes and a worker."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
from sqlalchemy.engine import make_url

from adapters.payments.stripe import StripePayments
from bootstrap.database import make_database
from bootstrap.embedded import Addresses, EmbeddedServers
from core.settings import DatabaseSettings
from ports.payments import PaymentProvider
from services.unit_of_work import Database
from tests.architecture.source import ROOT
from tests.factories.payment_proxy import PaymentProxy, opened_proxy
from tests.faults import post
from tests.faults.bank import Bank
from tests.faults.payments import SECRET, running_payments
from tests.faults.plans import PROCESSES, Target
from tests.faults.post import PostOffice
from tests.faults.processes import Process, opened_forge
from tests.faults.proxy import Connect, Proxy, to_port, to_socket
from tests.faults.stage import Stage
from tests.fixtures.embedded import servers_in

_POOL = 8
_PROGRAMS = {Target.POSTGRES: "postgres", Target.VALKEY: "valkey-server"}


@dataclass(frozen=True, slots=True)
class Scene:
    """`database`, `bank` and `provider` go to Postgres and to Stripe's double by ways of their own; what is under test
    goes through `proxies`. `calls` has what has arrived at the provider from there."""

    folder: Path
    database: Database
    stage: Stage
    proxies: Mapping[Target, Proxy]
    processes: Mapping[Target, Process]
    bank: Bank
    provider: PaymentProvider
    calls: PaymentProxy
    office: PostOffice
    http: httpx.AsyncClient

    @property
    def webs(self) -> list[str]:
        return [process.url for process in self.processes.values() if process.port is not None]

    def kill_server(self, target: Target) -> None:
        """kill -9 of Postgres or Valkey, which is started again at once."""
        for server in servers_in(self.folder / "servers"):
            with suppress(psutil.NoSuchProcess):
                if server.name() == _PROGRAMS[target]:
                    server.kill()

    def heal(self) -> None:
        for proxy in self.proxies.values():
            proxy.heal()

    def find_in_logs(self, *words: str) -> list[str]:
        """Lines of the processes' logs with one of the words."""
        lines = [line for process in self.processes.values() for line in process.log.read_text().splitlines()]
        return [line for line in lines if any(word in line for word in words)]


@asynccontextmanager
async def opened_scene(folder: Path) -> AsyncIterator[Scene]:
    """A scene in an empty folder; nothing of it is left when the block ends but files."""
    async with AsyncExitStack() as stack:
        servers = EmbeddedServers(folder / "servers", fast=False)
        addresses = await asyncio.to_thread(servers.open, ("postgres", "valkey"))
        stack.push_async_callback(asyncio.to_thread, servers.close, stop="always")
        assert addresses.postgres is not None
        database = make_database(addresses.postgres, DatabaseSettings(pool_size=4), application="faults")
        stack.push_async_callback(database.dispose)
        stage = Stage(database)
        await stage.build()
        payments = await stack.enter_async_context(running_payments(folder))
        calls = await stack.enter_async_context(opened_proxy(f"http://127.0.0.1:{payments}"))
        proxies = {
            target: await stack.enter_async_context(_proxy(target, connect))
            for target, connect in (
                _ways(addresses) | {Target.PAYMENTS: to_port(urlsplit(calls.url).port or 0)}
            ).items()
        }
        forge = await stack.enter_async_context(opened_forge())
        environment = _environment(folder, proxies)
        processes = {
            target: Process(forge, target, environment, folder, serves=target is not Target.WORKER)
            for target in PROCESSES
        }
        bank = Bank(f"http://127.0.0.1:{payments}")
        stack.push_async_callback(bank.close)
        provider = StripePayments(api_key="sk_test_auditor", webhook_secret=SECRET, url=bank.url)
        stack.push_async_callback(provider.close)
        office = PostOffice([one.url for one in processes.values() if one.port is not None], SECRET)
        stack.push_async_callback(office.close)
        stack.enter_context(post.opened(office))
        await bank.send_webhooks_to(office.url, SECRET)
        http = await stack.enter_async_context(httpx.AsyncClient(limits=httpx.Limits(max_connections=100)))
        scene = Scene(folder, database, stage, proxies, processes, bank, provider, calls, office, http)
        await asyncio.gather(*(process.start() for process in processes.values()))
        yield scene


@asynccontextmanager
async def _proxy(target: Target, connect: Connect) -> AsyncIterator[Proxy]:
    proxy = Proxy(target, connect)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.close()


def _ways(addresses: Addresses) -> dict[Target, Connect]:
    """How to reach the embedded servers: they listen on Unix sockets."""
    assert addresses.postgres is not None
    assert addresses.valkey is not None
    sockets = str(make_url(addresses.postgres).query["host"])
    valkey = addresses.valkey.removeprefix("unix://").partition("?")[0]
    return {Target.POSTGRES: to_socket(f"{sockets}/.s.PGSQL.5432"), Target.VALKEY: to_socket(valkey)}


def _environment(folder: Path, proxies: Mapping[Target, Proxy]) -> dict[str, str]:
    """What processes under test get: addresses of proxies, a small pool, and no long waits."""
    data = folder / "data"
    data.mkdir()
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": f"postgresql://emporium@127.0.0.1:{proxies[Target.POSTGRES].port}/emporium",
        "REDIS_URL": f"redis://127.0.0.1:{proxies[Target.VALKEY].port}/0",
        "STRIPE_API_KEY": "sk_test_faults",
        "STRIPE_API_URL": f"http://127.0.0.1:{proxies[Target.PAYMENTS].port}",
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "EMPORIUM_DATA_DIR": str(data),
        "EMPORIUM_DATABASE__POOL_SIZE": str(_POOL),
        "EMPORIUM_DATABASE__POOL_TIMEOUT_SECONDS": "3",
        "EMPORIUM_DATABASE__STATEMENT_TIMEOUT_SECONDS": "5",
        "EMPORIUM_PAYMENTS__TIMEOUT_SECONDS": "1.5",
    }

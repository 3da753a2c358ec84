"""What two web processes and a worker show of themselves: one trace, metrics, probes, and logs without secrets."""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.ext.asyncio import AsyncEngine

from bootstrap.embedded import Addresses
from core.settings import Settings
from services.accounts.tokens import Role, issue_token
from tests.architecture.source import ROOT
from tests.factories.collector import Collector, SeenSpan, running_collector
from tests.fixtures.broker import free_port
from tests.fixtures.cache import valkey_address
from tests.fixtures.database import cloned_database
from tests.fixtures.site import Process
from tests.graphql.stock import SOUTH

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = "b7ad6b7169203331"
PASSWORD, EMAIL, CARD = "correct horse battery staple", "shopper.of.secrets@example.com", "4242424242424242"
OPEN = """
mutation OpenWarehouse($input: SaveWarehouseInput!) {
  saveWarehouse(input: $input) { warehouse { code } userErrors { code } }
}
"""
PAGE = 'query Page { product(slug: "none") { title } }'
SIGN_UP = """
mutation SignUp($input: RegisterInput!) {
  register(input: $input) { tokens { accessToken refreshToken } userErrors { code } }
}
"""
SIGN_IN = """
mutation SignIn($input: LoginInput!) {
  login(input: $input) { tokens { accessToken refreshToken } userErrors { code } }
}
"""
REFRESH = """
mutation Refresh($input: RefreshSessionInput!) {
  refreshSession(input: $input) { tokens { accessToken refreshToken } userErrors { code } }
}
"""
PAY = """
mutation Pay($input: CompleteCheckoutInput!) {
  completeCheckout(input: $input) { checkout { status } userErrors { code } }
}
"""
_METRIC = re.compile(r"\bemporium_[a-z_]+\b")


@dataclass(frozen=True, slots=True)
class Running:
    """Processes of a store. `web` is the public address, `metrics` and `worker` those of probes."""

    web: str
    metrics: str
    worker: str
    folder: Path
    collector: Collector

    def log(self) -> str:
        return "".join(file.read_text() for file in self.folder.glob("*.log"))

    def events(self, name: str) -> list[dict[str, Any]]:
        """The lines of all logs that tell of this."""
        lines = [json.loads(line) for line in self.log().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == name]

    async def ask(self, query: str, given: object = None, **headers: str) -> httpx.Response:
        async with httpx.AsyncClient(timeout=30) as client:
            body = {"query": query, "variables": {"input": given}}
            return await client.post(f"{self.web}/graphql", json=body, headers=headers)

    async def exported(self) -> set[str]:
        """The names of all series that the processes export."""
        async with httpx.AsyncClient() as client:
            pages = [(await client.get(f"{url}/metrics")).text for url in (self.metrics, self.worker)]
        return {sample for page in pages for sample in _samples(page)}


def _samples(page: str) -> set[str]:
    return {sample.name for family in text_string_to_metric_families(page) for sample in family.samples}


@pytest.fixture(scope="module")
async def running(
    servers: Addresses,
    administration: AsyncEngine,
    template: str,
    worker_number: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Running]:
    folder, ports = tmp_path_factory.mktemp("observed"), [free_port() for _ in range(3)]
    own = {key: value for key, value in os.environ.items() if not key.startswith("EMPORIUM_")}
    with running_collector() as collector:
        async with cloned_database(servers, administration, template) as database_url:
            environment = own | {
                "DATABASE_URL": database_url,
                "REDIS_URL": valkey_address(servers, 12 + worker_number % 4),
                "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
                "OTEL_BSP_SCHEDULE_DELAY": "200",
                "EMPORIUM_DATA_DIR": str(folder / "data"),
                "EMPORIUM_LOG_FORMAT": "json",
                "EMPORIUM_WEB__KEPT_ANSWERS": "100",
                "TMPDIR": str(folder),
                "EMPORIUM_LOG_LEVEL": "debug",
                "EMPORIUM_SLOW__OPERATION_SECONDS": "0.000001",
                "EMPORIUM_SLOW__MOST_PER_MINUTE": "1000",
                "EMPORIUM_METRICS__GAUGE_SECONDS": "1",
                "EMPORIUM_AUTH__PASSWORD_MEMORY_KIB": "1024",
                "PYTHONPATH": str(ROOT),
            }
            web = Process(
                environment, folder / "web.log",
                "serve", "--port", str(ports[0]), "--workers", "2", "--metrics-port", str(ports[1]),
            )  # fmt: skip
            worker = Process(environment, folder / "worker.log", "worker", "--metrics-port", str(ports[2]))
            try:
                addresses = [f"http://127.0.0.1:{port}" for port in ports]
                found = Running(addresses[0], addresses[1], addresses[2], folder, collector)
                await _until_up(found)
                yield found
            finally:
                worker.kill()
                web.kill()


async def _until_up(running: Running) -> None:
    async with asyncio.timeout(180), httpx.AsyncClient() as client:
        for url, sign in ((f"{running.web}/health", "ok"), (f"{running.worker}/metrics", "emporium_leader 1")):
            while True:
                with suppress(httpx.HTTPError):
                    if sign in (await client.get(url)).text:
                        break
                await asyncio.sleep(0.1)


def operator() -> str:
    secret = Settings.model_construct().auth.secret.get_secret_value()
    lifetime = timedelta(minutes=10)
    token = issue_token(secret=secret, role=Role.OPERATOR, subject="tester", lifetime=lifetime, now=datetime.now(UTC))
    return f"Bearer {token}"


def one(spans: list[SeenSpan], name: str) -> SeenSpan:
    (found,) = [span for span in spans if span.name == name]
    return found


async def test_a_mutation_is_one_trace_from_its_caller_to_the_last_job(running: Running) -> None:
    traceparent = f"00-{TRACE}-{CALLER}-01"

    answer = await running.ask(OPEN, SOUTH, authorization=operator(), traceparent=traceparent)
    spans = await asyncio.to_thread(
        running.collector.wait_for, TRACE, lambda seen: "job delivery.recompute" in {span.name for span in seen}
    )

    assert answer.json()["data"]["saveWarehouse"]["warehouse"] == {"code": "SOUTH"}
    request, operation = one(spans, "POST /graphql"), one(spans, "GraphQL mutation")
    told, heard = one(spans, "send emporium.inventory"), one(spans, "process delivery")
    parents = {span.name: span.parent for span in spans}
    assert request.parent == CALLER
    assert operation.parent == request.id
    assert parents["INSERT outbox_event"] == operation.id
    assert told.parent == operation.id
    assert heard.parent == told.id
    assert parents["job delivery.recompute"] == heard.id
    assert parents["project"] == operation.id
    assert {request.service, told.service, heard.service} == {"emporium-web", "emporium-worker"}


async def test_spans_hold_no_values(running: Running) -> None:
    trace = "1" * 32

    await running.ask(SIGN_IN, {"email": EMAIL, "password": PASSWORD}, traceparent=f"00-{trace}-{CALLER}-01")
    spans = await asyncio.to_thread(
        running.collector.wait_for, trace, lambda seen: "POST /graphql" in {span.name for span in seen}
    )

    told = repr(spans)
    assert "SELECT account" in {span.name for span in spans}
    assert EMAIL not in told
    assert PASSWORD not in told


async def test_metrics_of_all_web_processes_are_on_one_page_of_their_own(running: Running) -> None:
    for _ in range(40):
        await running.ask("query Often { __typename }")

    async with httpx.AsyncClient() as client, asyncio.timeout(60):
        page = ""
        while "emporium_processes 2.0" not in page:  # the second process may start later
            page = (await client.get(f"{running.metrics}/metrics")).text
            await asyncio.sleep(0.2)
        public = await client.get(f"{running.web}/metrics")

    counted = re.findall(r'emporium_operations_total\{operation="(\w+)",outcome="ok",type="query"\} (\S+)', page)
    assert sum(float(count) for _name, count in counted) >= 40
    assert public.status_code == 404


async def test_dashboards_and_alerts_name_what_is_exported(running: Running) -> None:
    await running.ask(OPEN, {**SOUTH, "code": "NORTH"}, authorization=operator())
    await running.ask(PAGE)
    await running.ask("{ nothing }")
    named = {
        name
        for file in (ROOT / "deploy").rglob("*")
        if file.is_file() and {"grafana", "prometheus"} & {*file.parts}
        for name in _METRIC.findall(file.read_text())
    }

    # The consumer hears of it a moment later.
    for _ in range(100):
        if not (missing := named - await running.exported()):
            break
        await asyncio.sleep(0.2)

    assert named
    assert missing == set()


async def test_a_worker_says_that_it_lives_and_which_parts_answer(running: Running) -> None:
    async with httpx.AsyncClient() as client:
        health = await client.get(f"{running.worker}/health")
        ready = await client.get(f"{running.worker}/ready")

    assert (health.status_code, health.json()) == (200, {"status": "ok"})
    assert ready.json()["parts"]["postgres"] == "ok"


async def test_logs_of_signing_in_and_paying_hold_no_secrets(running: Running) -> None:
    account = {"email": EMAIL, "password": PASSWORD, "name": "Sam"}
    signed_up = (await running.ask(SIGN_UP, account)).json()["data"]["register"]["tokens"]
    wrong = await running.ask(SIGN_IN, {"email": EMAIL, "password": f"{PASSWORD}!"})
    answer = await running.ask(SIGN_IN, {"email": EMAIL, "password": PASSWORD, "transport": "COOKIE"})
    cookies = [cookie.partition("=")[2].partition(";")[0] for cookie in answer.headers.get_list("set-cookie")]
    await running.ask(REFRESH, {"refreshToken": signed_up["refreshToken"]})
    payment = {"checkout": "none", "idempotencyKey": "k", "tenders": [{"method": "CARD", "card": CARD}]}
    await running.ask(PAY, payment, authorization=f"Bearer {signed_up['accessToken']}")

    log = running.log()
    assert wrong.json()["data"]["login"]["userErrors"] != []
    assert any(cookies)
    assert "operation_slow" in log
    secrets = [PASSWORD, EMAIL, CARD, *signed_up.values(), *filter(None, cookies)]
    assert [secret for secret in secrets if secret in log] == []


async def test_slow_operations_are_logged_by_name_and_hash_under_the_callers_id(running: Running) -> None:
    await running.ask("query Slowly { __typename }", **{"x-request-id": "from-the-app-1"})

    (line,) = [line for line in running.events("operation_slow") if line["operation"] == "Slowly"]

    assert line["request_id"] == "from-the-app-1"
    assert re.fullmatch("[0-9a-f]{32}", line["document"])
    assert {"seconds", "round_trips", "batches", "outcome"} <= line.keys()


def test_alerts_say_what_to_do() -> None:
    rules = (ROOT / "deploy" / "prometheus" / "alerts.yaml").read_text()

    alerts = rules.split("- alert: ")[1:]

    assert alerts
    assert [alert.split()[0] for alert in alerts if "description: " not in alert] == []

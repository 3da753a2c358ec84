"""The files in deploy/ that look at the product fit it: scrapes, probes, traces, dashboards, addresses of callers."""

import asyncio
import json
import os
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import yaml

from bootstrap.probes import serve_probes
from bootstrap.resources import open_resources
from cli.worker import worker_probes
from core.settings import Settings
from core.telemetry.heartbeat import Heartbeat
from core.telemetry_settings import MetricsSettings
from tests.architecture.deployment import (
    DEPLOY,
    PROFILE,
    chart_values,
    charted,
    compose,
    composed,
    mounts,
    templates,
    value_at,
)
from tests.fixtures.broker import free_port

LOOKED_AT = ("web", "worker")
PROVISIONING = DEPLOY / "grafana" / "provisioning"
DASHBOARDS = sorted(DEPLOY.rglob("*.json"))


def read(path: Path) -> Any:  # YAML of any shape
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def port_of_metrics(environment: dict[str, str]) -> int:
    assert environment["EMPORIUM_METRICS__HOST"] == "0.0.0.0"
    return int(environment["EMPORIUM_METRICS__PORT"])


def test_compose_mounts_what_there_is() -> None:
    mounted = [path for service in compose()["services"] for path in mounts(service).values()]

    assert len(mounted) >= 4
    assert [path for path in mounted if not path.exists()] == []


def test_prometheus_scrapes_web_and_workers_where_they_listen() -> None:
    config = read(mounts("prometheus")["/etc/prometheus"] / "prometheus.yml")

    scraped = {
        (name, found["port"], job.get("metrics_path", "/metrics"))
        for job in config["scrape_configs"]
        for found in job["dns_sd_configs"]
        for name in found["names"]
    }

    assert scraped == {(name, port_of_metrics(composed(name)), "/metrics") for name in LOOKED_AT}


def test_prometheus_loads_every_file_of_rules() -> None:
    folder = mounts("prometheus")["/etc/prometheus"]

    loaded = {folder / name for name in read(folder / "prometheus.yml")["rule_files"]}

    assert loaded == {path for path in folder.iterdir() if "groups" in read(path)} != set()


def test_grafana_shows_every_dashboard_from_the_prometheus_that_runs() -> None:
    (provider,) = read(PROVISIONING / "dashboards" / "emporium.yaml")["providers"]
    (source,) = read(PROVISIONING / "datasources" / "prometheus.yaml")["datasources"]
    folder = mounts("grafana")[provider["options"]["path"]]
    dashboards = [json.loads(path.read_text(encoding="utf-8")) for path in DASHBOARDS]

    assert {path for path in DASHBOARDS if path.parent.resolve() != folder.resolve()} == set()
    assert len({dashboard["uid"] for dashboard in dashboards}) == len(dashboards) > 0
    assert {one["query"] for dashboard in dashboards for one in dashboard["templating"]["list"]} == {source["type"]}
    assert mounts("grafana")["/etc/grafana/provisioning"].resolve() == PROVISIONING.resolve()
    port = compose()["services"]["prometheus"]["ports"][0].rpartition(":")[2]
    assert (source["url"], source["isDefault"]) == (f"http://prometheus:{port}", True)


@pytest.mark.parametrize("process", LOOKED_AT)
def test_traces_go_to_the_collector_where_the_profile_runs_it(process: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (config,) = mounts("otel-collector").values()
    receiver = read(config)["receivers"]["otlp"]["protocols"]["http"]["endpoint"]
    address = urlsplit(composed(process, profile=PROFILE)["OTEL_EXPORTER_OTLP_ENDPOINT"])
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", composed(process)["OTEL_EXPORTER_OTLP_ENDPOINT"])

    assert compose()["services"][address.hostname]["profiles"] == [PROFILE]
    assert address.netloc.partition(":")[2] == receiver.partition(":")[2]
    assert address.port in chart_values()["networkPolicy"]["egressPorts"]
    assert Settings().otlp_endpoint is None


def test_the_chart_has_one_port_of_metrics_everywhere() -> None:
    port, files = value_at("metrics.port"), templates()

    assert port_of_metrics(charted()) == port
    for name in LOOKED_AT:
        assert "- name: metrics\n              containerPort: {{ .Values.metrics.port }}" in files[f"{name}.yaml"]
    assert "- port: {{ .Values.metrics.port }}" in files["networkpolicy.yaml"]
    assert "- port: metrics\n      path: /metrics\n" in files["monitor.yaml"]
    assert value_at("metrics.enabled") is True  # workers are probed there


def test_the_chart_probes_web_at_its_own_port_and_workers_at_that_of_metrics() -> None:
    ports = {name: re.findall(r"httpGet:\n.*\n +port: (\w+)", templates()[f"{name}.yaml"]) for name in LOOKED_AT}

    assert ports == {"web": ["http"] * 3, "worker": ["metrics"] * 3}


async def test_what_is_probed_and_scraped_at_a_worker_is_answered(
    tmp_path: Path, database_url: str, redis_url: str
) -> None:
    settings = Settings.model_validate({"data_dir": tmp_path, "database_url": database_url, "redis_url": redis_url})
    metrics, loop = MetricsSettings(port=free_port()), asyncio.get_running_loop()
    probed = {probe["path"] for probe in value_at("worker.probes").values()}

    async with open_resources(settings, application="test") as resources, httpx.AsyncClient(timeout=10) as client:
        with serve_probes(metrics, probes=worker_probes(resources, Heartbeat(), loop)):
            answers = {
                path: (await client.get(f"http://127.0.0.1:{metrics.port}{path}")).status_code
                for path in [*probed, "/metrics"]
            }

    assert answers == {"/health": 200, "/ready": 200, "/metrics": 200}


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
async def test_compose_asks_a_worker_whether_its_loop_comes_back(status: int, code: int) -> None:
    words = compose()["services"]["worker"]["healthcheck"]["test"]
    metrics = MetricsSettings(port=free_port())
    environment = os.environ | {"EMPORIUM_METRICS__PORT": str(metrics.port)}

    with serve_probes(metrics, probes={"/health": lambda: (status, {})}):
        process = await asyncio.create_subprocess_exec(
            sys.executable, *words[2:], env=environment, stderr=asyncio.subprocess.DEVNULL
        )
        ended = await process.wait()

    assert words[:3] == ["CMD", "python", "-c"]
    assert ended == code


def test_callers_are_told_apart_behind_the_ingress_and_cannot_have_us_record(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in charted().items():
        monkeypatch.setenv(name, value)

    settings = Settings()

    assert list(settings.web.trusted_proxies) == value_at("trustedProxies") != []
    assert not settings.tracing.from_callers
    assert composed("web")["EMPORIUM_TRACING__FROM_CALLERS"] == "false"
    assert '{{- if not .Values.trustedProxies }}{{ fail "' in templates()["ingress.yaml"]

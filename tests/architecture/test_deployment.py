"""The files in deploy/ fit the product: its settings, its paths and ports, its commands, its times, its lock files.

They are read as text and YAML: neither a container engine nor Helm is needed.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.routing import Mount, Route

from app import create_app
from bootstrap.resources import missing_parts
from cli.main import app as commands
from cli.serve import GRACE_SECONDS
from cli.settings_ import as_markdown
from core.settings import Settings
from tests.architecture.deployment import (
    CHART,
    DEPLOY,
    chart_values,
    charted,
    compose,
    composed,
    containerfile,
    example_names,
    image_environment,
    names_in,
    seconds,
    templates,
    value_at,
)
from tests.architecture.source import ROOT

OURS = ("web", "worker", "migrate")
PROCESSES = [*OURS, "chart"]
_SETTING = re.compile(
    r"\b(?:EMPORIUM_[A-Z_]+|PORT|[A-Z]+_URL|OTEL_EXPORTER_OTLP_ENDPOINT|KAFKA_BOOTSTRAP_SERVERS|STRIPE_\w+)\b"
)
# Variables of Compose alone, which fill in others.
_OF_COMPOSE = {"EMPORIUM_AUTH_SECRET", "EMPORIUM_VERSION", "SHOP_URL", "HTTP_PORT"}


def environment_of(process: str) -> dict[str, str]:
    """What a process gets from the image and from whoever starts it."""
    return image_environment() | (charted() if process == "chart" else composed(process))


def settings_of(process: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in settings_names():
        monkeypatch.delenv(name, raising=False)
    for name, value in environment_of(process).items():
        if name != "PATH":
            monkeypatch.setenv(name, str(value))
    return Settings()


def settings_names() -> set[str]:
    return set(re.findall(r"^\| `(\w+)`", as_markdown(), re.MULTILINE))


@pytest.mark.parametrize("process", PROCESSES)
def test_production_refuses_none_of_the_settings(process: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(process, monkeypatch)

    assert not settings.is_development
    assert settings.refusals() == []
    assert missing_parts(settings) == []


@pytest.mark.parametrize("process", PROCESSES)
def test_an_environment_without_a_secret_is_refused(process: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings_of(process, monkeypatch)
    for name in ("EMPORIUM_AUTH__SECRET", "STRIPE_WEBHOOK_SECRET", "DATABASE_URL"):
        monkeypatch.delenv(name)

    assert len(Settings().refusals()) == 3


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(DEPLOY.rglob("*")) if path.is_file() and not {"grafana", "prometheus"} & {*path.parts}],
    ids=lambda path: str(path.relative_to(DEPLOY)),
)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    named = set(_SETTING.findall(path.read_text(encoding="utf-8")))

    assert named - _OF_COMPOSE - settings_names() == set()


def test_compose_asks_for_nothing_that_the_example_does_not_have() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")

    assert names_in(text) - {"EMPORIUM_VERSION"} == example_names()


def test_ports_are_those_that_the_web_listens_on(monkeypatch: pytest.MonkeyPatch) -> None:
    services, values = compose()["services"], chart_values()

    assert settings_of("web", monkeypatch).port == int(services["web"]["ports"][0].rpartition(":")[2])
    assert settings_of("chart", monkeypatch).port == values["service"]["containerPort"]
    assert f"EXPOSE {image_environment()['PORT']}" in containerfile().splitlines()
    assert settings_of("chart", monkeypatch).web.host == "0.0.0.0"


def test_paths_that_are_probed_and_shown_are_served(served: set[str]) -> None:
    values = chart_values()
    probed = {probe["path"] for probe in values["web"]["probes"].values()}
    checked = set(re.findall(r"\}(/\w+)'", containerfile()))

    assert probed == {"/health", "/ready"}
    assert checked == {"/health"}
    assert probed | checked <= served
    assert {path for path in values["ingress"]["paths"] if not any(one.startswith(path) for one in served)} == set()
    assert not probed & set(values["ingress"]["paths"])


@pytest.fixture
async def served(tmp_path: Path, database_url: str, redis_url: str) -> set[str]:
    """The paths of a web process."""
    settings = Settings.model_validate(
        {"data_dir": tmp_path, "database_url": database_url, "redis_url": redis_url, "port": 1}
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        return {route.path for route in app.routes if isinstance(route, Route | Mount)}


def test_commands_are_those_of_the_product() -> None:
    known = {command.name or command.callback.__name__ for command in commands.registered_commands if command.callback}
    composed_commands = {compose()["services"][name]["command"][0] for name in OURS}
    charted_commands = {word for text in templates().values() for word in re.findall(r"args: \[(\w+)\]", text)}

    assert composed_commands == charted_commands == {"serve", "worker", "migrate"}
    assert composed_commands <= known
    assert 'ENTRYPOINT ["emporium"]' in containerfile()
    assert 'emporium = "cli.main:run"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_a_web_process_has_more_time_to_end_than_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "web": seconds(compose()["services"]["web"]["stop_grace_period"]),
        "chart": chart_values()["web"]["terminationGracePeriodSeconds"],
    }

    for process, grace in given.items():
        settings = settings_of(process, monkeypatch)
        longest = settings.drain_seconds + settings.web.operation_seconds + GRACE_SECONDS

        assert grace >= longest + 5


def test_compose_waits_for_what_each_service_needs() -> None:
    services = compose()["services"]

    for name in ("web", "worker"):
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert services["migrate"]["depends_on"]["postgres"] == {"condition": "service_healthy"}
    assert services["worker"]["deploy"]["replicas"] == 2
    waited = {part for name in OURS for part in services[name]["depends_on"]} - {"migrate"}
    assert {part for part in waited if "healthcheck" not in services[part]} == set()


def test_redis_evicts_nothing_and_keeps_what_it_answered() -> None:
    words = compose()["services"]["valkey"]["command"]
    chosen = dict(zip(words[1::2], words[2::2], strict=True))

    assert (chosen["--maxmemory-policy"], chosen["--appendonly"]) == ("noeviction", "yes")


def test_the_image_installs_what_is_locked_as_make_setup_does() -> None:
    steps = [line for line in containerfile().splitlines() if line.startswith("RUN") and "pip install" in line]
    setup = (ROOT / "Makefile").read_text(encoding="utf-8")
    tools = "pip install --quiet --require-hashes --only-binary :all: -r requirements-tools.lock"

    assert tools in setup
    assert any(tools in step for step in steps)
    assert any("-r pyproject.toml --constraint requirements.lock" in step for step in steps)
    # All of them by hash, or from what has been built here.
    assert [step for step in steps if not ("--require-hashes" in step or "--no-deps --offline" in step)] == []


def test_the_image_runs_as_nobody_that_matters_and_without_tools() -> None:
    final = containerfile().rpartition("\nFROM ")[2]

    assert "\nUSER 10001:10001\n" in final
    assert "pip uninstall --yes --quiet pip setuptools wheel" in final
    assert "COPY --from=build /opt/emporium /opt/emporium" in final
    assert "/tools" not in final
    assert "STOPSIGNAL SIGTERM" in final


def test_the_build_gets_all_packages_and_nothing_else() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    packaged = set(re.findall(r'"(\w+)\*"', pyproject.partition("[tool.setuptools.packages.find]")[2]))

    files = {"app.py", "pyproject.toml", "requirements.lock", "requirements-tools.lock", "README.md", "LICENSE"}
    assert allowed == packaged | files
    assert {name for name in allowed if not (ROOT / name).exists()} == set()


def test_templates_use_values_that_the_chart_has() -> None:
    used = {path for text in templates().values() for path in re.findall(r"\.Values\.([\w.]+)", text)}

    assert len(used) > 30
    assert {path for path in used if value_at(path) is None} == set()


def test_the_chart_has_the_version_of_the_product() -> None:
    chart: Any = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))

    assert f'version = "{chart["appVersion"]}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")

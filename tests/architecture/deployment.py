"""What the files in deploy/ say, for tests that compare it with the product."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.architecture.source import ROOT

DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm" / "emporium"
# Compose's ${NAME}, ${NAME:-default}, ${NAME:+if it is set} and ${NAME:?what is wrong}.
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::-(?P<default>[^}]*)|:\+(?P<set>[^}]*)|:\?[^}]*)?\}")
# A variable of the chart's ConfigMap that has its name in the template: from one value, or a fixed text.
_CONFIGURED = re.compile(
    r'^  ([A-Z]\w+): (?:\{\{ \.Values\.([\w.]+) \|( toJson \|)? quote \}\}|"([^"]*)")$', re.MULTILINE
)
PROFILE = "observability"
_SECONDS = re.compile(r"(\d+)s")


# Both are YAML of any shape, hence Any.
@cache
def compose() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


@cache
def chart_values() -> Any:
    return yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))


def templates() -> dict[str, str]:
    """The chart's templates by name, as text: only Helm could make YAML of them."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((CHART / "templates").iterdir())}


def example_names() -> set[str]:
    """The variables that deploy/env.example has."""
    text = (DEPLOY / "env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^(\w+)=", text, re.MULTILINE))


def names_in(text: str) -> set[str]:
    """The variables that Compose fills in."""
    return {found["name"] for found in _VARIABLE.finditer(text)}


def composed(service: str, *, profile: str = "") -> dict[str, str]:
    """The environment of a service, with `filled-in` for what the example leaves to the operator."""

    def value(found: re.Match[str]) -> str:
        if found["set"] is not None:
            return found["set"] if profile else ""
        return found["default"] or "filled-in"

    environment: dict[str, str] = compose()["services"][service]["environment"]
    return {name: _VARIABLE.sub(value, text) for name, text in environment.items()}


def mounts(service: str) -> dict[str, Path]:
    """The files and folders of the repository that a service of Compose sees, by where it does."""
    pairs = (volume.split(":") for volume in compose()["services"][service].get("volumes", ()))
    return {pair[1]: DEPLOY / pair[0] for pair in pairs if pair[0].startswith(".")}


def charted() -> dict[str, str]:
    """The environment of the chart's pods, with addresses and secrets of no meaning."""
    values = chart_values()
    plain: dict[str, str] = values["env"]
    configured = {
        name: fixed if not path else json.dumps(found) if is_json else str(found)
        for name, path, is_json, fixed in _CONFIGURED.findall(templates()["configmap.yaml"])
        if (found := value_at(path)) != ""
    }
    return plain | configured | {name: _SECRETS.get(name, "filled-in") for name in values["secret"]["keys"]}


def value_at(path: str) -> Any:
    """A value of the chart by its path with dots; None if there is none."""
    found = chart_values()
    for name in path.split("."):
        if not isinstance(found, dict) or name not in found:
            return None
        found = found[name]
    return found


def seconds(text: str) -> int:
    """Compose's way to write a time."""
    found = _SECONDS.fullmatch(text)
    assert found is not None, text
    return int(found[1])


def containerfile() -> str:
    """The Containerfile with continued lines put together."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    return re.sub(r" \\\n\s*", " ", text)


def image_environment() -> dict[str, str]:
    """What the final image sets."""
    line = next(line for line in containerfile().splitlines() if line.startswith("ENV PATH="))
    return dict(word.split("=", 1) for word in line.split()[1:])


_SECRETS = {
    "DATABASE_URL": "postgresql://emporium:filled-in@postgres/emporium",
    "REDIS_URL": "redis://redis:6379/0",
    "OPENSEARCH_URL": "https://opensearch:9200",
    "SMTP_URL": "smtp://mail:25",
}

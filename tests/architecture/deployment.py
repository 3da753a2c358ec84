"""What the files in deploy/ say, for tests that compare it with the product."""

import re
from functools import cache
from typing import Any

import yaml

from tests.architecture.source import ROOT

DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm" / "emporium"
# Compose's ${NAME}, ${NAME:-default} and ${NAME:?what is wrong}.
_VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}")
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
    return {found[1] for found in _VARIABLE.finditer(text)}


def composed(service: str) -> dict[str, str]:
    """The environment of a service, with `filled-in` for what the example leaves to the operator."""
    environment: dict[str, str] = compose()["services"][service]["environment"]
    return {name: _VARIABLE.sub(lambda found: found[2] or "filled-in", value) for name, value in environment.items()}


def charted() -> dict[str, str]:
    """The environment of the chart's pods, with addresses and secrets of no meaning."""
    values = chart_values()
    plain: dict[str, str] = values["env"]
    return plain | {name: _SECRETS.get(name, "filled-in") for name in values["secret"]["keys"]}


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

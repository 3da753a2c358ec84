"""What the figures depend on: the machine, versions, and the amount of data."""

import platform
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import psutil

from bench.load import generator_name

_PACKAGES = ("strawberry-graphql", "graphql-core", "uvicorn", "SQLAlchemy", "asyncpg", "tantivy", "opensearch-py")


# Below this much load for each case the noise of a shared machine is larger than what is measured.
_ENOUGH_SECONDS = 20
_IDLE_LOAD = 0.7
_LOOK_SECONDS = 5
_BUSY = (
    "The machine was busy with other work ({}): rates and latencies are far from those of an idle machine, and even "
    "CPU per request is too high."
)


def describe(*, products: int, seconds: float, rounds: int, clients: list[int]) -> dict[str, str]:
    """Facts by name, as the report prints them."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return {
        **_place_and_time(),
        "Software": f"Python {platform.python_version()}, {packages}",
        "Products": f"{products:,}",
        "Load": f"{generator_name()}, {' and '.join(map(str, clients))} clients, "
        f"{rounds} rounds of {seconds:g} s windows, order reversed every other round",
    }


class Others(NamedTuple):
    """Percent of all CPUs that others used in the seconds before a case and in those after it."""

    before: float
    after: float


def look_at_others() -> float:
    """Percent of all CPUs in use while we do nothing: in 5 s, since a load average would count what we did before."""
    return psutil.cpu_percent(interval=_LOOK_SECONDS)


def describe_alone(*, command: str, load: str) -> dict[str, str]:
    """Facts of a case that is run alone, by name."""
    return {**_place_and_time(), "Load": load, "Command": f"`{command}`"}


def describe_others(others: Others) -> dict[str, str]:
    """The fact of how busy the machine was with other work."""
    used = f"{others.before:.0f} % of all CPUs in the {_LOOK_SECONDS} s before, {others.after:.0f} % in those after"
    return {"Other work on the machine": used}


def doubts(load: float) -> list[str]:
    """Why figures are worse than on an idle machine, from the load average before the start."""
    if load <= _IDLE_LOAD:
        return []
    return [_BUSY.format(f"load average {load:.1f} before the start")]


def doubts_alone(others: Others) -> list[str]:
    """Why figures are worse than on an idle machine, from what others used before and after."""
    if max(others) <= _IDLE_LOAD * 100 / (psutil.cpu_count() or 1):
        return []
    return [_BUSY.format(f"up to {max(others):.0f} % of its CPUs")]


def doubts_of_length(measured_seconds: float) -> list[str]:
    """Why figures are rougher than they would be after a longer time."""
    if measured_seconds >= _ENOUGH_SECONDS:
        return []
    return ["This was a short run, to see that all works: its figures are rough."]


def _place_and_time() -> dict[str, str]:
    memory = psutil.virtual_memory().total / 2**30
    return {
        "When": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "Commit": _commit(),
        "Machine": f"{psutil.cpu_count()} cores ({_processor()}), {memory:.0f} GB, {platform.system()}",
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _commit() -> str:
    git = shutil.which("git")
    if git is None:
        return "unknown"
    root = Path(__file__).parent.parent
    done = subprocess.run([git, "describe", "--always"], cwd=root, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"

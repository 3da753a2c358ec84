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


class Busy(NamedTuple):
    """What others do on the machine: the load average of the last minute, and how much of all CPUs is used now."""

    load: float
    percent: float


def look_how_busy() -> Busy:
    """How busy the machine is before we add to it; takes a second."""
    return Busy(psutil.getloadavg()[0], psutil.cpu_percent(interval=1))


def describe_alone(*, command: str, busy: Busy, load: str) -> dict[str, str]:
    """Facts of a case that is run alone, by name."""
    return {
        **_place_and_time(),
        "Machine's load": f"load average {busy.load:.2f} in the minute before the start, "
        f"{busy.percent:.0f} % of all CPUs in use in the last second before it",
        "Load": load,
        "Command": f"`{command}`",
    }


def doubts(busy: float, *, measured_seconds: float = _ENOUGH_SECONDS) -> list[str]:
    """Why figures are worse or rougher than they would be after a longer time on an idle machine."""
    found = []
    if measured_seconds < _ENOUGH_SECONDS:
        found.append("This was a short run, to see that all works: its figures are rough.")
    if busy > _IDLE_LOAD:
        found.append(
            f"The machine was busy with other work (load average {busy:.1f} before the start): rates and latencies are "
            "far from those of an idle machine, and even CPU per request is too high."
        )
    return found


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

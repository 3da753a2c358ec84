"""What the figures depend on: the machine, versions, and the amount of data."""

import platform
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from bench.load import generator_name

_PACKAGES = ("strawberry-graphql", "graphql-core", "uvicorn", "SQLAlchemy", "asyncpg", "tantivy", "opensearch-py")


def describe(*, products: int, seconds: float, rounds: int, clients: list[int]) -> dict[str, str]:
    """Facts by name, as the report prints them."""
    memory = psutil.virtual_memory().total / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return {
        "When": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "Commit": _commit(),
        "Machine": f"{psutil.cpu_count()} cores ({_processor()}), {memory:.0f} GB, {platform.system()}",
        "Software": f"Python {platform.python_version()}, {packages}",
        "Products": f"{products:,}",
        "Load": f"{generator_name()}, {' and '.join(map(str, clients))} clients, "
        f"{rounds} rounds of {seconds:g} s windows, order reversed every other round",
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

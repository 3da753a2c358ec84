"""The demo as a shopper's machine runs it: real processes, a real port, stopped and killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.architecture.source import ROOT

pytestmark = pytest.mark.xdist_group("demo")


class Demo:
    """One `emporium demo` on a folder and a port, and all processes that it has ever started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.seen: dict[int, psutil.Process] = {}
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> list[str]:
        """Start and wait until it is ready; returns what it printed to standard output."""
        self._process = self.run()
        lines = []
        assert self._process.stdout is not None
        for line in self._process.stdout:
            lines.append(line.strip())
            if line.startswith("ready "):
                break
        else:
            raise AssertionError(f"The demo ended: {self.errors()}")
        self.look()
        return lines

    def run(self) -> "subprocess.Popen[str]":
        with (self.folder / "stderr.txt").open("w") as errors:
            return subprocess.Popen(
                [sys.executable, "-m", "cli.main", "demo"],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=_environment() | {"PORT": str(self.port), "EMPORIUM_DATA_DIR": str(self.folder / "data")},
            )

    def errors(self) -> str:
        return (self.folder / "stderr.txt").read_text()

    def look(self) -> None:
        """Remember all processes that run now."""
        assert self._process is not None
        main = psutil.Process(self._process.pid)
        for process in (main, *main.children(recursive=True)):
            self.seen[process.pid] = process

    def child(self, word: str) -> psutil.Process:
        found = [process for process in self.seen.values() if process.is_running() and word in process.cmdline()]
        assert found, f"no process {word}"
        return found[0]

    def end(self, number: signal.Signals) -> int:
        """Signal the demo itself and wait for it; returns its exit code."""
        assert self._process is not None
        self.look()
        self._process.send_signal(number)
        code = self._process.wait(60)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code

    def left(self) -> list[str]:
        """Processes that still run, of all that were ever seen."""
        return [process.name() for process in self.seen.values() if _alive(process)]

    def query(self, text: str) -> Any:
        """The `data` of an answer; JSON, hence Any."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql",
            data=json.dumps({"query": text}).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = json.load(response)
        assert "errors" not in answer, answer
        return answer["data"]

    def titles(self) -> list[str]:
        data = self.query("{ products(first: 3) { edges { node { title } } } }")
        return [edge["node"]["title"] for edge in data["products"]["edges"]]


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _environment() -> dict[str, str]:
    mine = ("EMPORIUM_", "PORT", "DATABASE_URL", "REDIS_URL", "OPENSEARCH_URL")
    return {key: value for key, value in os.environ.items() if not key.startswith(mine)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """A demo on a folder that this module's tests use one after the other; each leaves it stopped."""
    with tempfile.TemporaryDirectory(prefix="emporium-demo-") as name:
        one = Demo(Path(name))
        yield one
        for process in one.seen.values():
            if _alive(process):
                process.kill()


def test_starts_answers_and_stops_without_leaving_a_process(demo: Demo) -> None:
    printed = demo.start()

    titles = demo.titles()
    found = demo.query('{ search(query: "shirt", first: 3) { degraded edges { node { title } } } }')["search"]
    code = demo.end(signal.SIGTERM)

    assert printed == [f"ready http://127.0.0.1:{demo.port}/graphql"]
    assert len(titles) == 3
    assert found["edges"]
    assert not found["degraded"]
    assert code == 0
    assert demo.left() == []


def test_starts_again_on_the_same_data_and_ends_by_ctrl_c(demo: Demo) -> None:
    demo.start()

    titles = demo.titles()
    code = demo.end(signal.SIGINT)

    assert "Loading" not in demo.errors()
    assert len(titles) == 3
    assert code == 0
    assert demo.left() == []


def test_starts_again_after_a_kill(demo: Demo) -> None:
    demo.start()
    before = demo.titles()
    demo.end(signal.SIGKILL)
    servers = sorted({name for name in demo.left() if name in ("postgres", "valkey-server")})

    demo.start()
    after = demo.titles()
    demo.end(signal.SIGTERM)

    assert servers == ["postgres", "valkey-server"]
    assert before == after
    assert demo.left() == []


def test_restarts_a_child_that_died(demo: Demo) -> None:
    demo.start()
    victim = demo.child("serve")
    victim.kill()

    titles = _eventually_titles(demo)
    demo.end(signal.SIGTERM)

    assert len(titles) == 3
    assert demo.left() == []


def test_a_second_demo_on_the_same_folder_is_refused(demo: Demo) -> None:
    demo.start()

    other = demo.run()
    output, _nothing = other.communicate(timeout=60)
    errors = demo.errors()
    demo.end(signal.SIGTERM)

    assert (other.returncode, output) == (1, "")
    assert "already" in errors
    assert "Traceback" not in errors
    assert demo.left() == []


def test_a_taken_port_is_refused_before_anything_starts() -> None:
    with tempfile.TemporaryDirectory(prefix="emporium-demo-") as name, socket.socket() as taken:
        one = Demo(Path(name))
        taken.bind(("127.0.0.1", one.port))
        taken.listen()

        process = one.run()
        output, _nothing = process.communicate(timeout=60)

        assert (process.returncode, output) == (1, "")
        assert f"Port {one.port} is taken" in one.errors()
        assert "Traceback" not in one.errors()
        assert not (one.folder / "data" / "postgres").exists()


def _eventually_titles(demo: Demo) -> list[str]:
    for _attempt in range(300):
        try:
            return demo.titles()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError(f"The web server did not come back: {demo.errors()}")

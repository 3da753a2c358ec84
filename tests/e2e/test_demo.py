"""The demo is started, stopped and killed, and leaves nothing behind."""

import json
import signal
import socket
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from tests.fixtures.demo import Demo


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
    before = demo.titles()
    demo.end(signal.SIGTERM)

    demo.start()
    after = demo.titles()
    code = demo.end(signal.SIGINT)

    assert "Loading" not in demo.errors()
    assert before == after
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


def test_killed_servers_come_back_with_their_data(demo: Demo) -> None:
    demo.start()
    before = demo.titles()
    demo.server("postgres").kill()
    demo.server("valkey-server").kill()

    after = _eventually_titles(demo)
    found = demo.query('{ search(query: "shirt", first: 3) { edges { node { title } } } }')["search"]
    ready = _eventually_ready(demo)
    demo.end(signal.SIGTERM)

    assert before == after
    assert found["edges"]
    assert ready
    assert demo.errors().count("embedded server ended") == 2
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
        except (OSError, AssertionError):  # nobody answers, or the answer is an error
            time.sleep(0.1)
    raise AssertionError(f"The products did not come back: {demo.errors()}")


def _eventually_ready(demo: Demo) -> bool:
    """Whether all parts answer, Valkey included, which lists of products can do without."""
    for _attempt in range(300):
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{demo.port}/ready", timeout=5) as answer:
            if json.load(answer)["status"] == "ok":
                return True
        time.sleep(0.1)
    return False

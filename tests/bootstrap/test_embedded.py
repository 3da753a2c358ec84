"""The embedded servers: shared by processes, kept over restarts, adopted after a kill, gone at the end."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from redis import Redis

from bootstrap.embedded import Addresses, EmbeddedError, EmbeddedServers, open_servers
from tests.architecture.source import ROOT

# A process that uses the servers until its standard input closes.
_USER = """
import sys
from pathlib import Path
from bootstrap.embedded import open_servers
with open_servers(Path(sys.argv[1]), stop=sys.argv[2]):
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder whose servers are ended whatever the test did; private, as one in somebody's home is."""
    with tempfile.TemporaryDirectory(prefix="emporium-servers-") as name:
        path = Path(name) / "data"
        yield path
        for process in _servers(path):
            process.kill()


def _servers(folder: Path) -> list[psutil.Process]:
    """Each server once: Postgres' own children stand in the same folder as it does."""
    found = []
    for process in psutil.process_iter(["name", "cwd", "ppid"]):
        name, cwd = process.info["name"], process.info["cwd"]
        if name in ("postgres", "valkey-server") and cwd and Path(cwd).is_relative_to(folder.resolve()):
            found.append(process)
    pids = {process.pid for process in found}
    return [process for process in found if process.info["ppid"] not in pids]


def _start_user(folder: Path, stop: str = "last") -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", _USER, str(folder), stop],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    return process


def _finish(process: "subprocess.Popen[str]", number: signal.Signals | None = None) -> None:
    if number is not None:
        process.send_signal(number)
    process.communicate()


async def _write(addresses: Addresses, text: str) -> None:
    assert addresses.postgres is not None
    assert addresses.valkey is not None
    connection = await asyncpg.connect(addresses.postgres.replace("+asyncpg", ""))
    await connection.execute("CREATE TABLE IF NOT EXISTS kept (value text)")
    await connection.execute("INSERT INTO kept VALUES ($1)", text)
    await connection.close()
    with Redis.from_url(addresses.valkey) as client:
        client.rpush("kept", text)


async def _read(addresses: Addresses) -> tuple[list[str], list[str]]:
    assert addresses.postgres is not None
    assert addresses.valkey is not None
    connection = await asyncpg.connect(addresses.postgres.replace("+asyncpg", ""))
    rows = [row["value"] for row in await connection.fetch("SELECT value FROM kept")]
    await connection.close()
    with Redis.from_url(addresses.valkey, decode_responses=True) as client:
        values = client.lrange("kept", 0, -1)
    assert isinstance(values, list)
    return rows, values


async def test_data_survives_a_restart(folder: Path) -> None:
    with open_servers(folder) as addresses:
        await _write(addresses, "one")
    between = _servers(folder)

    with open_servers(folder) as addresses:
        found = await _read(addresses)

    assert between == []
    assert found == (["one"], ["one"])
    assert _servers(folder) == []


async def test_a_second_process_attaches_and_leaves_the_servers_running(folder: Path) -> None:
    with open_servers(folder) as addresses:
        before = {process.pid for process in _servers(folder)}

        other = _start_user(folder)
        _finish(other)

        assert {process.pid for process in _servers(folder)} == before
        await _write(addresses, "still here")


async def test_the_last_to_leave_stops_the_servers_though_another_started_them(folder: Path) -> None:
    owner = _start_user(folder)
    with open_servers(folder) as addresses:
        _finish(owner)
        await _write(addresses, "alone now")
        running = _servers(folder)

    assert len(running) == 2
    assert _servers(folder) == []


def test_an_owner_may_stop_them_while_others_are_attached(folder: Path) -> None:
    owner = _start_user(folder, "always")
    attached = _start_user(folder)

    _finish(owner)
    left = _servers(folder)
    _finish(attached)

    assert left == []


async def test_servers_of_a_killed_owner_are_adopted(folder: Path) -> None:
    owner = _start_user(folder)
    before = {process.pid for process in _servers(folder)}
    _finish(owner, signal.SIGKILL)

    with open_servers(folder) as addresses:
        after = {process.pid for process in _servers(folder)}
        await _write(addresses, "adopted")

    assert before == after
    assert len(before) == 2
    assert _servers(folder) == []


async def test_servers_that_were_killed_too_are_started_again_with_their_data(folder: Path) -> None:
    owner = _start_user(folder)
    with open_servers(folder) as addresses:
        await _write(addresses, "before")
        victims = _servers(folder)
        children = [child for one in victims for child in one.children(recursive=True)]
        for one in victims:
            one.kill()
        _finish(owner, signal.SIGKILL)
    psutil.wait_procs([*victims, *children], timeout=10)

    with open_servers(folder) as addresses:
        rows, _values = await _read(addresses)

    assert rows == ["before"]


def test_unrecorded_servers_are_ended_before_new_ones_start(folder: Path) -> None:
    owner = _start_user(folder)
    before = {process.pid for process in _servers(folder)}
    _finish(owner, signal.SIGKILL)
    (folder / "servers.json").unlink()

    with open_servers(folder):
        after = {process.pid for process in _servers(folder)}

    assert len(after) == 2
    assert before.isdisjoint(after)


def test_a_recorded_pid_that_now_is_another_process_is_left_alone(folder: Path) -> None:
    bystander = subprocess.Popen(["sleep", "60"])
    with open_servers(folder):
        pass
    (folder / "servers.json").write_text(
        f'{{"valkey": {{"pid": {bystander.pid}, "started": 1.0, "command": [], "url": ""}}}}'
    )

    with open_servers(folder, ["valkey"]):
        alive = bystander.poll() is None
    bystander.kill()
    bystander.wait()

    assert alive


async def test_a_long_path_works_and_sockets_are_private(folder: Path) -> None:
    deep = folder / ("a" * 60) / ("b" * 60)

    with open_servers(deep) as addresses:
        await _write(addresses, "deep")
        assert addresses.valkey is not None
        sockets = Path(addresses.valkey.removeprefix("unix://").partition("?")[0]).parent
        mode = stat.S_IMODE(sockets.stat().st_mode)

    assert mode == 0o700
    assert _servers(deep) == []


def test_folders_on_the_way_become_searchable_but_not_readable(folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root runs servers as another account")

    with open_servers(folder):
        mode = stat.S_IMODE(folder.parent.stat().st_mode)
        users = {process.uids().effective for process in _servers(folder)}

    assert mode == 0o701
    assert 0 not in users


def test_a_cluster_of_another_version_is_refused_with_a_reason(folder: Path) -> None:
    with open_servers(folder, ["postgres"]):
        pass
    (folder / "postgres" / "PG_VERSION").write_text("15\n")
    servers = EmbeddedServers(folder)

    with pytest.raises(EmbeddedError, match="Postgres 15") as caught:
        servers.open(["postgres"])

    assert "docs/operations.md" in str(caught.value)
    assert _servers(folder) == []


def test_a_server_that_cannot_start_is_reported_with_its_own_words(folder: Path) -> None:
    with open_servers(folder, ["postgres"]):
        pass
    (folder / "postgres" / "postgresql.conf").write_text("shared_buffers = nonsense\nno_such_setting = 1\n")

    with pytest.raises(EmbeddedError, match="postgres ended while it started"), open_servers(folder, ["postgres"]):
        pass

    assert _servers(folder) == []

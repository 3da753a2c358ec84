"""The embedded servers: shared by processes, kept over restarts, adopted after a kill, gone at the end."""

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from redis import Redis
from redis.exceptions import RedisError

from bootstrap.embedded import Addresses, EmbeddedError, EmbeddedServers, open_servers
from bootstrap.embedded.process import is_alive
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


async def _eventually_read(addresses: Addresses) -> tuple[list[str], list[str]]:
    """What `_read` finds as soon as both servers answer."""
    for _attempt in range(300):
        try:
            return await _read(addresses)
        except (OSError, asyncpg.PostgresError, RedisError):
            await asyncio.sleep(0.1)
    raise AssertionError("The servers did not come back.")


def _recorded(folder: Path) -> list[dict[str, int]]:
    return list(json.loads((folder / "servers.json").read_text()).values())


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
        _finish(owner, signal.SIGKILL)  # first: it would start them again
        for one in victims:
            one.kill()
    psutil.wait_procs([*victims, *children], timeout=10)

    with open_servers(folder) as addresses:
        rows, _values = await _read(addresses)

    assert rows == ["before"]


@pytest.mark.parametrize("adopted", [False, True], ids=["started", "adopted"])
async def test_killed_servers_come_back_at_their_address_with_their_data(folder: Path, *, adopted: bool) -> None:
    if adopted:
        _finish(_start_user(folder), signal.SIGKILL)
    with open_servers(folder) as addresses:
        await _write(addresses, "before")
        await asyncio.sleep(1.5)  # Valkey syncs what it is told once a second
        victims = _servers(folder)
        for one in victims:
            one.kill()

        found = await _eventually_read(addresses)
        running = _servers(folder)

        assert found == (["before"], ["before"])
        assert len(victims) == len(running) == 2
        assert not any(is_alive(one) for one in victims)
        assert {entry["pid"] for entry in _recorded(folder)} == {one.pid for one in running}
    assert _servers(folder) == []


async def test_a_server_killed_again_and_again_comes_back(folder: Path) -> None:
    with open_servers(folder) as addresses:
        await _write(addresses, "before")
        killed = set()
        for _time in range(3):
            postgres = next(one for one in _servers(folder) if one.name() == "postgres")
            killed.add(postgres.pid)
            postgres.kill()
            rows, _values = await _eventually_read(addresses)

        assert rows == ["before"]
        assert len(killed) == 3
    assert _servers(folder) == []


async def test_what_a_killed_postgres_left_running_is_ended_before_a_new_one_starts(folder: Path) -> None:
    with open_servers(folder) as addresses:
        await _write(addresses, "before")
        assert addresses.postgres is not None
        busy = await asyncpg.connect(addresses.postgres.replace("+asyncpg", ""))
        spinning = "DO $$ BEGIN LOOP END LOOP; END $$"
        backend = psutil.Process(await busy.fetchval("SELECT pg_backend_pid()"))
        query = asyncio.create_task(busy.execute(spinning))
        await asyncio.sleep(0.1)

        parent = backend.parent()
        assert parent is not None
        parent.kill()
        rows, _values = await _eventually_read(addresses)

        assert rows == ["before"]
        assert not is_alive(backend)
        with pytest.raises((asyncpg.PostgresError, ConnectionError)):
            await query
    assert _servers(folder) == []


async def test_a_process_that_only_attached_starts_nothing(folder: Path) -> None:
    owner = _start_user(folder)
    with open_servers(folder):
        _finish(owner, signal.SIGKILL)
        for one in _servers(folder):
            one.kill()
        await asyncio.sleep(1.5)  # three times as long as an owner needs

        assert _servers(folder) == []


def test_stopping_while_servers_come_back_leaves_none(folder: Path) -> None:
    with open_servers(folder):
        victims = {one.pid for one in _servers(folder)}
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
        while {one.pid for one in _servers(folder)} <= victims:
            time.sleep(0.01)

    assert _servers(folder) == []


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

"""The embedded servers: shared by processes, kept over restarts, adopted after a kill, gone at the end."""

import os
import signal
import stat
import subprocess
from pathlib import Path

import psutil
import pytest

from bootstrap.embedded import EmbeddedError, EmbeddedServers, open_servers
from tests.fixtures.embedded import finish, read, servers_in, start_user, write


async def test_data_survives_a_restart(folder: Path) -> None:
    with open_servers(folder) as addresses:
        await write(addresses, "one")
    between = servers_in(folder)

    with open_servers(folder) as addresses:
        found = await read(addresses)

    assert between == []
    assert found == (["one"], ["one"])
    assert servers_in(folder) == []


async def test_a_second_process_attaches_and_leaves_the_servers_running(folder: Path) -> None:
    with open_servers(folder) as addresses:
        before = {process.pid for process in servers_in(folder)}

        other = start_user(folder)
        finish(other)

        assert {process.pid for process in servers_in(folder)} == before
        await write(addresses, "still here")


async def test_the_last_to_leave_stops_the_servers_though_another_started_them(folder: Path) -> None:
    owner = start_user(folder)
    with open_servers(folder) as addresses:
        finish(owner)
        await write(addresses, "alone now")
        running = servers_in(folder)

    assert len(running) == 2
    assert servers_in(folder) == []


def test_an_owner_may_stop_them_while_others_are_attached(folder: Path) -> None:
    owner = start_user(folder, "always")
    attached = start_user(folder)

    finish(owner)
    left = servers_in(folder)
    finish(attached)

    assert left == []


async def test_servers_of_a_killed_owner_are_adopted(folder: Path) -> None:
    owner = start_user(folder)
    before = {process.pid for process in servers_in(folder)}
    finish(owner, signal.SIGKILL)

    with open_servers(folder) as addresses:
        after = {process.pid for process in servers_in(folder)}
        await write(addresses, "adopted")

    assert before == after
    assert len(before) == 2
    assert servers_in(folder) == []


async def test_servers_that_were_killed_too_are_started_again_with_their_data(folder: Path) -> None:
    owner = start_user(folder)
    with open_servers(folder) as addresses:
        await write(addresses, "before")
        victims = servers_in(folder)
        children = [child for one in victims for child in one.children(recursive=True)]
        finish(owner, signal.SIGKILL)  # first: it would start them again
        for one in victims:
            one.kill()
    psutil.wait_procs([*victims, *children], timeout=10)

    with open_servers(folder) as addresses:
        rows, _values = await read(addresses)

    assert rows == ["before"]


def test_unrecorded_servers_are_ended_before_new_ones_start(folder: Path) -> None:
    owner = start_user(folder)
    before = {process.pid for process in servers_in(folder)}
    finish(owner, signal.SIGKILL)
    (folder / "servers.json").unlink()

    with open_servers(folder):
        after = {process.pid for process in servers_in(folder)}

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
        await write(addresses, "deep")
        assert addresses.valkey is not None
        sockets = Path(addresses.valkey.removeprefix("unix://").partition("?")[0]).parent
        mode = stat.S_IMODE(sockets.stat().st_mode)

    assert mode == 0o700
    assert servers_in(deep) == []


def test_folders_on_the_way_become_searchable_but_not_readable(folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root runs servers as another account")

    with open_servers(folder):
        mode = stat.S_IMODE(folder.parent.stat().st_mode)
        users = {process.uids().effective for process in servers_in(folder)}

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
    assert servers_in(folder) == []


def test_a_server_that_cannot_start_is_reported_with_its_own_words(folder: Path) -> None:
    with open_servers(folder, ["postgres"]):
        pass
    (folder / "postgres" / "postgresql.conf").write_text("shared_buffers = nonsense\nno_such_setting = 1\n")

    with pytest.raises(EmbeddedError, match="postgres ended while it started"), open_servers(folder, ["postgres"]):
        pass

    assert servers_in(folder) == []

"""Embedded servers that are killed come back while their owner lives, and never after."""

import asyncio
import json
import os
import signal
import time
from pathlib import Path

import asyncpg
import psutil
import pytest

from bootstrap.embedded import open_servers
from bootstrap.embedded.process import is_alive
from tests.fixtures.embedded import eventually_read, finish, servers_in, start_user, write


def _recorded(folder: Path) -> list[dict[str, int]]:
    return list(json.loads((folder / "servers.json").read_text()).values())


@pytest.mark.parametrize("adopted", [False, True], ids=["started", "adopted"])
async def test_killed_servers_come_back_at_their_address_with_their_data(folder: Path, *, adopted: bool) -> None:
    if adopted:
        finish(start_user(folder), signal.SIGKILL)
    with open_servers(folder) as addresses:
        await write(addresses, "before")
        await asyncio.sleep(1.5)  # Valkey syncs what it is told once a second
        victims = servers_in(folder)
        for one in victims:
            one.kill()

        found = await eventually_read(addresses)
        running = servers_in(folder)

        assert found == (["before"], ["before"])
        assert len(victims) == len(running) == 2
        assert not any(is_alive(one) for one in victims)
        assert {entry["pid"] for entry in _recorded(folder)} == {one.pid for one in running}
    assert servers_in(folder) == []


async def test_a_server_killed_again_and_again_comes_back(folder: Path) -> None:
    with open_servers(folder) as addresses:
        await write(addresses, "before")
        killed = set()
        for _time in range(3):
            postgres = next(one for one in servers_in(folder) if one.name() == "postgres")
            killed.add(postgres.pid)
            postgres.kill()
            rows, _values = await eventually_read(addresses)

        assert rows == ["before"]
        assert len(killed) == 3
    assert servers_in(folder) == []


async def test_what_a_killed_postgres_left_running_is_ended_before_a_new_one_starts(folder: Path) -> None:
    with open_servers(folder) as addresses:
        await write(addresses, "before")
        assert addresses.postgres is not None
        busy = await asyncpg.connect(addresses.postgres.replace("+asyncpg", ""))
        spinning = "DO $$ BEGIN LOOP END LOOP; END $$"
        backend = psutil.Process(await busy.fetchval("SELECT pg_backend_pid()"))
        query = asyncio.create_task(busy.execute(spinning))
        await asyncio.sleep(0.1)

        parent = backend.parent()
        assert parent is not None
        parent.kill()
        rows, _values = await eventually_read(addresses)

        assert rows == ["before"]
        assert not is_alive(backend)
        with pytest.raises((asyncpg.PostgresError, ConnectionError)):
            await query
    assert servers_in(folder) == []


async def test_a_process_that_only_attached_starts_nothing(folder: Path) -> None:
    owner = start_user(folder)
    with open_servers(folder):
        finish(owner, signal.SIGKILL)
        for one in servers_in(folder):
            one.kill()
        await asyncio.sleep(1.5)  # three times as long as an owner needs

        assert servers_in(folder) == []


def test_stopping_while_servers_come_back_leaves_none(folder: Path) -> None:
    with open_servers(folder):
        victims = {one.pid for one in servers_in(folder)}
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
        while {one.pid for one in servers_in(folder)} <= victims:
            time.sleep(0.01)

    assert servers_in(folder) == []

"""CPU time of the servers behind the web process, read as running totals, and waiting until all of them are idle."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import asyncpg
import httpx
import psutil
import redis.asyncio

from bench.processes import Server

_POLL_SECONDS = 0.25
# A server is idle when it uses less of one core than this, in two polls one after the other.
_IDLE_SHARE = 0.04
_LONGEST_DRAIN_SECONDS = 30.0
WEB, POSTGRES, VALKEY, OPENSEARCH = "web", "postgres", "valkey", "opensearch"
Totals = Mapping[str, float]


@dataclass(slots=True)
class Backends:
    """Reads CPU seconds of Postgres (all its processes, if it is on this machine), Valkey and OpenSearch."""

    postgres: asyncpg.Connection
    valkey: redis.asyncio.Redis
    opensearch: httpx.AsyncClient | None = None
    _postmaster: psutil.Process | None = None
    _seen: dict[int, float] = field(default_factory=dict)

    async def totals(self) -> dict[str, float]:
        """CPU seconds so far. What cannot be read is left out. Totals of Postgres never shrink as processes end."""
        found = {}
        if (seconds := await self._postgres_seconds()) is not None:
            found[POSTGRES] = seconds
        cpu = await self.valkey.info("cpu")
        found[VALKEY] = float(cpu["used_cpu_user"]) + float(cpu["used_cpu_sys"])
        if self.opensearch is not None:
            nodes = (await self.opensearch.get("/_nodes/stats/process")).json()["nodes"].values()
            found[OPENSEARCH] = sum(node["process"]["cpu"]["total_in_millis"] for node in nodes) / 1000
        return found

    async def _postgres_seconds(self) -> float | None:
        if self._postmaster is None:
            pid = await self.postgres.fetchval("SELECT pg_backend_pid()")
            self._postmaster = _parent_named(pid, "postgres")
        if self._postmaster is None:
            return None
        for process in self._postmaster.children():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            self._seen[process.pid] = max(self._seen.get(process.pid, 0.0), times.user + times.system)
        return sum(self._seen.values())


async def totals(server: Server, backends: Backends) -> dict[str, float]:
    """CPU seconds so far of the server under test and of what is behind it."""
    return {WEB: server.cpu_seconds(), **await backends.totals()}


async def drain(server: Server, backends: Backends) -> dict[str, float]:
    """Wait until all servers are idle; the totals then. Gives up, and goes on, after 30 s."""
    before, started, quiet = await totals(server, backends), time.monotonic(), 0
    while quiet < 2 and time.monotonic() - started < _LONGEST_DRAIN_SECONDS:
        await asyncio.sleep(_POLL_SECONDS)
        after = await totals(server, backends)
        # OpenSearch never rests entirely: it collects garbage and merges when it likes.
        busy = [
            name for name in after if name != OPENSEARCH and after[name] - before[name] > _IDLE_SHARE * _POLL_SECONDS
        ]
        quiet = 0 if busy else quiet + 1
        before = after
    return before


def difference(after: Totals, before: Totals) -> dict[str, float]:
    """CPU seconds between two totals, of those that both have."""
    return {name: after[name] - before[name] for name in after if name in before}


def _parent_named(pid: int, name: str) -> psutil.Process | None:
    """The parent of `pid` if it is a process of that name on this machine: the postmaster of a backend."""
    try:
        process = psutil.Process(pid)
        parent = process.parent()
    except psutil.NoSuchProcess:
        return None
    if parent is None or name not in process.name():
        return None
    return parent

"""Attacks on a real web process, and what it made of them."""

import asyncio
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import NamedTuple

import httpx
import orjson
import psutil

from tests.architecture.source import ROOT
from tests.hostile.attacks import Attack

# Whatever of our insides an answer could show.
_INTERNAL = re.compile(
    rb"Traceback|File \\?\"|\.py\b|\bSELECT\b|\bINSERT\b|sqlalchemy|asyncpg|graphql\.|strawberry|starlette|uvicorn"
    rb"|redis\.|<class |object at 0x|RecursionError|KeyError|TypeError|ValueError|/usr/|/home/|site-packages|"
    + re.escape(str(ROOT)).encode()
)
_SECONDS = 60.0


@dataclass
class Played:
    """What a server did. `wrong` names the kind of an attack and what came instead; `probes` are seconds."""

    statuses: Counter[int] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    internal: list[str] = field(default_factory=list)
    probes: list[float] = field(default_factory=list)
    failed_probes: int = 0


async def play(url: str, attacks: Sequence[Attack], *, at_once: int) -> Played:
    """Send all of them, so many at once, while a shopper goes on asking."""
    played = Played()
    waiting = iter(attacks)
    async with httpx.AsyncClient(base_url=url, timeout=_SECONDS) as client, _probing(url, played):

        async def attack() -> None:
            for one in waiting:
                await _send(client, one, played)

        await asyncio.gather(*(attack() for _ in range(at_once)))
    return played


async def _send(client: httpx.AsyncClient, attack: Attack, played: Played) -> None:
    headers = [(name.encode(), value.encode()) for name, value in attack.headers.items()]
    if attack.leaves:
        with suppress(httpx.TimeoutException):
            await client.post("/graphql", content=attack.body, headers=headers, timeout=0.02)
        return
    try:
        response = await client.post("/graphql", content=attack.body, headers=headers)
    except httpx.TransportError as error:
        # A body that is too large is not read to its end, and who still sends it may see that before the answer.
        if attack.kind != "large body":
            played.wrong.append(f"{attack.kind}: {error!r}")
        return
    if _INTERNAL.search(response.content):
        played.internal.append(f"{attack.kind}: {response.text[:300]}")
    code = _first_code(response)
    played.statuses[response.status_code] += 1
    played.codes[code] += 1
    # A limit is told by the status, too.
    is_told = response.status_code >= 400 or not code.startswith(("TOO_", "DOCUMENT_", "FIELD_"))
    if code not in attack.codes or not is_told or response.status_code >= 500:
        played.wrong.append(f"{attack.kind}: {response.status_code} {code} {response.text[:200]}")


def _first_code(response: httpx.Response) -> str:
    try:
        answer = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return "NO_JSON"
    if not isinstance(answer, dict):
        return "NO_OBJECT"
    errors = answer.get("errors") or [{"extensions": answer}]
    return str((errors[0].get("extensions") or {}).get("code", ""))


@asynccontextmanager
async def _probing(url: str, played: Played) -> AsyncIterator[None]:
    shopper = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.hostile.shopper", url, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    try:
        if shopper.stdout is None:
            raise AssertionError("it writes to a pipe")
        # Until it asks, nothing is measured.
        await shopper.stdout.readline()
        yield
    finally:
        shopper.terminate()
        output, _ = await shopper.communicate()
    # The last line may have been cut.
    for line in output.decode().splitlines()[:-1]:
        seconds, is_right = line.split()
        played.probes.append(float(seconds))
        played.failed_probes += is_right != "True"


class Idleness(NamedTuple):
    """What a process does when nobody asks: seconds of processor in a second, and bytes that it holds."""

    busy: float
    resident: int


async def idleness(process: psutil.Process, *, seconds: float = 2.0) -> Idleness:
    """Measured over so many seconds."""
    before = process.cpu_times()
    await asyncio.sleep(seconds)
    after = process.cpu_times()
    spent = after.user + after.system - before.user - before.system
    return Idleness(spent / seconds, process.memory_info().rss)


async def half_open(port: int, count: int) -> list[asyncio.StreamWriter]:
    """Connections that begin a request and never end it."""
    writers = []
    for number in range(count):
        _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = b"POST /graphql HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: 500\r\n"
        writer.write(head + (b"\r\n{" if number % 2 else b""))
        writers.append(writer)
    return writers

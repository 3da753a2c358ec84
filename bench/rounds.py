"""The method: servers side by side, equal answers first, then windows of load, in reverse order every other round."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.cases import Case
from bench.costs import WEB, Backends, difference, drain
from bench.equality import check_answers
from bench.load import generate
from bench.operations import Operation
from bench.processes import Server, running
from bench.results import Run, Window

_WARM_UP_CLIENTS = 16


@dataclass(frozen=True, slots=True)
class Method:
    """How long and how often. `say` gets a line of progress for each window."""

    seconds: float
    rounds: int
    clients: Sequence[int]
    say: Callable[[str], None]


@asynccontextmanager
async def side_by_side(
    cases: Sequence[Case], environment: Mapping[str, str], logs: Path
) -> AsyncIterator[dict[Case, Server]]:
    """All cases running at once, idle but for the one that is measured."""
    async with AsyncExitStack() as stack:
        servers: dict[Case, Server] = {}
        for case in cases:
            log = logs / f"{case.name.replace(' ', '-')}.log"
            servers[case] = await stack.enter_async_context(running(case.app, environment=environment, log=log))
        yield servers


async def measure(
    run: Run,
    operation: Operation,
    *,
    engine: str,
    servers: Mapping[Case, Server],
    backends: Backends,
    method: Method,
) -> None:
    """Add the windows of all rounds to `run`; raises `AnswersDiffer` before the first if answers are not equal."""
    run.answer_bytes[operation.name] = await check_answers(operation, servers)
    for case, server in servers.items():
        await generate(server.url(case.path(operation)), case.bodies(operation), clients=_WARM_UP_CLIENTS, seconds=2)
        await drain(server, backends)
    for number in range(method.rounds):
        order = list(servers.items())
        for case, server in reversed(order) if number % 2 else order:
            for clients in method.clients:
                before = await drain(server, backends)
                url = server.url(case.path(operation))
                load = await generate(url, case.bodies(operation), clients=clients, seconds=method.seconds)
                used = difference(await drain(server, backends), before)
                window = Window(operation.name, engine, case.name, clients, number, load, used)
                run.windows.append(window)
                method.say(_line(window))


def _line(window: Window) -> str:
    """One window for people who wait."""
    where = f"{window.page} · {window.engine} · {window.case} · {window.clients} clients · round {window.round + 1}"
    load = window.load
    cpu = window.cpu_ms(WEB) or 0
    return f"{where}: {load.requests_per_second:.0f}/s, p99 {load.p99_ms:.0f} ms, {cpu:.2f} CPU ms"

"""The cases that are measured alone, each from its run to its section of the report."""

import tempfile
from pathlib import Path

from bench.cases.live import SUBSCRIPTIONS, measure_live
from bench.cases.matrix import measure_matrix
from bench.cases.reserving import CLIENTS, measure_reserving
from bench.dataset import Say
from bench.facts import describe_alone, doubts, look_how_busy
from bench.sections import render_holds, render_live, render_matrix


async def report_holds(command: str, say: Say, *, seconds: float, rounds: int) -> str:
    """The section of holds, from windows of `seconds`."""
    busy = look_how_busy()
    load = f"{CLIENTS} clients, {rounds} rounds of {seconds:g} s windows that take turns, after one to warm up"
    facts = describe_alone(command=command, busy=busy, load=load)
    with tempfile.TemporaryDirectory(prefix="emporium-bench-") as folder:
        paces = await measure_reserving(Path(folder), say, seconds=seconds, rounds=rounds)
    return render_holds(paces, facts, doubts(busy.load, measured_seconds=seconds * rounds))


async def report_matrix(command: str, say: Say, *, shared: Path) -> str:
    """The section of the delivery matrix, with the postal codes in `shared`."""
    busy = look_how_busy()
    facts = describe_alone(command=command, busy=busy, load="each computed once, nothing else asked of Postgres")
    with tempfile.TemporaryDirectory(prefix="emporium-bench-") as folder:
        found = await measure_matrix(shared, Path(folder), say)
    return render_matrix(found, facts, doubts(busy.load))


async def report_live(command: str, say: Say, *, rounds: int) -> str:
    """The section of subscriptions, from so many changes of each kind."""
    busy = look_how_busy()
    load = f"{SUBSCRIPTIONS:,} subscriptions, {rounds} changes of each kind, after one to warm up"
    facts = describe_alone(command=command, busy=busy, load=load)
    with tempfile.TemporaryDirectory(prefix="emporium-bench-") as folder:
        found = await measure_live(Path(folder), say, rounds=rounds)
    return render_live(found, facts, doubts(busy.load))

"""The cases that are measured alone, each from its run to its section of the report."""

import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from bench.cases.carts import LINES, SHOPPERS, measure_carts
from bench.cases.checkout import CLIENTS as BUYERS
from bench.cases.checkout import measure_checkout
from bench.cases.fanout import CONNECTIONS, DELIVERIES, measure_fanout
from bench.cases.kept import CLIENTS as READERS
from bench.cases.kept import measure_kept
from bench.cases.live import SUBSCRIPTIONS, measure_live
from bench.cases.matrix import measure_matrix
from bench.cases.peers import CLIENTS as VISITORS
from bench.cases.peers import measure_peers
from bench.cases.reserving import CLIENTS, measure_reserving
from bench.dataset import Say
from bench.facts import Others, describe_alone, describe_others, doubts_alone, doubts_of_length, look_at_others
from bench.fanout_section import render_fanout
from bench.load import generator_name
from bench.sections import (
    render_carts,
    render_checkout,
    render_holds,
    render_kept,
    render_live,
    render_matrix,
    render_peers,
)

Found = TypeVar("Found")


async def report_holds(command: str, say: Say, *, seconds: float, rounds: int) -> str:
    """The section of holds, from windows of `seconds`."""
    load = f"{CLIENTS} clients, {rounds} rounds of {seconds:g} s windows that take turns, after one to warm up"
    measuring = partial(measure_reserving, say=say, seconds=seconds, rounds=rounds)
    return await _windows(command, load, measuring, render_holds, seconds=seconds * rounds)


async def report_matrix(command: str, say: Say, *, shared: Path) -> str:
    """The section of the delivery matrix, with the postal codes in `shared`."""
    facts = describe_alone(command=command, load="each computed once, nothing else asked of Postgres")
    found, others = await _measured(lambda folder: measure_matrix(shared, folder, say))
    return render_matrix(found, facts | describe_others(others), doubts_alone(others))


async def report_live(command: str, say: Say, *, rounds: int) -> str:
    """The section of subscriptions, from so many changes of each kind."""
    load = f"{SUBSCRIPTIONS:,} subscriptions, {rounds} changes of each kind, after one to warm up"
    facts = describe_alone(command=command, load=load)
    found, others = await _measured(lambda folder: measure_live(folder, say, rounds=rounds))
    return render_live(found, facts | describe_others(others), doubts_alone(others))


async def report_fanout(command: str, say: Say, *, seconds: float) -> str:
    """The section of fan-out, from windows of `seconds`."""
    load = f"{CONNECTIONS:,} subscriptions, {DELIVERIES:,} deliveries a second for {seconds:g} s, for each kind"
    measuring = partial(measure_fanout, say=say, seconds=seconds)
    return await _windows(command, load, measuring, render_fanout, seconds=seconds)


async def report_carts(command: str, say: Say, *, seconds: float, rounds: int) -> str:
    """The section of carts, from windows of `seconds`."""
    load = (
        f"{SHOPPERS} shoppers with {LINES} lines each, {rounds} rounds of {seconds:g} s windows that take turns, after "
        "one to warm up"
    )
    measuring = partial(measure_carts, say=say, seconds=seconds, rounds=rounds)
    return await _windows(command, load, measuring, render_carts, seconds=seconds * rounds)


async def report_checkout(command: str, say: Say, *, seconds: float, rounds: int) -> str:
    """The section of checkout, from windows of `seconds`."""
    load = f"{BUYERS} buyers in a process of their own, {rounds} windows of {seconds:g} s, after one to warm up"
    measuring = partial(measure_checkout, say=say, seconds=seconds, rounds=rounds)
    return await _windows(command, load, measuring, render_checkout, seconds=seconds * rounds)


async def report_kept(command: str, say: Say, *, seconds: float, rounds: int) -> str:
    """The section of kept answers, from windows of `seconds`."""
    load = f"{READERS} clients, {rounds} rounds of {seconds:g} s windows that take turns, after one to warm up"
    measuring = partial(measure_kept, say=say, seconds=seconds, rounds=rounds)
    return await _windows(command, load, measuring, render_kept, seconds=seconds * rounds)


async def report_peers(command: str, say: Say, *, data: Path, shared: Path, seconds: float, rounds: int) -> str:
    """The section of Node peers, from windows of `seconds`."""
    load = (
        f"{generator_name()}, {VISITORS} clients, {rounds} rounds of {seconds:g} s windows, order reversed every other "
        "round, after one to warm up"
    )
    measuring = partial(measure_peers, say=say, data=data, shared=shared, seconds=seconds, rounds=rounds)
    return await _windows(command, load, measuring, render_peers, seconds=seconds * rounds)


async def _windows(
    command: str,
    load: str,
    measure: Callable[[Path], Awaitable[Found]],
    render: Callable[[Found, Mapping[str, str], Sequence[str]], str],
    *,
    seconds: float,
) -> str:
    """The section of what was measured in windows of so many seconds together."""
    facts = describe_alone(command=command, load=load)
    found, others = await _measured(measure)
    return render(found, facts | describe_others(others), [*doubts_of_length(seconds), *doubts_alone(others)])


async def _measured(measure: Callable[[Path], Awaitable[Found]]) -> tuple[Found, Others]:
    """What was measured in a folder of its own, and how busy others were while nothing of ours ran."""
    before = look_at_others()
    with tempfile.TemporaryDirectory(prefix="emporium-bench-") as folder:
        found = await measure(Path(folder))
    return found, Others(before, look_at_others())

"""`python -m bench`: measure everything and write the report."""

import asyncio
import os
import shlex
import sys
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from bench import report
from bench.alone import (
    report_carts,
    report_checkout,
    report_fanout,
    report_holds,
    report_kept,
    report_live,
    report_matrix,
    report_peers,
)
from bench.cases import CASE_NAMES
from bench.document import keep, put
from bench.fanout_section import FANOUT
from bench.node import find_fault
from bench.operations import NAMES
from bench.results import Run, load_run
from bench.run import Plan, measure_all
from bench.sections import TITLES as OTHER_TITLES

_RESULTS = Path(__file__).parent / "results"
_DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"
_EMPTY = "# Benchmarks\n"
TITLES = (*OTHER_TITLES, FANOUT)


class Alone(NamedTuple):
    """Which of the cases that are measured alone are wanted."""

    holds: bool
    matrix: bool
    live: bool
    fan_out: bool
    carts: bool
    checkout: bool
    kept: bool
    peers: bool


def main(  # noqa: PLR0917 - typer declares options as parameters
    data: Annotated[Path, typer.Option(help="Folder of the benchmark's own data, kept between runs.")] = Path(
        ".emporium-bench"
    ),
    seconds: Annotated[float, typer.Option(min=1, help="Length of a window.")] = 10,
    rounds: Annotated[int, typer.Option(min=1, help="How often each window is repeated.")] = 5,
    clients: Annotated[str, typer.Option(help="Numbers of clients, with commas.")] = "16,64",
    pages: Annotated[str, typer.Option(help="Pages to measure, with commas.")] = ",".join(NAMES),
    cases: Annotated[str, typer.Option(help="Cases to measure, with commas.")] = ",".join(CASE_NAMES),
    imports: Annotated[bool, typer.Option(help="Measure imports once more, into an empty database.")] = False,
    opensearch: Annotated[bool, typer.Option(help="Measure OpenSearch too, if there is one.")] = True,
    matrix: Annotated[
        bool, typer.Option("--matrix", help="Measure the delivery matrix alone, in two minutes.")
    ] = False,
    reserving: Annotated[
        bool, typer.Option("--reserving", help="Measure 64 clients on one variant alone, in three minutes.")
    ] = False,
    live: Annotated[bool, typer.Option("--live", help="Measure 2,000 subscriptions alone, in two minutes.")] = False,
    fan_out: Annotated[
        bool, typer.Option("--fan-out", help="Measure 10,000 subscriptions alone, in ten minutes.")
    ] = False,
    carts: Annotated[bool, typer.Option("--carts", help="Measure carts alone, in four minutes.")] = False,
    checkout: Annotated[bool, typer.Option("--checkout", help="Measure checkout alone, in two minutes.")] = False,
    kept: Annotated[bool, typer.Option("--kept", help="Measure kept answers alone, in two minutes.")] = False,
    peers: Annotated[
        bool, typer.Option("--peers", help="Measure Node peers alone, in eight minutes, and ten more the first time.")
    ] = False,
    only_report: Annotated[Path | None, typer.Option(help="Measure nothing: print the report of this result.")] = None,
) -> None:
    """Measure the shop's pages against a ceiling and a floor, and write docs/benchmarks.md.

    Takes about 30 minutes as it is, and two more the first time. Leave the machine alone meanwhile. The catalogs
    are looked for in EMPORIUM_SHARED_DIR, else in `../shared`.

    With --reserving, --matrix, --live, --fan-out, --carts, --checkout, --kept or --peers nothing else is measured, and
    nothing but their sections is written.
    """
    shared = Path(os.environ.get("EMPORIUM_SHARED_DIR", "../shared")).resolve()
    alone = Alone(
        holds=reserving,
        matrix=matrix,
        live=live,
        fan_out=fan_out,
        carts=carts,
        checkout=checkout,
        kept=kept,
        peers=peers,
    )
    if any(alone):
        measuring = _measure_alone(alone, data=data.resolve(), shared=shared, seconds=seconds, rounds=rounds)
        asyncio.run(_write_sections(measuring))
        return
    if only_report is not None:
        typer.echo(report.render(load_run(only_report)), nl=False)
        return
    plan = Plan(
        data=data.resolve(),
        shared=shared,
        seconds=seconds,
        rounds=rounds,
        clients=[int(one) for one in clients.split(",")],
        pages=pages.split(","),
        cases=cases.split(","),
        imports=imports,
        opensearch=opensearch,
    )
    run = asyncio.run(_measure(plan))
    result = _RESULTS / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.json"
    run.save(result)
    text = report.render(run)
    if plan.is_complete:
        _DOCUMENT.write_text(keep(text, _DOCUMENT.read_text() if _DOCUMENT.exists() else _EMPTY, TITLES))
        typer.echo(f"Wrote {_DOCUMENT} and {result}.")
    else:
        typer.echo(text)
        typer.echo(f"Wrote {result}. Only a run of all pages and cases writes {_DOCUMENT}.")


async def _measure_alone(alone: Alone, *, data: Path, shared: Path, seconds: float, rounds: int) -> AsyncIterator[str]:
    """The sections that are wanted, each as soon as it is measured."""
    command = shlex.join(["python", "-m", "bench", *sys.argv[1:]])
    if alone.holds:
        yield await report_holds(command, _say, seconds=seconds, rounds=rounds)
    if alone.matrix:
        yield await report_matrix(command, _say, shared=shared)
    if alone.live:
        yield await report_live(command, _say, rounds=rounds)
    if alone.fan_out:
        yield await report_fanout(command, _say, seconds=seconds)
    if alone.carts:
        yield await report_carts(command, _say, seconds=seconds, rounds=rounds)
    if alone.checkout:
        yield await report_checkout(command, _say, seconds=seconds, rounds=rounds)
    if alone.kept:
        yield await report_kept(command, _say, seconds=seconds, rounds=rounds)
    if alone.peers:
        if (fault := await find_fault()) is not None:
            _say(f"Peers are not measured: {fault}")
            return
        yield await report_peers(command, _say, data=data, shared=shared, seconds=seconds, rounds=rounds)


async def _write_sections(sections: AsyncIterator[str]) -> None:
    async for section in sections:
        old = _DOCUMENT.read_text() if _DOCUMENT.exists() else _EMPTY
        _DOCUMENT.write_text(put(old, section, TITLES))
        typer.echo(section)
        typer.echo(f"Wrote it into {_DOCUMENT}.", err=True)


def _say(line: str) -> None:
    typer.echo(line, err=True)


async def _measure(plan: Plan) -> Run:
    with tempfile.TemporaryDirectory(prefix="emporium-bench-") as logs:
        return await measure_all(plan, Path(logs), _say)


if __name__ == "__main__":
    typer.run(main)
